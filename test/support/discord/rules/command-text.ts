// Names, descriptions and their translations, as commands, subcommands and options have them.

import { Locale } from 'discord.js';
import type { Json } from '../types.js';
import { asJson, type Form, type Path } from './form.js';

const SLASH_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const MAX_NAME = 32;
const MAX_DESCRIPTION = 100;
const LOCALES: readonly string[] = Object.values(Locale);

export function checkNamed(form: Form, path: Path, named: Json): void {
  checkName(form, [...path, 'name'], named.name, true);
  const description = (place: Path, value: unknown): void => {
    form.text(place, value, { min: 1, max: MAX_DESCRIPTION, required: true });
  };
  description([...path, 'description'], named.description);
  checkTranslations(form, [...path, 'name_localizations'], named.name_localizations, (place, name) =>
    checkName(form, place, name, true),
  );
  checkTranslations(form, [...path, 'description_localizations'], named.description_localizations, description);
}

export function checkName(form: Form, path: Path, name: unknown, slash: boolean): void {
  const text = form.text(path, name, { min: 1, max: MAX_NAME, required: true });
  if (text === undefined || !slash) return;
  if (!SLASH_NAME.test(text)) form.fail(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  else if (text !== text.toLowerCase())
    form.fail(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name must be lower case');
}

export function checkTranslations(
  form: Form,
  path: Path,
  value: unknown,
  check: (path: Path, text: unknown) => void,
): void {
  if (value === undefined || value === null) return;
  for (const [locale, text] of Object.entries(asJson(value))) {
    if (!LOCALES.includes(locale))
      form.fail([...path, locale], 'BASE_TYPE_CHOICES', `${locale} is not one of Discord's locales.`);
    else if (text !== null) check([...path, locale], text);
  }
}
