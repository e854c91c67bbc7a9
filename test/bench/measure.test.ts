import { describe, expect, it } from 'vitest';
// @ts-expect-error plain JavaScript
import { measureCell } from '../../bench/quality/measure.js';
// @ts-expect-error plain JavaScript
import { loadSet } from '../../bench/support/sets.js';
import { UserError } from '../../src/engine/errors.js';

type Row = Record<string, unknown>;

const rung = (method: string, comparison: Row | null = null): Row => ({
  ...{ method, status: 'measured', reason: null, comparison },
  measurement: { accuracy: 0.5 },
  ...{ measureSeconds: 1, trainSeconds: 2 },
});

/** Answers every text with one label by each method, in scope with similarity 0.9 and, of other texts, 0.1. */
function engineThat(runCascade: () => Promise<unknown>, labelOf: Record<string, string>, known: ReadonlySet<string>) {
  return {
    runCascade,
    describe: async () => ({ encoder: 'embedded', backend: { name: 'wasm', better: [] } }),
    predict: async ({ key }: { key: string }, texts: readonly string[]) =>
      texts.map((text) => ({
        closest: labelOf[key.split('#')[1] ?? 'in-context'],
        probability: 0.8,
        scores: [],
        ...{ similarity: known.has(text) ? 0.9 : 0.1, threshold: 0.5 },
      })),
  };
}

const cell = (set: unknown): Row => ({
  ...{ set, shots: 4, seed: 0, variant: 'clean', methods: 'auto', budgetSeconds: 60, encoder: 'embedded' },
});

describe('a cell of quality', () => {
  it('has a row a method and one of the chosen, scored on the test part', async () => {
    const set = { ...(await loadSet('support', { most: 40 })), outOfScope: ['what is the weather'] };
    const [first, second] = set.labels as string[];
    const record = {
      rungs: [rung('in-context'), rung('head', { holder: 'in-context', better: true })],
      ...{ chosen: 'head', backend: 'wasm' },
    };
    const cascade = async () => ({ record, checkpoints: { head: new Uint8Array() } });
    const known = new Set<string>(set.test.map(({ text }: { text: string }) => text));
    const engine = engineThat(cascade, { 'in-context': first!, head: second! }, known);
    const { rows } = (await measureCell(engine, cell(set))) as { rows: Row[] };
    const share = (label: string): number =>
      set.test.filter((each: { label: string }) => each.label === label).length / set.test.length;
    const accuracy = rows.filter(({ part }) => part === 'accuracy');
    expect(accuracy.map(({ method, accuracy: found }) => [method, found])).toEqual([
      ['in-context', share(first!)],
      ['head', share(second!)],
      ['chosen', share(second!)],
    ]);
    expect(accuracy[2]).toMatchObject({ answeredBy: 'head', promoted: true, examples: 4 * set.labels.length });
    expect(rows.filter(({ part }) => part === 'reliability')).toEqual([
      expect.objectContaining({ bin: 8, confidence: 0.8, texts: 40, accuracy: share(second!) }),
    ]);
    expect(rows.find(({ part, method }) => part === 'scope' && method === 'chosen')).toMatchObject({
      ...{ recall: 1, acceptance: 1, ownRecall: 1, ownAcceptance: 1, auroc: 1 },
    });
  });

  it('is answered in context where the examples are too few to measure', async () => {
    const set = await loadSet('support', { most: 10 });
    const fails = () => Promise.reject(new UserError('too-few-examples', 'each label needs 2'));
    const engine = engineThat(fails, { 'in-context': set.labels[0] }, new Set());
    const { rows } = (await measureCell(engine, cell(set))) as { rows: Row[] };
    expect(rows.find(({ method }) => method === 'chosen')).toMatchObject({
      ...{ answeredBy: 'in-context', crossValidated: null, promoted: false },
    });
  });

  it('fails as its run fails', async () => {
    const set = await loadSet('support', { most: 10 });
    const fails = () => Promise.reject(new UserError('training-failed', 'out of memory'));
    await expect(measureCell(engineThat(fails, {}, new Set()), cell(set))).rejects.toThrow('out of memory');
  });
});
