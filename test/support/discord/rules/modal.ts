// The limits of a modal: labels with one input each, or the older rows with one text input.

import { ComponentType } from 'discord.js';
import type { Json } from '../types.js';
import { checkCustomId, checkSelect, SELECTS, type Seen } from './components.js';
import { asJson, createForm, type Form, type Path } from './form.js';

const MAX_TEXT = 4_000;
const MAX_LABEL = 45;

export function checkModal(data: Json): void {
  const form = createForm();
  const seen: Seen = new Set();
  form.text(['custom_id'], data.custom_id, { min: 1, max: 100, required: true });
  form.text(['title'], data.title, { min: 1, max: MAX_LABEL, required: true });
  const rows = form.list(['components'], data.components, { min: 1, max: 5, required: true });
  for (const [index, entry] of rows.entries()) checkTop(form, ['components', index], asJson(entry), seen);
  form.done();
}

function checkTop(form: Form, path: Path, top: Json, seen: Seen): void {
  if (top.type === ComponentType.Label) {
    form.text([...path, 'label'], top.label, { min: 1, max: MAX_LABEL, required: true });
    form.text([...path, 'description'], top.description, { max: 100 });
    checkInput(form, [...path, 'component'], asJson(top.component), seen);
  } else if (top.type === ComponentType.ActionRow) {
    const children = form.list([...path, 'components'], top.components, { min: 1, max: 1, required: true });
    for (const [index, entry] of children.entries()) {
      const child = asJson(entry);
      const place = [...path, 'components', index];
      if (child.type !== ComponentType.TextInput) {
        form.fail([...place, 'type'], 'BASE_TYPE_CHOICES', 'Value must be one of {4}.');
        continue;
      }
      form.text([...place, 'label'], child.label, { min: 1, max: MAX_LABEL, required: true });
      checkTextInput(form, place, child, seen);
    }
  } else if (top.type === ComponentType.TextDisplay) {
    form.text([...path, 'content'], top.content, { min: 1, max: MAX_TEXT, required: true });
  } else {
    form.fail([...path, 'type'], 'BASE_TYPE_CHOICES', 'Value must be one of {1, 10, 18}.');
  }
}

function checkInput(form: Form, path: Path, input: Json, seen: Seen): void {
  if (input.type === ComponentType.TextInput) {
    if (input.label !== undefined)
      form.fail([...path, 'label'], 'COMPONENT_LABEL_IN_LABEL', 'A text input in a label has no label of its own');
    checkTextInput(form, path, input, seen);
  } else if (SELECTS.includes(Number(input.type))) {
    checkSelect(form, path, input, seen);
    if (input.disabled !== undefined && input.disabled !== false)
      form.fail([...path, 'disabled'], 'COMPONENT_DISABLED_IN_MODAL', 'Selects in a modal cannot be disabled');
  } else if (input.type === ComponentType.FileUpload) {
    checkCustomId(form, path, input, seen);
    form.integer([...path, 'min_values'], input.min_values, { min: 0, max: 10 });
    form.integer([...path, 'max_values'], input.max_values, { min: 1, max: 10 });
  } else {
    form.fail([...path, 'type'], 'BASE_TYPE_CHOICES', 'Value must be one of {3, 4, 5, 6, 7, 8, 19}.');
  }
}

function checkTextInput(form: Form, path: Path, input: Json, seen: Seen): void {
  checkCustomId(form, path, input, seen);
  form.integer([...path, 'style'], input.style, { min: 1, max: 2, required: true });
  const min = form.integer([...path, 'min_length'], input.min_length, { min: 0, max: MAX_TEXT }) ?? 0;
  const max = form.integer([...path, 'max_length'], input.max_length, { min: 1, max: MAX_TEXT }) ?? MAX_TEXT;
  if (min > max) form.fail([...path, 'min_length'], 'NUMBER_TYPE_MAX', 'min_length is greater than max_length');
  form.text([...path, 'value'], input.value, { max });
  form.text([...path, 'placeholder'], input.placeholder, { max: 100 });
}
