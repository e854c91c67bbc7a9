// freeze: the last layers of the encoder train, the rest is left as it is.

import type { Method } from '../method.js';
import { fitTuned } from './tuned.js';

export const freeze: Method<'freeze'> = { name: 'freeze', fit: (input) => fitTuned(input, 'weights') };
