// The language model of a whole Handful: what is said when it cannot be loaded, and what a prompter makes of models of every kind.

import { describe, expect, it } from 'vitest';
import { createSay } from '../../src/bot/catalogue/index.js';
import { startModel } from '../../src/bot/language-model/describe.js';
import { openLanguageModel } from '../../src/bot/language-model/open.js';
import { createPrompter, MOST_LABELS } from '../../src/bot/language-model/prompter.js';
import { waysFor } from '../../src/bot/language-model/ways.js';
import { bannerLines } from '../../src/bot/local/banner.js';
import { createLog } from '../../src/bot/log.js';
import { type LanguageModel, type PromptRequest, UserError } from '../../src/engine/index.js';
import { createTestChat } from '../support/chat.js';
import { createFakeModel, type FakeModelOptions } from '../support/language-model/fake.js';
import { textOfPrompt } from '../support/language-model/reading.js';

const NEAREST = [
  { text: 'charged twice', label: 'billing', similarity: 0.9 },
  { text: 'it crashes', label: 'bug', similarity: 0.4 },
  { text: 'refund me', label: 'billing', similarity: 0.3 },
  { text: 'a broken page', label: 'bug', similarity: 0.2 },
];

const asked = (changes: Partial<PromptRequest> = {}): PromptRequest => ({
  instruction: '',
  labels: [{ name: 'billing' }, { name: 'bug' }],
  questions: [{ text: 'why?', nearest: NEAREST, complete: true }],
  way: 'few-shot',
  seed: 0,
  signal: new AbortController().signal,
  ...changes,
});

const prompterOf = (options: FakeModelOptions = {}) => {
  const model = createFakeModel(options);
  return { model, prompter: createPrompter(model, { ways: waysFor(model, null) }) };
};

describe('the prompter', () => {
  it('compares labels by their mean token', async () => {
    // `a long label` is less likely as a whole (−3) and likelier by the token (−1).
    const labels = [{ name: 'short' }, { name: 'a long label' }];
    const score = (_: unknown, text: string) => (text.trim() === 'short' ? -2 : -3);
    const { prompter } = prompterOf({ score });
    const nearest = [{ text: 'x', label: 'short', similarity: 1 }];
    const questions = [{ text: 'q', nearest, complete: false }];
    // Without calibration, which these constant scores would undo altogether.
    const raw = await prompter.logits(asked({ labels, questions, way: 'chain-of-thought' }));
    expect(raw[1]! - raw[0]!).toBeCloseTo(1, 5);
    const calibrated = await prompter.logits(asked({ labels, questions }));
    expect(calibrated[1]! - calibrated[0]!).toBeCloseTo(0, 5);
  });

  it('takes off what the prompt says about nothing, and asks that once a prompt', async () => {
    const biased = (prompt: unknown, text: string) =>
      (text === ' bug' ? -1 : -2) + (/Text: it broke\nLabel:$/.test(String(prompt)) && text === ' bug' ? 1 : 0);
    const { model, prompter } = prompterOf({ score: biased });
    const questions = ['it broke', 'hm', 'what?'].map((text) => ({ text, nearest: NEAREST, complete: true }));
    const logits = await prompter.logits(asked({ questions }));
    expect(logits[1]! - logits[0]!).toBeCloseTo(1, 5);
    expect(logits[3]! - logits[2]!).toBeCloseTo(0, 5);
    const free = model.prompts.filter((prompt) => /Text: N\/A\nLabel:$/.test(textOfPrompt(prompt)));
    expect(free).toHaveLength(1);
    const before = model.prompts.length;
    await prompter.logits(asked({ questions: questions.slice(0, 1) }));
    expect(model.prompts.length).toBe(before + 1);
  });

  it('calibrates for those who wait when the one who asked first goes away', async () => {
    const { prompter } = prompterOf();
    const gone = new AbortController();
    const first = prompter.logits(asked({ signal: gone.signal }));
    const second = prompter.logits(asked());
    for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(await second).toEqual(await prompterOf().prompter.logits(asked()));
  });

  it('averages over orders, and begins no further one when the time is spent', async () => {
    const orders = async (msPerLook: number): Promise<number> => {
      const model = createFakeModel();
      let now = 0;
      const prompter = createPrompter(model, {
        ways: [{ kind: 'few-shot', orders: 3 }],
        secondsForOrders: 1,
        now: () => (now += msPerLook),
      });
      await prompter.logits(asked({ way: 'few-shot*3' }));
      return new Set(model.prompts.map(textOfPrompt).filter((text) => text.endsWith('Text: why?\nLabel:'))).size;
    };
    expect(await orders(0)).toBe(3);
    expect(await orders(600)).toBe(2);
    expect(await orders(5000)).toBe(1);
  });

  it('takes the word of a model that gives no log-probabilities', async () => {
    const { prompter } = prompterOf({ canScore: false, answer: () => 'bug' });
    const logits = await prompter.logits(asked({ way: 'instruction' }));
    expect(logits[1]).toBeGreaterThanOrEqual(logits[0]!);
  });

  it('lets the model reason before it is asked for the label', async () => {
    const { model, prompter } = prompterOf({ answer: () => 'It is about money.' });
    await prompter.logits(asked({ way: 'chain-of-thought' }));
    expect(model.prompts.map(textOfPrompt).at(-1)).toContain('[assistant]\nIt is about money.');
  });

  it('offers the labels of the nearest examples where a task has many', async () => {
    const labels = Array.from({ length: 100 }, (_, i) => ({ name: `label ${i}` }));
    const nearest = labels.map(({ name }, i) => ({ text: `text ${i}`, label: name, similarity: i / 100 }));
    const { model, prompter } = prompterOf({ contextSize: 8192 });
    const logits = await prompter.logits(asked({ labels, questions: [{ text: 'q', nearest, complete: false }] }));
    expect(logits).toHaveLength(100);
    expect(textOfPrompt(model.prompts[0]!)).toContain(
      labels
        .slice(-MOST_LABELS)
        .map(({ name }) => name)
        .join(', '),
    );
    const offeredLeast = Math.min(...logits.subarray(100 - MOST_LABELS));
    expect(Math.max(...logits.subarray(0, 100 - MOST_LABELS))).toBeLessThan(offeredLeast);
  });

  it('drops whole demonstrations to fit the context, and says when not even one fits', async () => {
    const nearest = NEAREST.map((each, i) => ({ ...each, text: `${each.text} ${'word '.repeat(20 * (i + 1))}` }));
    const questions = [{ text: 'why?', nearest, complete: true }];
    const { model, prompter } = prompterOf({ contextSize: 150 });
    await prompter.logits(asked({ questions }));
    const shown = textOfPrompt(model.prompts.find((prompt) => textOfPrompt(prompt).includes('why?'))!);
    // The best ones of each label; none is cut.
    expect(shown.match(/^Text: (?:charged twice(?: word){20}|it crashes(?: word){40})$/gm)).not.toBeNull();
    expect(shown).not.toContain('a broken page');
    const tiny = prompterOf({ contextSize: 30 });
    await expect(tiny.prompter.logits(asked({ questions }))).rejects.toMatchObject({
      code: 'limit',
      message: expect.stringMatching(
        /^The language model fake reads 15 tokens at once here, and this prompt needs \d+ with a single example\./,
      ),
    });
  });
});

