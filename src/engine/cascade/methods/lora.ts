// lora: a low-rank change inside the encoder (Hu et al., 2021). One that was trained elsewhere is taken as it is.

import type { Method } from '../method.js';
import { fitHeads, fitTuned } from './tuned.js';

export const lora: Method<'lora'> = {
  name: 'lora',
  async fit(input) {
    const { given, library, tunable } = input;
    return given === null ? fitTuned(input, 'lora') : fitHeads(input, await library.tunable(tunable!), given);
  },
};
