// Options of slash commands: nesting, order, choices, bounds.

import { ApplicationCommandOptionType as Type } from 'discord.js';
import type { Json } from '../types.js';
import { checkNamed, checkTranslations } from './command-text.js';
import { asJson, type Form, type Path } from './form.js';

const MAX_OPTIONS = 25;
const MAX_CHOICES = 25;
const MAX_CHOICE = 100;
const MAX_LENGTH = 6_000;

const NESTED: readonly number[] = [Type.Subcommand, Type.SubcommandGroup];
const WITH_CHOICES: readonly number[] = [Type.String, Type.Integer, Type.Number];

/** Inside what the options are: nothing, a group or a subcommand. */
type Level = 'command' | 'group' | 'subcommand';

export function checkOptions(form: Form, path: Path, value: unknown, level: Level = 'command'): void {
  const limits = level === 'group' ? { min: 1, max: MAX_OPTIONS, required: true } : { max: MAX_OPTIONS };
  const options = form.list([...path, 'options'], value, limits).map(asJson);
  checkOrder(form, path, options);
  checkUnique(form, path, options);
  for (const [index, option] of options.entries()) {
    const place = [...path, 'options', index];
    checkNamed(form, place, option);
    const type = form.integer([...place, 'type'], option.type, { min: 1, max: 11, required: true });
    const allowed = { command: true, group: type === Type.Subcommand, subcommand: !NESTED.includes(Number(type)) }[
      level
    ];
    if (!allowed)
      form.fail([...place, 'type'], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-command option type is invalid');
    else if (type === Type.Subcommand) checkOptions(form, place, option.options, 'subcommand');
    else if (type === Type.SubcommandGroup) checkOptions(form, place, option.options, 'group');
    else checkValue(form, place, option);
  }
}

function checkOrder(form: Form, path: Path, options: readonly Json[]): void {
  const nested = options.filter(({ type }) => NESTED.includes(Number(type))).length;
  if (nested > 0 && nested < options.length)
    form.fail(
      [...path, 'options'],
      'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
      'Sub-command and sub-command group option types are mutually exclusive to all other types',
    );
  const firstOptional = options.findIndex(({ required }) => required !== true);
  for (const [index, option] of options.entries())
    if (option.required === true && firstOptional !== -1 && index > firstOptional)
      form.fail(
        [...path, 'options', index],
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
}

/** Names are unique among siblings, in every language. */
function checkUnique(form: Form, path: Path, options: readonly Json[]): void {
  const seen = new Set<string>();
  for (const [index, option] of options.entries())
    for (const [locale, name] of [['', option.name], ...Object.entries(asJson(option.name_localizations))]) {
      const key = `${String(locale)} ${String(name)}`;
      if (seen.has(key))
        form.fail(
          [...path, 'options', index],
          'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_USED',
          `Option name already used: ${String(name)}`,
        );
      seen.add(key);
    }
}

function checkValue(form: Form, path: Path, option: Json): void {
  const type = Number(option.type);
  const choices = form.list([...path, 'choices'], option.choices, { max: MAX_CHOICES }).map(asJson);
  if ((choices.length > 0 || option.autocomplete === true) && !WITH_CHOICES.includes(type))
    form.fail([...path, 'type'], 'APPLICATION_COMMAND_OPTIONS_CHOICES_TYPE', 'This type of option has no choices');
  if (choices.length > 0 && option.autocomplete === true)
    form.fail(
      [...path, 'autocomplete'],
      'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_EXCLUSIVE',
      'Choices and autocomplete are mutually exclusive',
    );
  for (const [index, choice] of choices.entries()) checkChoice(form, [...path, 'choices', index], choice, type);
  const names = choices.map(({ name }) => name);
  if (new Set(names).size < names.length)
    form.fail(
      [...path, 'choices'],
      'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_USED',
      'Choice names must be unique',
    );
  const min = form.integer([...path, 'min_length'], option.min_length, { min: 0, max: MAX_LENGTH });
  const max = form.integer([...path, 'max_length'], option.max_length, { min: 1, max: MAX_LENGTH });
  if (min !== undefined && max !== undefined && min > max)
    form.fail([...path, 'min_length'], 'NUMBER_TYPE_MAX', 'min_length is greater than max_length');
  if ((min !== undefined || max !== undefined) && type !== Type.String)
    form.fail([...path, 'min_length'], 'APPLICATION_COMMAND_OPTIONS_LENGTH_TYPE', 'Only strings have a length');
  const bounded = option.min_value !== undefined || option.max_value !== undefined;
  if (bounded && type !== Type.Integer && type !== Type.Number)
    form.fail([...path, 'min_value'], 'APPLICATION_COMMAND_OPTIONS_VALUE_TYPE', 'Only numbers have bounds');
}

/** Of a registered option, or offered by autocomplete. */
export function checkChoice(form: Form, path: Path, choice: Json, type: number): void {
  const text = (place: Path, value: unknown): void => {
    form.text(place, value, { min: 1, max: MAX_CHOICE, required: true });
  };
  text([...path, 'name'], choice.name);
  checkTranslations(form, [...path, 'name_localizations'], choice.name_localizations, text);
  if (type === Type.String) text([...path, 'value'], choice.value);
  else if (typeof choice.value !== 'number' || (type === Type.Integer && !Number.isInteger(choice.value)))
    form.fail([...path, 'value'], 'NUMBER_TYPE_COERCE', `Value "${String(choice.value)}" is not a number.`);
}
