// `npm run bench -- quick`: everything at a size of minutes.

import { runAll } from './all.js';

export const main = () => runAll('quick');
