// full: all layers of the encoder train.

import type { Method } from '../method.js';
import { fitTuned } from './tuned.js';

export const full: Method<'full'> = { name: 'full', fit: (input) => fitTuned(input, 'weights') };
