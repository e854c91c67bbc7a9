// Augmentation of any method: changed copies of the shots are learned from besides them. Held-out texts are never changed.

import { type Augmentation, augment } from '../data/augment/index.js';
import { joinRows } from '../features.js';
import { createRng } from '../random.js';
import type { FitInput } from './method.js';

interface CopyOptions {
  readonly augment?: string;
  readonly copies?: number;
  readonly strength?: number;
}

/** The input with changed copies among its shots; as it is where the options want none. */
export async function withCopies(input: FitInput<object>): Promise<FitInput<object>> {
  const { augment: kinds = 'none', copies = 0, strength = 0 } = input.options as CopyOptions;
  if (kinds === 'none') return input;
  const { shots, right, library, seed } = input;
  const options = { kinds: kinds.split('+') as Augmentation[], copies, strength };
  const { texts, from } = augment(shots.texts, options, createRng(seed, 'augment'), await library.neighbours());
  const encoded = await library.encode(texts, Object.keys(shots.vectors));
  return {
    ...input,
    shots: joinRows(shots, encoded),
    right: Int32Array.from([...right, ...Array.from(from, (row) => right[row]!)]),
  };
}
