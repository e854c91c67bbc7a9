// What a method needs besides the task's examples, and what is missing of it. Loads no TensorFlow.js.

import { duplicateKey } from '../data/duplicates.js';
import { sourceTasks } from '../data/episodes.js';
import type { MethodName, RungReason, Surroundings } from '../types.js';

/** Different texts without a label that a method needs at least. */
export const LEAST_UNLABELLED: Readonly<Partial<Record<MethodName, number>>> = { 'self-training': 8, pretrain: 16 };

/** Why a method cannot be tried with these surroundings; null: it can. */
export function missingFor(method: MethodName, { unlabelled, related }: Surroundings): RungReason | null {
  if (method === 'prototypes') return sourceTasks(related).length === 0 ? { kind: 'no-related' } : null;
  const least = LEAST_UNLABELLED[method];
  if (least === undefined) return null;
  const found = new Set(unlabelled.map(duplicateKey)).size;
  return found < least ? { kind: 'no-unlabelled', found, least } : null;
}
