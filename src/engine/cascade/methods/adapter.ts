// adapter: small bottlenecks after each residual branch (Houlsby et al., 2019).

import type { Method } from '../method.js';
import { fitTuned } from './tuned.js';

export const adapter: Method<'adapter'> = { name: 'adapter', fit: (input) => fitTuned(input, 'adapter') };
