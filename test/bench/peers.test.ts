import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import * as run from '../../bench/peers/run.js';
// @ts-expect-error plain JavaScript
import { areChinese, characterTokens } from '../../bench/peers/tokens.js';
// @ts-expect-error plain JavaScript
import { drawShots, loadSet } from '../../bench/support/sets.js';

const { runPeer } = run;
const before = process.env.HANDFUL_BENCH_PEERS;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bench-peers-'));
  process.env.HANDFUL_BENCH_PEERS = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env.HANDFUL_BENCH_PEERS;
  else process.env.HANDFUL_BENCH_PEERS = before;
  rmSync(folder, { recursive: true, force: true });
});

async function cell() {
  const set = await loadSet('support-zh', { most: 8 });
  return { set, shots: 1, seed: 0, ...(await drawShots(set, 1, 0)) };
}

describe('a peer in a process of its own', () => {
  it('is a row with its failure where its package is not installed', async () => {
    const row = await runPeer('energeticai', await cell(), { timeLimit: 60, budgetSeconds: 10 });
    expect(row).toMatchObject({ part: 'peer', peer: 'energeticai', set: 'support-zh', shots: 1 });
    expect(row.failed).toContain("Cannot find module '@energetic-ai/classifiers'");
    expect(row).not.toHaveProperty('accuracy');
  });

  it('is stopped when its time is over', async () => {
    const row = await runPeer('knn', await cell(), { timeLimit: 0.01, budgetSeconds: 10 });
    expect(row.failed).toBe('not done in 0.01 s');
  });

  it('is scored with what it cost where it answers', async () => {
    const row = await runPeer('knn', await cell(), { timeLimit: 60, budgetSeconds: 10 });
    expect(row.failed).toBeUndefined();
    expect(row.texts).toBe(8);
    expect(row.accuracy).toBeGreaterThanOrEqual(0);
    for (const cost of ['trainSeconds', 'trainCpuSeconds', 'singlePerSecond', 'batchPerSecond', 'mostMegabytes'])
      expect(row[cost]).toBeGreaterThan(0);
  });
});

describe('Chinese for peers that cut at spaces', () => {
  it('is characters and pairs of neighbours; Latin words stay whole', () => {
    expect(characterTokens('付款 failed了吗')).toEqual(['付', '款', '付款', 'failed', '了', '吗', '了吗']);
    expect(areChinese([{ text: '付款' }, { text: '吗' }, { text: 'refund' }])).toBe(true);
  });
});
