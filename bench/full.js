// `npm run bench -- full`: everything at the size of the figures that the project quotes; many hours.

import { runAll } from './all.js';

export const main = () => runAll('full');
