import { beforeAll, describe, expect, it } from 'vitest';
import { createInContextAnswerer } from '../../../src/engine/answerers/in-context.js';
import { startBackend } from '../../../src/engine/backend.js';
import { createEncoderLibrary } from '../../../src/engine/encoders/load.js';
import type { LabelledText, LabelSpec, TaskData } from '../../../src/engine/types.js';
import { answererContract, expectWellFormed } from '../../contracts/answerer.js';
import { NO_HUB } from '../../support/encoder-files.js';
import { support, supportQuestions, supportZh, supportZhQuestions } from '../../support/tasks.js';

beforeAll(() => startBackend('wasm'));
const library = createEncoderLibrary(1e6, NO_HUB);

const open = (data: TaskData, encoder = 'static-en-zh') => createInContextAnswerer(data, encoder, library);
const names = (data: TaskData): string[] => data.labels.map(({ name }) => name);

answererContract('in-context on hashing', {
  create: () => open(support, 'hashing'),
  method: 'in-context',
  labels: names(support),
  known: supportQuestions,
});
answererContract('in-context on static-en-zh', {
  create: () => open(support),
  method: 'in-context',
  labels: names(support),
  known: supportQuestions,
});
answererContract('in-context in Chinese', {
  create: () => open(supportZh),
  method: 'in-context',
  labels: names(supportZh),
  known: supportZhQuestions,
});
answererContract('in-context without examples', {
  create: () => open(task([{ name: 'refund' }, { name: 'weather' }])),
  method: 'in-context',
  labels: ['refund', 'weather'],
  known: { 'I want my money back': 'refund', 'is it going to rain': 'weather' },
});

function task(labels: readonly LabelSpec[], examples: readonly LabelledText[] = []): TaskData {
  return { instruction: '', labels, examples };
}

const ask = async (data: TaskData, text: string) => (await (await open(data)).predict([text]))[0]!;

describe('without examples', () => {
  it.each([
    [[{ name: 'refund' }, { name: 'weather' }], 'give me my money back', 'refund'],
    [[{ name: 'refund' }, { name: 'weather' }], 'sun and clouds', 'weather'],
    [[{ name: '退款' }, { name: '天气' }], '请退钱给我', '退款'],
    [
      [{ name: 'card_lost' }, { name: 'card_stolen-abroad' }],
      'a thief took it in another country',
      'card_stolen-abroad',
    ],
    [
      [
        { name: 'a', description: 'animals: cats and dogs' },
        { name: 'b', description: 'fruit to eat' },
      ],
      'a puppy',
      'a',
    ],
  ])('labels %j: "%s" is %s', async (labels, text, expected) => {
    expect((await ask(task(labels), text)).closest).toBe(expected);
  });

  it('nothing is refused, no example is named, and the name itself is answered with certainty', async () => {
    const prediction = await ask(task([{ name: 'refund' }, { name: 'weather' }]), 'refund');
    expect(prediction).toMatchObject({ label: 'refund', threshold: -1, nearest: [] });
    // Centred on two names, the logits are 1 and −1; the expected temperature is 0.1.
    expect(prediction.probability).toBeCloseTo(1 / (1 + Math.exp(-20)), 5);
  });

  it('of one label that label is the answer', async () => {
    const prediction = await ask(task([{ name: 'only' }]), 'anything');
    expectWellFormed(prediction, ['only'], 'in-context');
    expect(prediction.label).toBe('only');
  });
});

describe('with few examples', () => {
  const labels = [{ name: 'x1' }, { name: 'x2' }, { name: 'x3' }];

  it('one is enough to be answered and named', async () => {
    const one = task(labels, [{ text: 'my invoice is wrong', label: 'x2' }]);
    const prediction = await ask(one, 'the invoice has a mistake');
    expect(prediction).toMatchObject({
      label: 'x2',
      nearest: [{ text: 'my invoice is wrong', label: 'x2', similarity: expect.any(Number) }],
    });
    expectWellFormed(prediction, ['x1', 'x2', 'x3'], 'in-context');
  });

  it('labels without examples are still answered by their name', async () => {
    const data = task(
      [{ name: 'refund' }, { name: 'weather' }],
      [
        { text: 'give me my money back', label: 'refund' },
        { text: 'you must return the payment', label: 'refund' },
      ],
    );
    expect((await ask(data, 'weather')).closest).toBe('weather');
    expect((await ask(data, 'return my money')).closest).toBe('refund');
  });

  it('those of labels that the task does not have are left out', async () => {
    const data = task([{ name: 'refund' }, { name: 'weather' }], [{ text: 'is it sunny', label: 'removed' }]);
    const prediction = await ask(data, 'is it sunny');
    expect(prediction.nearest).toEqual([]);
    expectWellFormed(prediction, ['refund', 'weather'], 'in-context');
  });

  it('an example decides against what the name of a label says', async () => {
    const data = task(
      [{ name: 'billing' }, { name: 'bug' }],
      [
        { text: 'the invoice page crashes', label: 'bug' },
        { text: 'I was charged twice', label: 'billing' },
      ],
    );
    expect((await ask(data, 'the invoice page crashes')).closest).toBe('bug');
  });
});

describe('the nearest examples', () => {
  it('are so many of each label that a prompt has its share, best first, and the example itself comes first', async () => {
    const { nearest } = await ask(support, 'the app crashes when I open settings');
    expect(nearest[0]).toMatchObject({ text: 'the app crashes when I open settings', label: 'bug' });
    expect(nearest[0]!.similarity).toBeCloseTo(1, 4);
    const similarities = nearest.map(({ similarity }) => similarity);
    expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
    for (const { name } of support.labels) {
      const taught = support.examples.filter(({ label }) => label === name).length;
      const most = Math.ceil(16 / support.labels.length);
      expect(nearest.filter(({ label }) => label === name).length).toBe(Math.min(taught, most));
    }
    for (const { text, label } of nearest) expect(support.examples).toContainEqual({ text, label });
  });
});

describe('out of scope', () => {
  it('a text that is like nothing taught is refused, but its closest label is told', async () => {
    const prediction = await ask(support, 'quantum chromodynamics lagrangian');
    expect(prediction.label).toBeNull();
    expect(names(support)).toContain(prediction.closest);
  });

  it('what was taught is not refused', async () => {
    const answerer = await open(support);
    const predictions = await answerer.predict(support.examples.map(({ text }) => text));
    expect(predictions.map(({ label }) => label)).toEqual(support.examples.map(({ label }) => label));
  });
});
