// in-context: nothing is trained; a text is compared with the shots and the labels' names.

import { compareWith, createDemonstrations } from '../../answerers/in-context.js';
import { balancedSubset } from '../../data/sample.js';
import { selectRows } from '../../features.js';
import { MAX_DEMONSTRATIONS } from '../../heads/prototype.js';
import { type EncodedShots, plainShots, withLabelNames } from '../../heads/shots.js';
import { createRng } from '../../random.js';
import type { FitInput, Method } from '../method.js';

export const inContext: Method<'in-context'> = {
  name: 'in-context',
  async fit({ shots, right, classes, names, join, held, seed }) {
    const { withNames } = demonstrationsOf({ shots, right, names, seed });
    const demonstrations = await createDemonstrations(withNames, classes, join.blocks);
    return { logits: [(await compareWith(demonstrations, held)).logits], experts: null };
  },
};

/** The shots that texts are compared with: rows `kept` with their labels, and after them the labels' names. */
export function demonstrationsOf({ shots, right, names, seed }: Pick<FitInput, 'shots' | 'right' | 'names' | 'seed'>): {
  readonly kept: readonly number[];
  readonly labels: Int32Array;
  readonly withNames: EncodedShots;
} {
  const rows = Array.from(right, (label, row) => ({ text: '', label: String(label), row }));
  const kept = balancedSubset(rows, MAX_DEMONSTRATIONS, createRng(seed, 'demonstrations')).map(({ row }) => row);
  const labels = Int32Array.from(kept, (row) => right[row]!);
  return { kept, labels, withNames: withLabelNames(plainShots(selectRows(shots, kept), labels), names) };
}
