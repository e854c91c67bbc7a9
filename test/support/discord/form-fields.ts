// A modal as the person sees it: a title and labelled fields.

import { ComponentType } from 'discord.js';
import { asJson } from './rules/form.js';
import type { Form, FormField, Json, User } from './types.js';

export function formOf(user: User, data: Json): Form {
  const tops = Array.isArray(data.components) ? data.components.map(asJson) : [];
  return {
    customId: String(data.custom_id),
    title: String(data.title),
    user,
    raw: data,
    fields: tops.flatMap(fieldsOf),
  };
}

function fieldsOf(top: Json): FormField[] {
  if (top.type === ComponentType.Label) return [field(asJson(top.component), top.label, top.description)];
  if (top.type !== ComponentType.ActionRow || !Array.isArray(top.components)) return [];
  return top.components.map(asJson).map((component) => field(component, component.label, ''));
}

const field = (component: Json, label: unknown, description: unknown): FormField => ({
  customId: String(component.custom_id),
  label: String(label),
  description: String(description ?? ''),
  type: Number(component.type),
  component,
});
