import { describe, expect, it } from 'vitest';
import { advise, ladderFor, type Quadrant, quadrantOf } from '../../../src/engine/cascade/advisor.js';
import type { DataFacts } from '../../../src/engine/cascade/facts.js';
import { METHOD_NAMES, type MethodName } from '../../../src/engine/types.js';
import { facts, separated, shotsEach } from '../../support/facts.js';

const NOTHING = { prompter: false, unlabelled: 0, related: 0 };
const methods = (data: DataFacts, means = NOTHING): MethodName[] => ladderFor(data, means).map(({ method }) => method);

describe('the quadrant', () => {
  it.each<[string, Partial<DataFacts>, Quadrant | null, MethodName]>([
    ['few that frozen vectors tell apart', { separation: separated(0.9) }, 'few-similar', 'head'],
    ['few that they do not', { separation: separated(0.6) }, 'few-dissimilar', 'lora'],
    ['many that they tell apart', { ...shotsEach(80), separation: separated(0.9) }, 'many-similar', 'lora'],
    ['many that they do not', { ...shotsEach(80), separation: separated(0.6) }, 'many-dissimilar', 'full'],
    ['few, not measured', {}, null, 'head'],
    ['few of unknown tokens, not measured', { unknownShare: 0.4 }, 'few-dissimilar', 'lora'],
    [
      'few of unknown tokens, told apart by chance',
      { unknownShare: 0.4, separation: separated(0.9) },
      'few-dissimilar',
      'lora',
    ],
    ['few where nothing can be tuned', { separation: separated(0.6), tunable: false }, 'few-dissimilar', 'head'],
    ['too few to measure', { ...shotsEach(1) }, null, 'in-context'],
  ])('of %s', (_, changes, quadrant, method) => {
    expect(quadrantOf(facts(changes))).toBe(quadrant);
    expect(advise(facts(changes)).method).toBe(method);
  });
});

describe('the encoder', () => {
  const [chinese, greek] = [
    { latin: 0.1, han: 0.9, other: 0 },
    { latin: 0, han: 0, other: 1 },
  ];
  it.each<[string, Partial<DataFacts>, string | null]>([
    ['Chinese on an English encoder', { encoder: 'use-lite', scripts: chinese }, 'embedded'],
    ['Chinese that the embedded one tells apart', { scripts: chinese, separation: separated(0.9) }, null],
    ['Chinese that it does not', { scripts: chinese, separation: separated(0.5) }, 'multilingual-bert'],
    ['English that it does not', { separation: separated(0.5) }, 'english-bert'],
    ['English that it does', { separation: separated(0.9) }, null],
    ['a script that no embedded encoder knows', { scripts: greek }, 'multilingual-bert'],
    ['an encoder that knows no language', { encoder: 'hashing', separation: separated(0.9) }, 'embedded'],
    ['a BERT already', { encoder: 'owner/some-bert', separation: separated(0.4) }, null],
  ])('for %s', (_, changes, kind) => {
    expect(advise(facts(changes)).encoder?.kind ?? null).toBe(kind);
  });
});

describe('what to teach next', () => {
  it('is the label with the fewest examples, then the pair that is mixed up most, then what waits for a label', () => {
    const counts = [
      { label: 'a', examples: 12 },
      { label: 'b', examples: 4 },
      { label: 'c', examples: 7 },
    ];
    const mixedUp = [
      { a: 'a', b: 'b', count: 5 },
      { a: 'b', b: 'c', count: 1 },
    ];
    expect(advise(facts({ counts, mixedUp, unlabelled: 3 })).teach).toEqual([
      { kind: 'fewest', label: 'b', examples: 4, goal: 10 },
      { kind: 'mixed-up', a: 'a', b: 'b', count: 5 },
    ]);
    expect(advise(facts({ ...shotsEach(20), unlabelled: 3 })).teach).toEqual([{ kind: 'unlabelled', count: 3 }]);
    expect(advise(facts(shotsEach(20))).teach).toEqual([]);
  });
});

describe('the ladder', () => {
  it.each<[string, Partial<DataFacts>, Partial<typeof NOTHING>, MethodName[]]>([
    ['before anything is measured: what may come', {}, {}, ['in-context', 'head', 'lora', 'contrastive']],
    ['few and known', { separation: separated(0.9) }, {}, ['in-context', 'head', 'lora']],
    ['few and unknown', { separation: separated(0.5) }, {}, ['in-context', 'head', 'lora', 'contrastive']],
    ['few of many labels', { ...shotsEach(10, 21) }, {}, ['in-context', 'head', 'lora']],
    [
      'many and unknown',
      { ...shotsEach(60), separation: separated(0.5) },
      {},
      ['in-context', 'head', 'freeze', 'full'],
    ],
    ['many and known', { ...shotsEach(60), separation: separated(0.9) }, {}, ['in-context', 'head', 'lora']],
    ['very few beside other tasks', shotsEach(5), { related: 3 }, ['in-context', 'head', 'lora', 'prototypes']],
    ['49 texts without a label', { tunable: false }, { unlabelled: 49 }, ['in-context', 'head']],
    ['50 of them', { tunable: false }, { unlabelled: 50 }, ['in-context', 'head', 'self-training']],
    ['a language model', { tunable: false }, { prompter: true }, ['in-context', 'head', 'prompt']],
    ['nothing to tune', { tunable: false, separation: separated(0.2) }, {}, ['in-context', 'head']],
  ])('%s', (_, changes, means, expected) => {
    expect(methods(facts(changes), { ...NOTHING, ...means })).toEqual(expected);
  });

  it('leaves time for what comes later, and gives the last one all of it', () => {
    expect(ladderFor(facts(), { prompter: true, unlabelled: 100, related: 0 })).toEqual([
      { method: 'in-context', share: 1 },
      { method: 'head', share: 1 },
      { method: 'self-training', share: 0.3 },
      { method: 'prompt', share: 0.3 },
      { method: 'lora', share: 0.6 },
      { method: 'contrastive', share: 1 },
    ]);
    expect(ladderFor(facts({ tunable: false }), { ...NOTHING, prompter: true }).at(-1)).toEqual({
      method: 'prompt',
      share: 1,
    });
  });

  it('of measured data is a part of what was planned, in the order of the methods, with two expensive ones at most', () => {
    for (const shots of [3, 10, 49, 50, 500]) {
      for (const means of [NOTHING, { prompter: true, unlabelled: 1000, related: 5 }]) {
        const plan = methods(facts(shotsEach(shots)), means);
        for (const aboveChance of [-0.1, 0.5, 0.95]) {
          const ladder = methods(facts({ ...shotsEach(shots), separation: separated(aboveChance) }), means);
          expect(ladder.slice(0, 2)).toEqual(['in-context', 'head']);
          expect(ladder).toEqual(METHOD_NAMES.filter((method) => ladder.includes(method)));
          const isExpensive = (method: MethodName): boolean =>
            METHOD_NAMES.indexOf(method) >= METHOD_NAMES.indexOf('freeze');
          expect(ladder.filter(isExpensive).length).toBeLessThanOrEqual(2);
          if (shots < 50) expect(plan).toEqual(expect.arrayContaining(ladder));
        }
      }
    }
  });
});
