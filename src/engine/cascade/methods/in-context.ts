// in-context: nothing is trained; a text is compared with the shots.

import { createDemonstrations, inContextLogits } from '../../answerers/in-context.js';
import type { Method } from '../method.js';

export const inContext: Method = {
  name: 'in-context',
  async fit({ shots, right, classes, frozen, held }) {
    return { logits: inContextLogits(held, createDemonstrations(shots, frozen, right, classes)), experts: null };
  },
};
