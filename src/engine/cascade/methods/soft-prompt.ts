// soft-prompt: trained vectors before every text (Lester et al., 2021).

import type { Method } from '../method.js';
import { fitTuned } from './tuned.js';

export const softPrompt: Method<'soft-prompt'> = {
  name: 'soft-prompt',
  fit: (input) => fitTuned(input, 'soft-prompt'),
};
