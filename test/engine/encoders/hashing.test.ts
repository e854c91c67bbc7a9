import { describe, expect, it } from 'vitest';
import { cached } from '../../../src/engine/encoders/cache.js';
import { createHashingEncoder } from '../../../src/engine/encoders/hashing.js';
import { encoderContract } from '../../contracts/encoder.js';
import { cosine, lengthOf, rowsOf } from '../../support/numbers.js';
import { VARIED_TEXTS } from '../../support/texts.js';

encoderContract('hashing', async () => createHashingEncoder());
encoderContract('hashing behind a cache', async () => cached(createHashingEncoder(), 1e6));
encoderContract('hashing behind a cache of one text', async () => cached(createHashingEncoder(), 1));

describe('hashing', () => {
  const vectors = async (...texts: readonly string[]) => rowsOf(await createHashingEncoder().encode(texts), 1024);

  it('gives the same numbers on every machine and in every release: checkpoints depend on them', async () => {
    // Each n-gram adds 1 or −1 to one of 1,024 places, both chosen by its hash; "cat" has six, "退款" three.
    const [word, chinese] = await vectors('cat', '退款');
    const places = (vector: Float32Array, grams: number) =>
      [...vector.entries()].filter(([, value]) => value !== 0).map(([at, value]) => [at, value * Math.sqrt(grams)]);
    const near = (at: number, sign: number) => [at, expect.closeTo(sign, 5)];
    expect(places(word!, 6)).toEqual([
      near(206, 1),
      near(292, 1),
      near(317, 1),
      near(423, 1),
      near(490, 1),
      near(1003, -1),
    ]);
    expect(places(chinese!, 3)).toEqual([near(200, 1), near(496, -1), near(846, 1)]);
  });

  it('gives unit vectors, and zeros where there is nothing to count', async () => {
    for (const vector of await vectors(...VARIED_TEXTS)) expect(lengthOf(vector)).toBeCloseTo(1, 5);
    for (const vector of await vectors('', '  ', '\n')) expect(vector).toEqual(new Float32Array(1024));
  });

  it('puts texts that share words nearer than others', async () => {
    const [a, b, c] = await vectors('my card was charged twice', 'they charged my card', 'lovely weather today');
    expect(cosine(a!, b!)).toBeGreaterThan(cosine(a!, c!) + 0.2);
  });
});
