// `npm run bench -- speed`, `-- growth`, `-- load`: one measurement by itself, or one part of it. A whole one writes its results.

import { parseArgs } from 'node:util';
import { build } from '../../scripts/build.js';
import { oneOf } from './arguments.js';
import { writeResults } from './results.js';

const SIZES = ['quick', 'full'];

/**
 * @param {string} kind
 * @param {(options: { size: string, part: string | null }) => Promise<{ figures: readonly object[] }>} run
 * @param {readonly string[]} parts
 */
export async function runAlone(kind, run, parts) {
  const { values } = parseArgs({ options: { size: { type: 'string', default: 'quick' }, part: { type: 'string' } } });
  const size = oneOf('size', values.size, SIZES);
  const part = values.part === undefined ? null : oneOf('part', values.part, parts);
  await build();
  const { figures } = await run({ size, part });
  if (part === null) console.log(writeResults(kind, { size, figures }));
}
