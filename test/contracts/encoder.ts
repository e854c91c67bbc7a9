// What every encoder does, whatever it is made of.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Encoder } from '../../src/engine/encoders/encoder.js';
import { expectClose, expectSameBits, lengthOf, rowsOf } from '../support/numbers.js';
import { VARIED_TEXTS } from '../support/texts.js';

/** A text's place in a batch may change the order of float32 sums. */
const BATCH_TOLERANCE = 1e-6;

export function encoderContract(name: string, create: () => Promise<Encoder>): void {
  describe(`encoder contract: ${name}`, () => {
    let encoder: Encoder;
    beforeAll(async () => {
      encoder = await create();
    });
    const rows = async (texts: readonly string[]) => rowsOf(await encoder.encode(texts), encoder.dimensions);

    it('gives each text a vector of the declared dimensions, all numbers finite', async () => {
      expect(encoder.dimensions).toBeGreaterThan(0);
      const vectors = await encoder.encode(VARIED_TEXTS);
      expect(vectors.length).toBe(VARIED_TEXTS.length * encoder.dimensions);
      expect(vectors.every(Number.isFinite)).toBe(true);
    });

    it('gives a text of words a vector other than zero', async () => {
      const [english, number] = await rows(['I was charged twice', '12']);
      expect(lengthOf(english!)).toBeGreaterThan(0.5);
      expect(lengthOf(number!)).toBeGreaterThan(0.5);
    });

    it('gives the same bits for the same texts', async () => {
      expectSameBits(await encoder.encode(VARIED_TEXTS), await encoder.encode(VARIED_TEXTS));
    });

    it('gives a text the same vector in a batch as alone, in the order of the texts', async () => {
      const together = await rows(VARIED_TEXTS);
      for (const [i, text] of VARIED_TEXTS.entries()) {
        expectClose(await encoder.encode([text]), together[i]!, BATCH_TOLERANCE, JSON.stringify(text.slice(0, 30)));
      }
      const backwards = await rows([...VARIED_TEXTS].reverse());
      backwards.reverse().forEach((row, i) => {
        expectClose(row, together[i]!, BATCH_TOLERANCE);
      });
    });

    it('gives a text that comes twice the same vector twice', async () => {
      const [first, , second] = await rows(['too late', 'something else altogether', 'too late']);
      expectClose(first!, second!, BATCH_TOLERANCE);
    });

    it('tells texts apart', async () => {
      const [a, b] = await rows(['I was charged twice', 'the parcel never came']);
      expect(a).not.toEqual(b);
    });

    it('gives nothing for no texts', async () => {
      expect(await encoder.encode([])).toEqual(new Float32Array(0));
    });

    it('takes the empty text, among others too', async () => {
      const [alone] = await rows(['']);
      const [, amid] = await rows(['a', '', 'b']);
      expect(alone!.every(Number.isFinite)).toBe(true);
      expectClose(amid!, alone!, BATCH_TOLERANCE);
    });

    it.each([
      ['English words', 'please help me '.repeat(267).slice(0, 4000)],
      ['one word', 'x'.repeat(4000)],
      ['Chinese', '请帮帮我吧'.repeat(800)],
      ['emoji', '😀'.repeat(2000)],
      ['one character that stands for eighteen', 'ﷺ'.repeat(4000)],
    ])('takes 4,000 characters of %s', async (_, text) => {
      expect((await encoder.encode([text])).every(Number.isFinite)).toBe(true);
    });

    it('leaves the given list as it was', async () => {
      const texts = Object.freeze(['b', 'a', 'a longer text', '']);
      await encoder.encode(texts);
      expect(texts).toEqual(['b', 'a', 'a longer text', '']);
    });
  });
}
