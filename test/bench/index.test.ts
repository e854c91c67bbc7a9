import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BENCH = fileURLToPath(new URL('../../bench/index.js', import.meta.url));
const bench = (...args: readonly string[]) => spawnSync(process.execPath, [BENCH, ...args], { encoding: 'utf8' });

describe('npm run bench', () => {
  it('says which measurements there are when one is not', () => {
    const { status, stderr } = bench('qualty');
    expect(status).toBe(2);
    expect(stderr).toMatch(/no measurement "qualty"\. Expected one of quick, full, quality, peers, .*compare/);
  });

  it('says what an option of a measurement expects', () => {
    const quality = bench('quality', '--shots', 'many');
    expect([quality.status, quality.stderr]).toEqual([2, expect.stringContaining('--shots: expected whole numbers')]);
    const compare = bench('compare', 'only-one.json');
    expect([compare.status, compare.stderr]).toEqual([2, expect.stringContaining('Expected two files of results')]);
  });
});
