// in-context: nothing is trained; a text is compared with the shots and the labels' names.

import { compareWith, createDemonstrations } from '../../answerers/in-context.js';
import { plainShots, withLabelNames } from '../../heads/shots.js';
import type { Method } from '../method.js';

export const inContext: Method = {
  name: 'in-context',
  async fit({ shots, right, classes, names, join, held }) {
    const demonstrations = await createDemonstrations(
      withLabelNames(plainShots(shots, right), names),
      classes,
      join.blocks,
    );
    return { logits: (await compareWith(demonstrations, held)).logits, experts: null };
  },
};
