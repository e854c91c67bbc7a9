// A search for a method's settings inside a run: what wins is used, and no fold is measured twice.

import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { candidatesFor } from '../../../src/engine/cascade/candidates.js';
import { runCascade } from '../../../src/engine/cascade/cascade.js';
import type { CascadeJobs } from '../../../src/engine/cascade/run.js';
import { plannedEvaluations } from '../../../src/engine/cascade/search.js';
import type { CascadeRequest, MethodOptions } from '../../../src/engine/types.js';
import { contextWith, jobsHere, oracle, request } from '../../support/cascade-jobs.js';
import { createFakeTunable, libraryOf } from '../../support/fake-tunable.js';

beforeAll(() => startBackend('wasm'));

const FOLDS = 3;
const CANDIDATES = candidatesFor('lora');

/** A run of LoRA with a search; each of its fits takes a second, and is right at a share that its settings say. */
async function search(
  shareOf: (options: MethodOptions) => number,
  changes: Partial<CascadeRequest> = {},
): Promise<{ result: Awaited<ReturnType<typeof runCascade>>; folds: string[]; finals: MethodOptions[] }> {
  let now = 0;
  const folds: string[] = [];
  const finals: MethodOptions[] = [];
  const here = jobsHere(undefined, { library: libraryOf(createFakeTunable({ size: 512 })) });
  const fit: CascadeJobs['fit'] = async (job, options) => {
    const result = await here.fit(job, options);
    const right = Int32Array.from(job.held, (i) => job.right[i]!);
    const share = job.method === 'lora' ? shareOf(job.options) : 0.3;
    if (job.method === 'lora') {
      now += 1000;
      if (job.scope !== null) finals.push(job.options);
      else folds.push(`${JSON.stringify(job.options)} ${job.held.join(' ')}`);
    }
    return { ...result, logits: result.logits.map(() => oracle(share, right, job.classes)) };
  };
  const { context } = contextWith({ ...here, fit }, { encoder: 'use-lite', clock: { now: () => now } });
  const result = await runCascade(request({ methods: ['lora'], search: true, ...changes }), context);
  return { result, folds, finals };
}

const isRank16 = ({ rank }: MethodOptions): boolean => rank === 16;

describe('a search for settings', () => {
  it('is measured and fitted with what won, and no fold of it is measured again', async () => {
    const { result, folds, finals } = await search((options) => (isRank16(options) ? 0.9 : 0.5));
    const rung = result.record.rungs.find(({ method }) => method === 'lora')!;
    expect(rung).toMatchObject({ status: 'measured', options: { rank: 16 }, measurement: { examples: 36, folds: 3 } });
    expect(rung.measurement!.accuracy).toBeCloseTo(0.92, 1);
    expect(finals).toEqual([{ rank: 16 }]);
    expect(folds.length).toBe(plannedEvaluations(CANDIDATES.length, FOLDS));
    expect(new Set(folds).size).toBe(folds.length);
  });

  it('keeps the defaults where nothing is better', async () => {
    const { result, folds, finals } = await search(() => 0.6);
    expect(result.record.rungs.at(-1)).toMatchObject({ method: 'lora', options: {} });
    expect(finals).toEqual([{}]);
    expect(new Set(folds).size).toBe(folds.length);
  });

  it('takes half of the time, and then measures what was best so far on the folds that are left', async () => {
    // Half of twelve seconds: six candidates on the first fold.
    const { result, folds, finals } = await search((options) => (isRank16(options) ? 0.9 : 0.5), { budgetSeconds: 12 });
    expect(CANDIDATES.findIndex(isRank16)).toBeLessThan(6);
    expect(folds.length).toBe(6 + FOLDS - 1);
    expect(new Set(folds).size).toBe(folds.length);
    expect(finals).toEqual([{ rank: 16 }]);
    expect(result.record.rungs.at(-1)).toMatchObject({ options: { rank: 16 }, measurement: { folds: FOLDS } });
  });

  it('measures each candidate with the settings that were given, as far as it says nothing else', async () => {
    const given = { batchSize: 8, rank: 2 };
    const { finals, folds } = await search((options) => (isRank16(options) ? 0.9 : 0.5), { options: given });
    expect(finals).toEqual([{ batchSize: 8, rank: 16 }]);
    for (const fold of folds) expect(fold).toContain('"batchSize":8');
    expect(folds.filter((fold) => fold.includes('"rank":2')).length).toBeGreaterThan(0);
    expect(new Set(folds).size).toBe(folds.length);
  });

  it('happens only where it was asked for', async () => {
    const { folds } = await search(() => 0.6, { search: false });
    expect(folds.length).toBe(FOLDS);
  });
});