describe('a language model that cannot be loaded', () => {
  it('is told in a sentence, and a whole chat starts and answers', async () => {
    const failing = createFakeModel({ error: () => new UserError('limit', 'It does not fit into memory.') });
    const lines: string[] = [];
    const log = createLog(() => {});
    await startModel({ say: createSay('en') }, failing, { print: (line) => lines.push(line), log });
    expect(lines).toEqual([
      'The language model fake does not answer: It does not fit into memory. I answer from examples alone.',
    ]);
    await startModel({ say: createSay('en') }, null, { print: (line) => lines.push(line), log });
    expect(lines).toHaveLength(1);
  });

  it('is closed with Handful', async () => {
    const model: LanguageModel = createFakeModel();
    const chat = await createTestChat({ languageModel: model });
    await chat.handful.close();
    expect(model.describe().state).toBe('closed');
  });
});

describe('the configuration', () => {
  const open = (model: string, more = {}) =>
    openLanguageModel({
      home: '/nowhere',
      threads: undefined,
      languageModel: { model, dtype: undefined, device: undefined, contextSize: undefined, prompt: undefined, ...more },
    });

  it('opens a server or a local model without loading anything', () => {
    expect(open('http://localhost:9/v1#m')!.describe()).toMatchObject({ kind: 'openai-compatible', state: 'unloaded' });
    expect(open('owner/name')!.describe()).toMatchObject({ kind: 'transformers-js', state: 'unloaded' });
    expect(openLanguageModel({ home: '/', threads: undefined, languageModel: null })).toBeNull();
  });

  it('refuses what cannot be right at the start', () => {
    expect(() => open('http://localhost:9/v1')).toThrow(/needs the name of a model after a #/);
    expect(() => open('owner/name', { dtype: 'q99' })).toThrow(/There is no weights type "q99"/);
  });

  it('prompts servers as chats, and local models by a pattern, unless it says otherwise', () => {
    const server = open('http://localhost:9/v1#m')!;
    expect(waysFor(server, null)).toEqual([{ kind: 'instruction', orders: 1 }]);
    expect(waysFor(open('owner/name')!, null)[0]).toEqual({ kind: 'few-shot', orders: 3 });
    expect(waysFor(server, { prompt: 'chain-of-thought' })).toEqual([{ kind: 'chain-of-thought', orders: 1 }]);
  });

  it('is part of the first line of a chat', () => {
    const words = { say: createSay('en') };
    const engine = { encoder: 'embedded', backend: { name: 'wasm', better: [] } } as const;
    expect(bannerLines(words, engine, null)[0]).toMatch(/· no language model$/);
    expect(bannerLines(words, engine, createFakeModel())[0]).toMatch(/· language model fake$/);
  });
});
