import { describe, expect, it } from 'vitest';
import { pageOf } from '../../bench/page.js';
import { growthGoals, loadGoals, speedGoals } from '../../bench/support/cost-goals.js';

const ORIGIN = {
  size: 'quick',
  commit: 'abc123',
  seeds: [0, 1],
  options: {},
  machine: { cpu: 'Test CPU', cores: 2, memoryGb: 8, system: 'linux x64', node: '20.0.0' },
  versions: { handful: '0.1.0' },
  load: { start: [0.5], end: [1.5] },
};
const quality = (date: string, accuracy: number) => ({
  ...ORIGIN,
  kind: 'quality',
  date,
  figures: [0, 1].map((seed) => ({
    part: 'accuracy',
    ...{ set: 'support', shots: 8, seed, variant: 'clean', method: 'chosen', answeredBy: 'head' },
    ...{ accuracy: accuracy + 0.02 * seed, logLoss: 0.5, ece: 0.04 },
  })),
});

describe('the page of the benchmark', () => {
  it('takes every section from the newest results that have it, and names where they come from', () => {
    const { markdown } = pageOf([quality('2026-01-01', 0.4), quality('2026-02-01', 0.7)]);
    expect(markdown).toMatch(/\| support \| 8 \| 2 \| 71\.0 % \(58\.3 to 83\.7\) \|/);
    expect(markdown).not.toContain('41.0 %');
    expect(markdown).toContain('commit abc123; 2 × Test CPU, 8 GB');
    expect(markdown).toContain('load average 0.5 at the start, 1.5 at the end');
    expect(markdown).not.toContain('## Load');
  });

  it('says which goals are not reached', () => {
    const figures = speedGoals([
      { part: 'encoding', mode: 'in batches', times: 1.5 },
      { part: 'step', what: 'step', percentOfPeak: 71.5 },
    ]);
    const { markdown } = pageOf([{ ...ORIGIN, kind: 'speed', date: '2026-02-01', figures }]);
    expect(markdown).toMatch(/against EnergeticAI .*\| at least 2 × \| 5 × \| 1\.5 × \| 1 \| \*\*no\*\* \|/);
    expect(markdown).toMatch(/matrix products \| at least 50\.0 % \| 70\.0 % \| 71\.5 % \| 1 \| yes, the aim too \|/);
    expect(markdown).toContain('1 of 2 goals with a figure are reached. Short of its bound: texts a second');
  });

  it('draws a learning curve only from three numbers of shots on', () => {
    const results = quality('2026-02-01', 0.7);
    const more = [4, 16].flatMap((shots) => results.figures.map((row) => ({ ...row, shots })));
    expect([...pageOf([results]).pictures.keys()]).toEqual([]);
    const whole = { ...results, figures: [...results.figures, ...more] };
    expect([...pageOf([whole]).pictures.keys()]).toEqual(['learning-curves']);
  });
});

describe('goals of speed, growth and load', () => {
  const growth = (part: string, exponent: number) => ({
    part,
    what: 'growth',
    cost: 'answerMs',
    exponent,
    low: 0,
    high: 2,
  });
  const load = (asks: readonly object[], byAnother: number) =>
    loadGoals([
      ...asks.map((row) => ({ phase: 'training', what: 'ask', ...row })),
      { phase: 'swaps', what: 'all', failed: 0 },
      { phase: 'swaps', what: 'swap', requests: 1000, failed: 0 },
      { phase: 'swaps', what: 'answers by', byAnother },
    ]).map(({ value, reached }) => [value, reached]);

  it('tell flat from less than proportional, and that from more', () => {
    const reached = [0.05, 0.5, 1.2].map((exponent) => growthGoals([growth('examples', exponent)])[0]?.reached);
    expect(reached).toEqual(['aim', 'bound', 'no']);
  });

  it('take throughput and p99 from the same number of clients, the one with the most answers', () => {
    const asks = [
      { clients: 1, perSecond: 50, p99: 40 },
      { clients: 8, perSecond: 160, p99: 200 },
    ];
    expect(load(asks, 0)).toEqual([
      [160, 'aim'],
      [200, 'no'],
      [0, 'aim'],
      [0, 'aim'],
    ]);
  });

  it('do not forgive a single answer by another version', () => {
    expect(load([], 1).at(-1)).toEqual([1, 'no']);
  });
});
