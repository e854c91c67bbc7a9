// in-context: nothing is trained; a text is compared with the shots and the labels' names.

import { compareWith, createDemonstrations } from '../../answerers/in-context.js';
import { balancedSubset } from '../../data/sample.js';
import { selectRows } from '../../features.js';
import { MAX_DEMONSTRATIONS } from '../../heads/prototype.js';
import { plainShots, withLabelNames } from '../../heads/shots.js';
import { createRng } from '../../random.js';
import type { Method } from '../method.js';

export const inContext: Method = {
  name: 'in-context',
  async fit({ shots, right, classes, names, join, held, seed }) {
    const rows = Array.from(right, (label, row) => ({ text: '', label: String(label), row }));
    const kept = balancedSubset(rows, MAX_DEMONSTRATIONS, createRng(seed, 'demonstrations')).map(({ row }) => row);
    const labels = Int32Array.from(kept, (row) => right[row]!);
    const own = withLabelNames(plainShots(selectRows(shots, kept), labels), names);
    const demonstrations = await createDemonstrations(own, classes, join.blocks);
    return { logits: (await compareWith(demonstrations, held)).logits, experts: null };
  },
};
