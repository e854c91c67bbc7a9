// The scores of the transformers.js path against plain forward passes over whole texts.

import { AutoModelForCausalLM, AutoTokenizer, type PreTrainedModel, Tensor } from '@xenova/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLocalModel } from '../../../src/engine/language-model/local/load.js';
import type { LocalModel } from '../../../src/engine/language-model/local/local-model.js';
import { TINY, tinySettings } from '../../support/language-model/tiny.js';

const DEMONSTRATIONS = Array.from(
  { length: 12 },
  (_, i) => `Text: example ${i}, 第${i}个\nLabel:${i % 2 ? ' positive' : ' negative'}\n\n`,
).join('');
const LABEL_SETS = [
  [' positive', ' negative'],
  [' abbreviation', ' entity', ' description of something', ' human', ' location', ' numeric'],
  [' 账单', ' 故障', ' 表扬'],
  // Shared beginnings, one the beginning of another, one twice.
  [' bug', ' bug report', ' bug', ' bugs everywhere'],
];
const QUESTIONS = ['a warm film', 'I was charged twice', '程序打不开'];
const go = (): void => {};

describe.each([
  ['fp32', 1e-4],
  ['fp16', 1e-2],
] as const)('scores in %s', (dtype, tolerance) => {
  let model: LocalModel;
  let plain: PreTrainedModel;
  let encode: (text: string) => number[];
  beforeAll(async () => {
    model = (await loadLocalModel(tinySettings({ dtype }), () => {})).model;
    plain = await AutoModelForCausalLM.from_pretrained(TINY, { dtype, local_files_only: true });
    const tokenizer = await AutoTokenizer.from_pretrained(TINY, { local_files_only: true });
    encode = (text) => tokenizer.encode(text, { add_special_tokens: false });
  });
  afterAll(async () => {
    await model.release();
    await plain.dispose();
  });

  /** Log-probability of the tokens from `start` on, all at once, with nothing cached. */
  async function reference(text: string, start: number): Promise<number> {
    const ids = encode(text);
    const { logits } = (await plain({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), [1, ids.length]),
    })) as { logits: Tensor };
    const vocabulary = logits.dims[2]!;
    const values = Array.from(logits.to('float32').data as Float32Array);
    let sum = 0;
    for (let t = start; t < ids.length; t++) {
      const row = values.slice((t - 1) * vocabulary, t * vocabulary);
      const max = Math.max(...row);
      const total = row.reduce((part, value) => part + Math.exp(value - max), 0);
      sum += row[ids[t]!]! - max - Math.log(total);
    }
    return sum;
  }

  const startOf = (prompt: string, texts: readonly string[]): number => {
    const lists = [prompt, ...texts].map(encode);
    let start = 0;
    while (lists.every((ids) => start < lists[0]!.length && ids[start] === lists[0]![start])) start++;
    return start;
  };

  async function expectExact(prompt: string, labels: readonly string[]): Promise<void> {
    const { scores } = await model.score(prompt, labels, go);
    const texts = labels.map((label) => prompt + label);
    const start = startOf(prompt, texts);
    for (const [i, text] of texts.entries()) {
      const right = await reference(text, start);
      expect(Math.abs(scores[i]!.logProbability - right), `${labels[i]} after ${prompt.slice(-20)}`).toBeLessThan(
        tolerance,
      );
      expect(scores[i]!.tokens).toBe(encode(text).length - start);
    }
  }

  it.each(LABEL_SETS.map((labels) => [labels.join(','), labels] as const))(
    'are those of whole texts:%s',
    async (_, labels) => {
      for (const question of QUESTIONS) await expectExact(`Text: ${question}\nLabel:`, labels);
    },
  );

  it('are those of whole texts when a prompt was read before, wholly or in part', async () => {
    for (const question of [...QUESTIONS, ...QUESTIONS])
      await expectExact(`${DEMONSTRATIONS}Text: ${question}\nLabel:`, [' positive', ' bug report']);
    expect(model.cachedBytes()).toBeGreaterThan(0);
  });

  it('are those of whole texts where the end of the prompt melts into the label', async () => {
    // " positive" is one token: the space at the end of the prompt belongs to it.
    const prompt = 'Text: a warm film\nLabel: ';
    expect(startOf(prompt, [`${prompt}positive`])).toBeLessThan(encode(prompt).length);
    await expectExact(prompt, ['positive', 'negative', 'bug']);
  });

  it('are those of whole texts when the prompt is longer than a piece', async () => {
    const prompt = `${DEMONSTRATIONS.slice(0, 500)}Label:`;
    expect(encode(prompt).length).toBeGreaterThan(256);
    await expectExact(prompt, [' positive', ' negative and more']);
  });

  it('judge a text without a prompt, after the token that begins texts', async () => {
    const { scores } = await model.score('', ['positive', 'bug'], go);
    expect(scores.map(({ tokens }) => tokens)).toEqual(['positive', 'bug'].map((text) => encode(text).length));
  });
});

describe('a small cache', () => {
  it('stays within its bytes and changes no score', async () => {
    const { model } = await loadLocalModel(tinySettings({ dtype: 'fp32', cacheBytes: 60_000 }), () => {});
    const { model: other } = await loadLocalModel(tinySettings({ dtype: 'fp32', cacheBytes: 0 }), () => {});
    try {
      for (let i = 0; i < 8; i++) {
        const prompt = `${i} different from the start ${'again '.repeat(10)}Label:`;
        const { scores } = await model.score(prompt, [' positive', ' bug report'], go);
        const { scores: right } = await other.score(prompt, [' positive', ' bug report'], go);
        scores.forEach(({ logProbability }, j) => {
          expect(logProbability).toBeCloseTo(right[j]!.logProbability, 4);
        });
        expect(model.cachedBytes()).toBeLessThanOrEqual(60_000);
        expect(model.cachedBytes()).toBeGreaterThan(0);
        expect(other.cachedBytes()).toBe(0);
      }
    } finally {
      await model.release();
      await other.release();
    }
  });
});
