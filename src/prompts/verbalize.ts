// What stands for a label in a prompt: its name as words, which a model knows better than an identifier.

import type { LabelSpec } from '../engine/index.js';
import { oneLine } from './text-block.js';

/** One text a label, all different; names stay as they are where their words would be the same. */
export function verbalize(labels: readonly Pick<LabelSpec, 'name'>[]): string[] {
  const words = labels.map(({ name }) => oneLine(name.replace(/_+/g, ' ')));
  const keys = words.map((word) => word.toLowerCase());
  return new Set(keys).size === keys.length && words.every((word) => word !== '')
    ? words
    : labels.map(({ name }) => name);
}
