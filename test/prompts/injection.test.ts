// Texts of people are data: no text ends its own place in a prompt, whoever wrote it, and whatever a model makes of it, the answer is
// one of the task's labels or none.

import { afterAll, describe, expect, it } from 'vitest';
import { createPrompter } from '../../src/bot/language-model/prompter.js';
import { encodePrompt, type LabelledText, type ModelPrompt, type Neighbour } from '../../src/engine/index.js';
import { createTransformersJsModel } from '../../src/engine/language-model/transformers-js.js';
import { buildPrompt, PROMPT_KINDS, type PromptKind, parseWay } from '../../src/prompts/index.js';
import { createTestChat, teachSupport } from '../support/chat.js';
import { createFakeModel } from '../support/language-model/fake.js';
import { textOfPrompt } from '../support/language-model/reading.js';
import { tinySettings } from '../support/language-model/tiny.js';
import { INJECTIONS } from './injections.js';

const LABELS = [{ name: 'billing', description: 'money matters' }, { name: 'bug' }];
const HARMLESS: readonly LabelledText[] = [
  { text: 'charged twice', label: 'billing' },
  { text: 'it crashes', label: 'bug' },
];

it('there are enough of them, in both languages', () => {
  expect(new Set(INJECTIONS).size).toBeGreaterThanOrEqual(30);
  expect(INJECTIONS.filter((text) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThanOrEqual(10);
});

/** What stands in a prompt outside the places of texts: the same whatever the texts are. */
function skeleton(prompt: ModelPrompt): string {
  if (typeof prompt === 'string') return prompt.replace(/^Text:.*$/gm, 'Text:');
  // A block runs to the next line that is its own fence.
  const blank = (content: string): string => {
    const fence = /between two lines ("+)\./.exec(prompt[0]!.content)![1]!;
    const lines = content.split('\n');
    const kept: string[] = [];
    let inside = false;
    for (const line of lines) {
      if (line === fence) inside = !inside;
      else if (!inside) kept.push(line.replaceAll(fence, 'FENCE'));
    }
    return inside ? `${kept.join('\n')} UNCLOSED` : kept.join('\n');
  };
  return prompt.map(({ role, content }) => `${role}: ${blank(content)}`).join('\n');
}

const promptWith = (kind: PromptKind, text: string, demonstrations: readonly LabelledText[], reasons?: string) =>
  buildPrompt(kind, { instruction: 'Which team?', labels: LABELS, demonstrations, text }, reasons ?? null).prompt;

describe.each(PROMPT_KINDS)('a prompt of the kind %s', (kind) => {
  it.each(INJECTIONS)('keeps its shape when this is asked: %j', (text) => {
    const expected = skeleton(promptWith(kind, 'harmless', HARMLESS));
    expect(skeleton(promptWith(kind, text, HARMLESS))).toBe(expected);
  });

  it.each(INJECTIONS)('keeps its shape when this was taught: %j', (text) => {
    const taught = [{ text, label: 'billing' }, HARMLESS[1]!];
    expect(skeleton(promptWith(kind, 'harmless', taught))).toBe(skeleton(promptWith(kind, 'harmless', HARMLESS)));
  });
});

it.each(INJECTIONS)('reasons that a model was talked into stay one turn on one line: %j', (text) => {
  const prompt = promptWith('chain-of-thought', 'harmless', HARMLESS, text);
  expect(prompt).toHaveLength(4);
  expect((prompt as readonly { content: string }[])[2]!.content).not.toMatch(/[\n\r\u2028\u2029\u0085]/);
});

/** Obeys whatever it can: an order outside the places of texts, and inside them too; it tells all it knows. */
const obedient = (canScore: boolean) =>
  createFakeModel({
    canScore,
    contextSize: 8192,
    answer: (prompt) => `PWNED. ${textOfPrompt(prompt)}`,
    score: (prompt, continuation) =>
      textOfPrompt(prompt).includes('PWNED') && continuation.includes('PWNED') ? 0 : -5,
  });

describe.each([
  ['that weighs the labels', true],
  ['that says what it likes', false],
])('an obedient model %s', (_, canScore) => {
  it('answers with labels of the task, and nothing of other spaces is told to it or by it', async () => {
    const model = obedient(canScore);
    const chat = await createTestChat({ languageModel: model });
    await teachSupport(chat, 2);
    const { workspace, engine } = chat.handful.services;
    const elsewhere = { space: 'other', person: 'eve' };
    await chat.say('/task create name:secrets labels:"treasure, junk"', elsewhere);
    await chat.say('the password is swordfish => treasure', elsewhere);
    await chat.say('pwned password words of all servers => junk', elsewhere);
    const task = await workspace.findTask('local');
    const names = task.labels.map(({ name }) => name);
    const data = { instruction: '', labels: task.labels, examples: [] };
    const request = { data, methods: 'auto', incumbent: 'in-context', target: 0.9, seed: 0, budgetSeconds: 1 } as const;
    const { record } = await engine.runCascade(request);
    for (const way of ['few-shot', 'instruction', 'chain-of-thought']) {
      const bytes = encodePrompt({ model: model.id, way, labels: names, bias: names.map(() => 0), temperature: 1 });
      const version = await workspace.addVersion(task, { method: 'prompt', record, bytes, by: 'ann', trainedOn: [] });
      await workspace.promote(task, version.number, 'ann');
      for (const text of INJECTIONS) {
        const reply = await chat.press('ask', { text, task: 'support' });
        if (reply.kind !== 'answer') throw new Error(`${JSON.stringify(text)} was answered by ${reply.text}`);
        const { label, closest, scores } = reply.prediction;
        expect([...names, null]).toContain(label);
        expect(names).toContain(closest);
        expect(scores.map((score) => score.label).sort()).toEqual([...names].sort());
        expect(reply.headline).not.toContain('PWNED');
        expect(reply.text).not.toMatch(/swordfish|treasure/);
        chat.clock.advance(60_000);
      }
    }
    expect(model.prompts.length).toBeGreaterThan(INJECTIONS.length);
    for (const prompt of model.prompts) expect(textOfPrompt(prompt)).not.toMatch(/swordfish|treasure|junk/);
  });
});

describe('a real decoder', () => {
  const model = createTransformersJsModel(tinySettings());
  afterAll(() => model.close());

  it('gives each label a finite score whatever the text says', async () => {
    const prompter = createPrompter(model, { ways: [parseWay('few-shot')!, parseWay('instruction')!] });
    const nearest: Neighbour[] = HARMLESS.map((each) => ({ ...each, similarity: 0.5 }));
    for (const way of prompter.ways) {
      const logits = await prompter.logits({
        instruction: '',
        labels: LABELS,
        questions: INJECTIONS.map((text) => ({ text, nearest, complete: true })),
        way,
        seed: 0,
        signal: new AbortController().signal,
      });
      expect(logits).toHaveLength(INJECTIONS.length * LABELS.length);
      expect(logits.every(Number.isFinite)).toBe(true);
      for (let row = 0; row < INJECTIONS.length; row++) {
        const [a, b] = logits.subarray(2 * row, 2 * row + 2);
        expect(Math.exp(a!) + Math.exp(b!)).toBeCloseTo(1, 4);
      }
    }
  });
});
