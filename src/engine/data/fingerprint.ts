// Names a data set by its content, so that a record can say what exactly a version was trained on.

import { createHash } from 'node:crypto';
import type { TaskData } from '../types.js';

/**
 * 16 hex digits (64 bits of SHA-256) of the labels, their descriptions and the labelled texts. Order does not matter, repeats
 * do; the instruction is left out.
 */
export function fingerprint({ labels, examples }: Pick<TaskData, 'labels' | 'examples'>): string {
  const parts = [
    ...labels.map(({ name, description }) => JSON.stringify(['label', name, description ?? ''])),
    ...examples.map(({ text, label }) => JSON.stringify(['example', label, text])),
  ];
  const hash = createHash('sha256');
  for (const part of parts.sort()) hash.update(part).update('\n');
  return hash.digest('hex').slice(0, 16);
}
