// prefix: trained keys and values in every layer (P-tuning v2, Liu et al., 2022).

import type { Method } from '../method.js';
import { fitTuned } from './tuned.js';

export const prefix: Method<'prefix'> = { name: 'prefix', fit: (input) => fitTuned(input, 'prefix') };
