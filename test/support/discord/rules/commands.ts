// What may be registered: names, descriptions, translations, permissions and places of application commands.

import { ApplicationCommandType as Type } from 'discord.js';
import type { Json } from '../types.js';
import { checkOptions } from './command-options.js';
import { checkName, checkNamed, checkTranslations } from './command-text.js';
import { asJson, createForm, type Form, lengthOf, type Path } from './form.js';

const MAX_TOTAL = 8_000;
/** Slash commands, user menus, message menus, entry points. */
const MAX_PER_TYPE: Readonly<Record<number, number>> = { 1: 100, 2: 5, 3: 5, 4: 1 };

export const typeOf = (command: Json): number => Number(command.type ?? Type.ChatInput);

/** One command (POST, PATCH). */
export function checkCommand(command: Json): void {
  const form = createForm();
  checkOne(form, [], command);
  form.done();
}

/** A whole scope (PUT). */
export function checkCommandSet(commands: readonly unknown[]): void {
  const form = createForm();
  const seen = new Set<string>();
  for (const [index, entry] of commands.entries()) {
    const command = asJson(entry);
    checkOne(form, [index], command);
    const key = `${typeOf(command)} ${String(command.name)}`;
    if (seen.has(key))
      form.fail([index], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique');
    seen.add(key);
  }
  for (const [type, max] of Object.entries(MAX_PER_TYPE))
    if (commands.filter((entry) => typeOf(asJson(entry)) === Number(type)).length > max)
      form.fail([], 'APPLICATION_COMMANDS_TOO_MANY', `At most ${max} commands of type ${type}.`);
  form.done();
}

function checkOne(form: Form, path: Path, command: Json): void {
  const type = typeOf(command);
  if (![Type.ChatInput, Type.User, Type.Message].includes(type)) {
    form.fail([...path, 'type'], 'BASE_TYPE_CHOICES', 'Value must be one of {1, 2, 3}.');
    return;
  }
  if (type === Type.ChatInput) {
    checkNamed(form, path, command);
    checkOptions(form, path, command.options);
  } else {
    checkName(form, [...path, 'name'], command.name, false);
    checkTranslations(form, [...path, 'name_localizations'], command.name_localizations, (place, name) =>
      checkName(form, place, name, false),
    );
    if (command.description !== undefined && command.description !== '')
      form.fail(
        [...path, 'description'],
        'APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED',
        'Context menu commands cannot have description',
      );
    if (Array.isArray(command.options) && command.options.length > 0)
      form.fail(
        [...path, 'options'],
        'APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED',
        'Context menu commands cannot have options',
      );
  }
  checkPlaces(form, path, command);
  if (sizeOf(command) > MAX_TOTAL)
    form.fail(path, 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${MAX_TOTAL})`);
}

function checkPlaces(form: Form, path: Path, command: Json): void {
  const bits = command.default_member_permissions;
  if (bits !== undefined && bits !== null && !/^\d+$/.test(typeof bits === 'string' ? bits : ''))
    form.fail([...path, 'default_member_permissions'], 'PERMISSIONS_INVALID', 'Must be a string of digits or null.');
  for (const [key, max] of [
    ['contexts', 2],
    ['integration_types', 1],
  ] as const)
    for (const [index, value] of form.list([...path, key], command[key], { max: max + 1 }).entries())
      form.integer([...path, key, index], value, { min: 0, max, required: true });
}

/** Names, descriptions and values together; of translations the longest counts. */
function sizeOf(entry: Json): number {
  const longest = (text: unknown, translations: unknown): number =>
    Math.max(
      ...[text, ...Object.values(asJson(translations))].map((value) =>
        typeof value === 'string' ? lengthOf(value) : 0,
      ),
    );
  const children = [entry.options, entry.choices].flatMap((list) => (Array.isArray(list) ? list : []));
  return (
    longest(entry.name, entry.name_localizations) +
    longest(entry.description, entry.description_localizations) +
    (typeof entry.value === 'string' ? lengthOf(entry.value) : 0) +
    children.reduce<number>((sum, child) => sum + sizeOf(asJson(child)), 0)
  );
}
