import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { createEncoderLibrary } from '../../../src/engine/encoders/load.js';
import { NO_HUB } from '../../support/encoder-files.js';

describe('the encoder library', () => {
  beforeAll(() => startBackend('wasm'));

  it('gives the vectors of each named encoder', async () => {
    const library = createEncoderLibrary(1e6, NO_HUB);
    const { texts, vectors } = await library.encode(['one', 'two', 'three'], ['hashing', 'static-en-zh']);
    expect(texts).toEqual(['one', 'two', 'three']);
    expect(Object.entries(vectors).map(([name, { dimensions, data }]) => [name, dimensions, data.length])).toEqual([
      ['hashing', 1024, 3 * 1024],
      ['static-en-zh', 384, 3 * 384],
    ]);
  });

  it('loads a tunable encoder once, also when it is asked for twice at the same time', async () => {
    const library = createEncoderLibrary(1e6, NO_HUB);
    const [first, second] = await Promise.all([library.tunable('use-lite'), library.tunable('use-lite')]);
    expect(first).toBe(second);
    expect(await library.tunable('use-lite')).toBe(first);
    first.dispose();
  });

  it('says that an encoder has nothing to tune, each time it is asked', async () => {
    const library = createEncoderLibrary(1e6, NO_HUB);
    for (let i = 0; i < 2; i++) {
      await expect(library.tunable('hashing')).rejects.toThrow('encoder hashing has nothing to tune');
    }
  });
});
