// Components of a message, and picking from a select by what its options say.

import { ComponentType } from 'discord.js';
import { asJson } from '../rules/form.js';
import type { Json, Message } from '../types.js';
import { NotOffered } from './offered.js';

/** Buttons and selects of a message, row by row. */
export const componentsOf = (message: Message): Json[] =>
  message.components.flatMap((row) => {
    const { components } = asJson(row);
    return Array.isArray(components) ? components.map(asJson) : [];
  });

/** Values of the options with these labels, within the select's bounds. */
export function pick(select: Json, labels: readonly string[]): string[] {
  if (select.type !== ComponentType.StringSelect) throw new Error('The emulator picks from string selects only.');
  const options = Array.isArray(select.options) ? select.options.map(asJson) : [];
  const values = labels.map((wanted) => {
    const option = options.find(({ label, value }) => label === wanted || value === wanted);
    if (option !== undefined) return String(option.value);
    throw new NotOffered(`${wanted} is not offered; there is ${options.map(({ label }) => String(label)).join(', ')}.`);
  });
  const min = Number(select.min_values ?? 1);
  const max = Number(select.max_values ?? 1);
  if (values.length < min || values.length > max) throw new NotOffered(`Pick ${min} to ${max}, not ${values.length}.`);
  return values;
}
