import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { withCopies } from '../../../src/engine/cascade/copies.js';
import { fitMethod } from '../../../src/engine/cascade/fit-method.js';
import { createEncoderLibrary, type EncoderLibrary } from '../../../src/engine/encoders/load.js';
import type { MethodOptions } from '../../../src/engine/types.js';
import { NO_HUB } from '../../support/encoder-files.js';
import { fitInput } from '../../support/fit-input.js';
import { support, supportQuestions } from '../../support/tasks.js';

beforeAll(() => startBackend('wasm'));

const held = Object.keys(supportQuestions);
const shots = support.examples;
const labels = support.labels.map(({ name }) => name);
/** Swapping keeps the words of a text: they tell which shot a copy comes from. */
const SWAPPED = { augment: 'swap', copies: 2, strength: 0.2 };

/** The input of a fit, and every text that is encoded from then on. */
async function inputWith(options: MethodOptions, seed = 0) {
  const hashing = createEncoderLibrary(1e6, NO_HUB);
  const encoded: string[] = [];
  const library: EncoderLibrary = {
    ...hashing,
    encode(texts, names) {
      encoded.push(...texts);
      return hashing.encode(texts, names);
    },
  };
  const join = { blocks: [{ name: 'hashing', weight: 1 }], names: true };
  const input = await fitInput({ shots, held, library, join, encoders: ['hashing'], options, seed });
  encoded.length = 0;
  return { input, encoded };
}

const wordsOf = (text: string): string => (text.match(/\p{L}+/gu) ?? []).sort().join(' ');

describe('changed copies of the shots', () => {
  it('are made only where they were asked for', async () => {
    const { input, encoded } = await inputWith({ augment: 'none', copies: 2, strength: 0.2 });
    expect(await withCopies(input)).toBe(input);
    const { input: without } = await inputWith({});
    expect(await withCopies(without)).toBe(without);
    expect(encoded).toEqual([]);
  });

  it('come after the shots, each with the label of its own', async () => {
    const { input } = await inputWith(SWAPPED);
    const { shots: texts, right } = await withCopies(input);
    const count = shots.length;
    expect(texts.texts.slice(0, count)).toEqual(shots.map(({ text }) => text));
    expect([...right.subarray(0, count)]).toEqual([...input.right]);
    expect(texts.texts.length).toBe(right.length);
    expect(right.length).toBeGreaterThan(count + count / 2);
    expect(right.length).toBeLessThanOrEqual(3 * count);
    const labelOf = new Map(shots.map(({ text, label }) => [wordsOf(text), labels.indexOf(label)]));
    texts.texts.slice(count).forEach((copy, i) => {
      expect(shots.map(({ text }) => text)).not.toContain(copy);
      expect(right[count + i], copy).toBe(labelOf.get(wordsOf(copy)));
    });
  });

  it('have vectors of their own', async () => {
    const { input } = await inputWith(SWAPPED);
    const { shots: texts } = await withCopies(input);
    const expected = await input.library.encode(texts.texts, ['hashing']);
    expect(texts.vectors.hashing!.data).toEqual(expected.vectors.hashing!.data);
  });

  it('are never made of held-out texts, which stay as they are', async () => {
    const { input, encoded } = await inputWith({ ...SWAPPED, copies: 8, strength: 1 });
    const before = structuredClone({ texts: input.held.texts, vectors: input.held.vectors });
    const changed = await withCopies(input);
    expect(changed.held).toBe(input.held);
    expect({ texts: changed.held.texts, vectors: changed.held.vectors }).toEqual(before);
    const heldWords = new Set(held.map(wordsOf));
    expect(encoded.length).toBeGreaterThan(0);
    for (const text of encoded) expect(heldWords.has(wordsOf(text))).toBe(false);
  });

  it('are the same for the same seed, others for another', async () => {
    const texts = async (seed: number) => (await withCopies((await inputWith(SWAPPED, seed)).input)).shots.texts;
    expect(await texts(1)).toEqual(await texts(1));
    expect(await texts(1)).not.toEqual(await texts(2));
  });
});

describe('a fit of a method', () => {
  it('learns from copies too, and answers the held-out texts alone', async () => {
    const [plain, copied] = [(await inputWith({})).input, (await inputWith({ augment: 'dropout', copies: 3 })).input];
    const [without, withThem] = [await fitMethod('head', plain), await fitMethod('head', copied)];
    expect(withThem.logits[0]!.length).toBe(held.length * labels.length);
    expect(withThem.logits[0]).not.toEqual(without.logits[0]);
  });
});
