// Buttons and selects of a message: the action rows of components v1.

import { ButtonStyle, ComponentType } from 'discord.js';
import type { Json } from '../types.js';
import { asJson, type Form, type Path } from './form.js';

const MAX_ROWS = 5;
const MAX_BUTTONS = 5;
const MAX_OPTIONS = 25;
const MAX_CUSTOM_ID = 100;

export const SELECTS: readonly number[] = [
  ComponentType.StringSelect,
  ComponentType.UserSelect,
  ComponentType.RoleSelect,
  ComponentType.MentionableSelect,
  ComponentType.ChannelSelect,
];

/** Custom ids that were used already in this message or form. */
export type Seen = Set<string>;

export function checkComponents(form: Form, value: unknown): void {
  const seen: Seen = new Set();
  for (const [row, entry] of form.list(['components'], value, { max: MAX_ROWS }).entries()) {
    const path = ['components', row];
    const { type, components } = asJson(entry);
    if (type !== ComponentType.ActionRow) {
      form.fail([...path, 'type'], 'BASE_TYPE_CHOICES', 'Value must be one of {1}.');
      continue;
    }
    const children = form.list([...path, 'components'], components, { min: 1, max: MAX_BUTTONS, required: true });
    const selects = children.filter((child) => SELECTS.includes(Number(asJson(child).type)));
    if (selects.length > 0 && children.length > 1)
      form.fail(path, 'COMPONENT_LAYOUT_WIDTH_EXCEEDED', 'The specified component exceeds the maximum width');
    for (const [column, child] of children.entries())
      checkChild(form, [...path, 'components', column], asJson(child), seen);
  }
}

function checkChild(form: Form, path: Path, component: Json, seen: Seen): void {
  if (component.type === ComponentType.Button) checkButton(form, path, component, seen);
  else if (SELECTS.includes(Number(component.type))) checkSelect(form, path, component, seen);
  else form.fail([...path, 'type'], 'BASE_TYPE_CHOICES', 'Value must be one of {2, 3, 5, 6, 7, 8}.');
}

function checkButton(form: Form, path: Path, button: Json, seen: Seen): void {
  form.integer([...path, 'style'], button.style, { min: 1, max: ButtonStyle.Link, required: true });
  const label = form.text([...path, 'label'], button.label, { max: 80 });
  if ((label === undefined || label.trim() === '') && button.emoji === undefined)
    form.fail([...path, 'label'], 'BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED', 'A label or an emoji is required');
  if (button.style === ButtonStyle.Link) {
    const url = form.text([...path, 'url'], button.url, { min: 1, max: 512, required: true });
    if (url !== undefined && !/^(?:https?|discord):\/\//.test(url))
      form.fail([...path, 'url'], 'URL_TYPE_INVALID_SCHEME', 'Scheme must be one of (http, https, discord).');
    if (button.custom_id !== undefined) exclusive(form, path);
    return;
  }
  if (button.url !== undefined) exclusive(form, path);
  checkCustomId(form, path, button, seen);
}

const exclusive = (form: Form, path: Path): void =>
  form.fail(
    [...path, 'custom_id'],
    'BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE',
    'A custom id and url cannot both be specified',
  );

export function checkSelect(form: Form, path: Path, select: Json, seen: Seen): void {
  checkCustomId(form, path, select, seen);
  form.text([...path, 'placeholder'], select.placeholder, { max: 150 });
  const min = form.integer([...path, 'min_values'], select.min_values, { min: 0, max: MAX_OPTIONS }) ?? 1;
  const max = form.integer([...path, 'max_values'], select.max_values, { min: 1, max: MAX_OPTIONS }) ?? 1;
  if (min > max)
    form.fail([...path, 'min_values'], 'SELECT_COMPONENT_MIN_VALUES_INVALID', 'min_values is greater than max_values');
  if (select.type !== ComponentType.StringSelect) return;
  const options = form.list([...path, 'options'], select.options, { min: 1, max: MAX_OPTIONS, required: true });
  if (max > options.length)
    form.fail([...path, 'max_values'], 'NUMBER_TYPE_MAX', `max_values exceeds the ${options.length} options`);
  const values = new Set<unknown>();
  for (const [index, entry] of options.entries()) {
    const place = [...path, 'options', index];
    const option = asJson(entry);
    form.text([...place, 'label'], option.label, { min: 1, max: 100, required: true });
    form.text([...place, 'value'], option.value, { min: 1, max: 100, required: true });
    form.text([...place, 'description'], option.description, { max: 100 });
    if (values.has(option.value))
      form.fail(
        [...place, 'value'],
        'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
        'The specified option value is already used',
      );
    values.add(option.value);
  }
  if (options.filter((option) => asJson(option).default === true).length > max)
    form.fail(path, 'SELECT_COMPONENT_TOO_MANY_DEFAULT_OPTIONS', 'More options are default than max_values allows');
}

export function checkCustomId(form: Form, path: Path, component: Json, seen: Seen): void {
  const id = form.text([...path, 'custom_id'], component.custom_id, { min: 1, max: MAX_CUSTOM_ID, required: true });
  if (id === undefined) return;
  if (seen.has(id))
    form.fail([...path, 'custom_id'], 'COMPONENT_CUSTOM_ID_DUPLICATED', 'Component custom id cannot be duplicated');
  seen.add(id);
}
