import { describe, expect, it } from 'vitest';
import type { DataFacts } from '../../../src/engine/cascade/facts.js';
import { ladderOf, stopReason } from '../../../src/engine/cascade/ladder.js';
import { type CascadeRequest, METHOD_NAMES, type MethodName, type TaskData } from '../../../src/engine/types.js';
import { request } from '../../support/cascade-jobs.js';
import { facts, measurement, separated, shotsEach } from '../../support/facts.js';
import { support } from '../../support/tasks.js';

interface Given {
  readonly prompter?: boolean;
  readonly data?: Partial<DataFacts>;
}

const steps = (changes: Partial<CascadeRequest>, { prompter = false, data = {} }: Given = {}) =>
  ladderOf(request(changes), { prompter, facts: facts(data) });
const methods = (...given: Parameters<typeof steps>): MethodName[] => steps(...given).map(({ method }) => method);

describe('a ladder of methods that were asked for', () => {
  it.each<[string, readonly MethodName[], MethodName, boolean, readonly MethodName[]]>([
    ['what answers now', ['head'], 'in-context', false, ['in-context', 'head']],
    ['the cheapest first', ['full', 'adapter', 'head'], 'in-context', false, ['in-context', 'head', 'adapter', 'full']],
    [
      'the head that tuned methods build on',
      ['contrastive'],
      'in-context',
      false,
      ['in-context', 'head', 'contrastive'],
    ],
    ['the head that self-training starts from', ['self-training'], 'head', false, ['head', 'self-training']],
    ['the head, where what answers now builds on it', ['in-context'], 'lora', false, ['in-context', 'head', 'lora']],
    ['prompts with a language model', ['prompt'], 'in-context', true, ['in-context', 'prompt']],
    ['no prompts without one, also when they answer now', ['head'], 'prompt', false, ['head']],
  ])('holds %s', (_, asked, incumbent, prompter, expected) => {
    expect(methods({ methods: asked, incumbent }, { prompter })).toEqual(expected);
  });

  it('leaves each of them all the time that is left, whatever the data is like', () => {
    for (const data of [{}, { separation: separated(0.95) }, { tunable: false }]) {
      expect(steps({ methods: ['lora', 'full'] }, { data })).toEqual(
        ['in-context', 'head', 'lora', 'full'].map((method) => ({ method, share: 1 })),
      );
    }
  });
});

describe('a ladder that is left to the data', () => {
  it('keeps after the head what the data wants', () => {
    const before = methods({});
    expect(before).toEqual(['in-context', 'head', 'lora', 'contrastive']);
    expect(methods({}, { data: { separation: separated(0.5) } })).toEqual(before);
    expect(methods({}, { data: { separation: separated(0.95) } })).toEqual(['in-context', 'head', 'lora']);
  });

  it('of many examples goes through the layers, or takes LoRA where frozen vectors do well', () => {
    const many = shotsEach(80);
    expect(methods({}, { data: many })).toEqual(['in-context', 'head', 'freeze', 'full']);
    const similar = { ...many, separation: separated(0.95) };
    expect(methods({}, { data: similar })).toEqual(['in-context', 'head', 'lora']);
  });

  it('always holds what answers now, once, with all the time', () => {
    const incumbents = METHOD_NAMES.filter((method) => method !== 'prompt');
    for (const incumbent of incumbents) {
      for (const data of [{}, { separation: separated(0.95) }, { tunable: false }]) {
        const own = steps({ incumbent }, { data }).filter(({ method }) => method === incumbent);
        expect(own, incumbent).toHaveLength(1);
      }
    }
    expect(steps({ incumbent: 'adapter' }).at(-1)).toEqual({ method: 'adapter', share: 1 });
  });

  it('has prompts with a language model only, also when they answer now', () => {
    expect(methods({ incumbent: 'prompt' })).not.toContain('prompt');
    expect(methods({ incumbent: 'prompt' }, { prompter: true }).filter((name) => name === 'prompt')).toHaveLength(1);
  });

  it('learns from texts without a label where there are enough', () => {
    const texts = (count: number) => ({
      surroundings: { unlabelled: Array.from({ length: count }, (_, i) => `text ${i}`), related: [] },
    });
    expect(methods(texts(49))).not.toContain('self-training');
    expect(methods(texts(50))).toEqual(['in-context', 'head', 'self-training', 'lora', 'contrastive']);
  });

  it('learns from other tasks where three of them hold enough for one more', () => {
    const few = shotsEach(5);
    const poor: TaskData = { ...support, examples: support.examples.slice(0, 5) };
    const among = (...related: TaskData[]) => methods({ surroundings: { unlabelled: [], related } }, { data: few });
    expect(among(support, support, support)).toEqual(['in-context', 'head', 'lora', 'prototypes']);
    // The third has one label of two examples only.
    expect(among(support, support, poor)).toEqual(['in-context', 'head', 'lora', 'contrastive']);
  });
});

describe('the end of the ladder', () => {
  const clearlyBelow = measurement(0.6);
  const doubtful = measurement(0.85);
  const met = measurement(0.9);

  it.each([
    ['goes on below the target', clearlyBelow, 'head', {}, null],
    ['ends at the target', met, 'in-context', {}, 'target-met'],
    ['goes on from in-context in doubt', doubtful, 'in-context', {}, null],
    ['ends in doubt after the head', doubtful, 'head', {}, 'cannot-tell'],
    ['goes on where methods were asked for', met, 'head', { methods: ['lora'] }, null],
    ['says so where everything is measured', met, 'head', { methods: ['lora'], exhaustive: true }, 'target-met'],
    ['goes on to search for settings', met, 'head', { search: true }, null],
  ] as const)('%s', (_, measured, method, changes, reason) => {
    expect(stopReason(measured, method, request(changes))).toBe(reason);
  });
});
