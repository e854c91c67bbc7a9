import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/engine/index.js';
import {
  buildPrompt,
  CONTENT_FREE,
  fenceFor,
  fitBudget,
  meanOf,
  mostDemonstrations,
  oneLine,
  ordersOf,
  type PromptContent,
  parseWay,
  promptText,
  selectDemonstrations,
  verbalize,
  wayName,
  withoutBias,
  wordBags,
} from '../../src/prompts/index.js';

const neighbour = (text: string, label: string, similarity: number) => ({ text, label, similarity });
const NEAREST = [
  neighbour('a1', 'a', 0.9),
  neighbour('a2', 'a', 0.8),
  neighbour('a3', 'a', 0.7),
  neighbour('b1', 'b', 0.3),
  neighbour('b2', 'b', 0.2),
];

describe('demonstrations', () => {
  it.each([
    [5, ['b2', 'b1', 'a3', 'a2', 'a1']],
    [4, ['b2', 'b1', 'a2', 'a1']],
    [2, ['b1', 'a1']],
    [1, ['a1']],
    [0, []],
  ])('%i of them are balanced over the labels, best last', (maxDemonstrations, texts) => {
    const selected = selectDemonstrations(NEAREST, { labels: ['a', 'b', 'c'], maxDemonstrations });
    expect(selected.map(({ text }) => text)).toEqual(texts);
  });

  it('never hold a label that the task does not have', () => {
    expect(selectDemonstrations(NEAREST, { labels: ['b'], maxDemonstrations: 9 }).map(({ label }) => label)).toEqual([
      'b',
      'b',
    ]);
  });
});

describe('a budget', () => {
  it('drops whole parts, the first ones first', () => {
    const within = (max: number) => fitBudget(['aaaa', 'bbb', 'cc'], { max, size: ({ length }) => length });
    expect(within(9)).toEqual(['aaaa', 'bbb', 'cc']);
    expect(within(8)).toEqual(['bbb', 'cc']);
    expect(within(2)).toEqual(['cc']);
    expect(within(1)).toEqual([]);
    expect(within(-5)).toEqual([]);
  });
});

