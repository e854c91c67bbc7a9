// A form as the app sends it: every field within its bounds, untouched fields with what they showed.

import { ComponentType } from 'discord.js';
import { attachmentPayload, storeUpload } from '../files.js';
import { asJson, lengthOf } from '../rules/form.js';
import type { Channel, Form, FormField, Json, Upload } from '../types.js';
import type { World } from '../world.js';
import { NotOffered } from './offered.js';
import { pick } from './selects.js';

const MAX_TEXT = 4_000;

export type FormValue = string | readonly string[] | Upload | readonly Upload[];

interface Submitted {
  readonly components: readonly Json[];
  readonly resolved: Json;
}

export function fillForm(
  world: World,
  channel: Channel,
  form: Form,
  values: Readonly<Record<string, FormValue>>,
): Submitted {
  for (const name of Object.keys(values))
    if (!form.fields.some((field) => isNamed(field, name)))
      throw new NotOffered(
        `The form has no field ${name}; it has ${form.fields.map(({ label }) => label).join(', ')}.`,
      );
  const attachments: Record<string, unknown> = {};
  const submitted = (component: Json): Json => {
    const field = form.fields.find(({ customId }) => customId === component.custom_id);
    if (field === undefined) return { type: component.type };
    const given = Object.entries(values).find(([name]) => isNamed(field, name))?.[1];
    const base = { type: component.type, custom_id: component.custom_id };
    if (component.type === ComponentType.TextInput) return { ...base, value: textOf(field, given) };
    if (component.type === ComponentType.FileUpload) {
      const ids = filesOf(field, given).map((upload) => {
        const { attachment } = storeUpload(world, channel.id, upload);
        attachments[attachment.id] = attachmentPayload(attachment);
        return attachment.id;
      });
      return { ...base, values: ids };
    }
    return { ...base, values: selectedOf(field, given) };
  };
  let id = 1;
  const numbered = (payload: Json): Json => ({ ...payload, id: id++ });
  const tops = Array.isArray(form.raw.components) ? form.raw.components.map(asJson) : [];
  const components = tops.map((top) => {
    if (top.type === ComponentType.Label)
      return numbered({ type: top.type, component: numbered(submitted(asJson(top.component))) });
    if (top.type === ComponentType.ActionRow && Array.isArray(top.components))
      return numbered({
        type: top.type,
        components: top.components.map((child) => numbered(submitted(asJson(child)))),
      });
    return numbered({ type: top.type });
  });
  return { components, resolved: Object.keys(attachments).length === 0 ? {} : { attachments } };
}

const isNamed = ({ label, customId }: FormField, name: string): boolean => label === name || customId === name;
const isRequired = ({ component }: FormField): boolean => component.required !== false;

function textOf(field: FormField, given: FormValue | undefined): string {
  const text = given ?? field.component.value ?? '';
  if (typeof text !== 'string') throw new NotOffered(`${field.label} takes text.`);
  if (text === '' && !isRequired(field)) return text;
  if (text === '') throw new NotOffered(`${field.label} is required.`);
  const min = Number(field.component.min_length ?? 0);
  const max = Number(field.component.max_length ?? MAX_TEXT);
  if (lengthOf(text) < min || lengthOf(text) > max)
    throw new NotOffered(`${field.label} takes ${min} to ${max} characters, not ${lengthOf(text)}.`);
  return text;
}

function selectedOf(field: FormField, given: FormValue | undefined): string[] {
  const { component } = field;
  const options = Array.isArray(component.options) ? component.options.map(asJson) : [];
  const shown = options.filter((option) => option.default === true).map(({ value }) => String(value));
  const labels = given === undefined ? shown : [given].flat().map(String);
  if (labels.length === 0 && !isRequired(field)) return [];
  if (labels.length === 0 && Number(component.min_values ?? 1) > 0) throw new NotOffered(`${field.label} is required.`);
  return pick(component, labels);
}

function filesOf(field: FormField, given: FormValue | undefined): readonly Upload[] {
  const files = given === undefined ? [] : [given].flat();
  if (!files.every((file): file is Upload => typeof file === 'object'))
    throw new NotOffered(`${field.label} takes files.`);
  if (files.length === 0 && isRequired(field)) throw new NotOffered(`${field.label} is required.`);
  const max = Number(field.component.max_values ?? 1);
  if (files.length > max) throw new NotOffered(`${field.label} takes at most ${max} files.`);
  return files;
}