describe('orders of the demonstrations', () => {
  const rng = (order: number) => createRng(0, order);
  const texts = (orders: readonly (readonly { text: string }[])[]) =>
    orders.map((order) => order.map(({ text }) => text).join(' '));

  it('begin with the best last', () => {
    const orders = ordersOf(NEAREST, { count: 3, whole: false, rng });
    expect(texts(orders)[0]).toBe('a1 a2 a3 b1 b2');
    expect(new Set(texts(orders)).size).toBe(3);
  });

  it('are the same for every question where a prompt holds all examples', () => {
    const one = ordersOf(NEAREST, { count: 3, whole: true, rng });
    const other = ordersOf(
      [...NEAREST].reverse().map((each) => ({ ...each, similarity: -each.similarity })),
      { count: 3, whole: true, rng },
    );
    expect(texts(one)).toEqual(texts(other));
    for (const order of one) expect(order.map(({ text }) => text).sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2']);
  });

  it('are one for less than two demonstrations', () => {
    expect(ordersOf([], { count: 3, whole: true, rng })).toEqual([[]]);
    expect(ordersOf(NEAREST.slice(0, 1), { count: 3, whole: false, rng })).toHaveLength(1);
  });
});

describe('ways', () => {
  it.each(['few-shot', 'few-shot*3', 'instruction', 'chain-of-thought', 'zero-shot', 'one-shot*2'])(
    '%s is read as it is written',
    (name) => {
      expect(wayName(parseWay(name)!)).toBe(name);
    },
  );

  it.each(['', 'few', 'few-shot*0', 'few-shot*9', 'few-shot*3*3', 'few-shot*x'])('%j is none', (name) => {
    expect(parseWay(name)).toBeNull();
  });

  it('show none, one of each label, or many', () => {
    expect(mostDemonstrations('zero-shot', { labels: 3, most: 16 })).toBe(0);
    expect(mostDemonstrations('one-shot', { labels: 3, most: 16 })).toBe(3);
    expect(mostDemonstrations('few-shot', { labels: 3, most: 16 })).toBe(16);
  });
});

describe('verbalizers', () => {
  it('are the names as words, and all different', () => {
    expect(verbalize([{ name: 'card_arrival' }, { name: '退款' }])).toEqual(['card arrival', '退款']);
    expect(verbalize([{ name: 'a_b' }, { name: 'A b' }])).toEqual(['a_b', 'A b']);
  });
});

describe('a prompt', () => {
  const content: PromptContent = {
    instruction: 'Which team?',
    labels: [{ name: 'card_a', description: 'the first' }, { name: 'b' }],
    demonstrations: [{ text: 'two\nlines', label: 'card_a' }],
    text: 'where?',
  };

  it('to be continued holds instruction, labels, demonstrations and the question, each text on one line', () => {
    expect(buildPrompt('few-shot', content)).toEqual({
      prompt: [
        'Which team?',
        'Labels:',
        '- card a: the first',
        '- b',
        '',
        'Text: two lines',
        'Label: card a',
        '',
        'Text: where?',
        'Label:',
      ].join('\n'),
      answers: [' card a', ' b'],
      context: 'Which team?\nLabels:\n- card a: the first\n- b\n\nText: two lines\nLabel: card a\n\n',
    });
  });

  it('of a chat has the demonstrations as turns, each text between fences', () => {
    const { prompt, answers } = buildPrompt('instruction', content);
    expect(answers).toEqual(['card a', 'b']);
    expect(prompt).toMatchObject([
      { role: 'system', content: expect.stringContaining('- card a: the first') },
      { role: 'user', content: '"""\ntwo\nlines\n"""' },
      { role: 'assistant', content: 'card a' },
      { role: 'user', content: '"""\nwhere?\n"""' },
    ]);
  });

  it('of a chain of thought asks for reasons first, then for the label', () => {
    const asked = buildPrompt('chain-of-thought', content).prompt;
    const then = buildPrompt('chain-of-thought', content, 'It asks\nfor a place.').prompt;
    expect(asked).toHaveLength(2);
    expect(then).toMatchObject([
      { role: 'system' },
      { role: 'user', content: expect.stringContaining('explain') },
      { role: 'assistant', content: 'It asks for a place.' },
      { role: 'user', content: expect.stringContaining('exactly one of the labels') },
    ]);
  });

  it('works without examples and without an instruction', () => {
    const { prompt } = buildPrompt('zero-shot', { ...content, instruction: '', demonstrations: [] });
    expect(prompt).toMatch(/^Which of the labels fits the text\?\nLabels:/);
  });

  it('has the same context for every question', () => {
    for (const kind of ['few-shot', 'instruction', 'chain-of-thought'] as const) {
      const [one, other] = ['x', 'something else'].map((text) => buildPrompt(kind, { ...content, text }).context);
      expect(one).toBe(other);
    }
  });

  it('is readable', () => {
    expect(promptText([{ role: 'user', content: 'hello' }])).toBe('[user]\nhello');
  });
});

describe('a text', () => {
  it.each(['a\nb', 'a\r\nb', 'a\u2028b', 'a\u2029b', 'a\u0085b', 'a\u000bb', 'a\u0000b', 'a \t\n b'])(
    '%j stays on one line',
    (text) => {
      expect(oneLine(text)).toBe('a b');
    },
  );

  it('hides nothing from people', () => {
    expect(oneLine('pay\u200bment\u202e \u{e0041}now')).toBe('payment now');
  });

  it('has a fence that is longer than any of its own', () => {
    expect(fenceFor(['no quotes'])).toBe('"""');
    expect(fenceFor(['""""', '"'])).toBe('"""""');
  });
});

describe('calibration', () => {
  it('takes off what a prompt says about nothing', () => {
    const bias = meanOf([
      [Math.log(0.8), Math.log(0.2)],
      [Math.log(0.8), Math.log(0.2)],
    ]);
    const scores = withoutBias([Math.log(0.7), Math.log(0.3)], bias);
    expect(Math.exp(scores[0]!) + Math.exp(scores[1]!)).toBeCloseTo(1);
    // 0.7 is less than the prompt says anyway.
    expect(scores[1]!).toBeGreaterThan(scores[0]!);
    expect(CONTENT_FREE).toEqual(['N/A', '[MASK]', '']);
  });

  it('has texts of random words of the demonstrations, by seed', () => {
    const shown = [
      { text: 'good old film', label: 'a' },
      { text: 'bad', label: 'b' },
      { text: '电影不错', label: 'a' },
    ];
    const bags = wordBags(shown, { count: 5, rng: createRng(1) });
    expect(bags).toEqual(wordBags(shown, { count: 5, rng: createRng(1) }));
    expect(bags).toHaveLength(5);
    for (const bag of bags) expect(bag).toMatch(/^(?:(?:good|old|film|bad| |[电影不错])+)$/u);
    expect(wordBags([], { count: 5, rng: createRng(1) })).toEqual([]);
  });
});
