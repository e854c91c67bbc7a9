import { afterAll, describe, expect, it } from 'vitest';
import { createTrainingThreads } from '../../../src/engine/threads/threads.js';
import { NO_HUB } from '../../support/encoder-files.js';
import { writeTinyBert } from '../../support/tiny-bert.js';

const threads = createTrainingThreads({ backend: 'cpu', files: NO_HUB, cacheBytes: 1e6 }, 1);
afterAll(() => threads.close());

const split = { texts: ['a', 'b', 'c', 'd'], right: Int32Array.from([0, 1, 0, 1]), folds: 2, seed: 0 };

describe('training threads', () => {
  it('do what they are asked', async () => {
    const folds = await threads.call('split', split);
    expect([...folds].sort()).toEqual([0, 0, 1, 1]);
  });

  it('end at once when a call is aborted, also when the answer was on its way, and others take over', async () => {
    for (let i = 0; i < 3; i++) {
      const abort = new AbortController();
      const running = threads.call('split', split, { signal: abort.signal });
      abort.abort();
      await expect(running).rejects.toMatchObject({
        name: 'UserError',
        code: 'cancelled',
        message: 'The run was cancelled; nothing was changed.',
      });
    }
    expect((await threads.call('split', split)).length).toBe(4);
  });

  it('do not start a call that was aborted before', async () => {
    await expect(threads.call('split', split, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('pass a UserError on with its code, and a bug as a bug', async () => {
    const broken = createTrainingThreads({ backend: 'webgpu', files: NO_HUB, cacheBytes: 1e6 }, 1);
    const error = await broken.call('describe', null).catch((thrown: unknown) => thrown);
    await broken.close();
    expect(error).toMatchObject({ name: 'UserError', code: 'bad-configuration' });
    const unknown = threads.call('encode', { texts: ['a'], encoders: ['magic'] });
    await expect(unknown).rejects.toMatchObject({ name: 'UserError', code: 'bad-configuration' });
    const wrong = threads.call('encode', { texts: null as unknown as string[], encoders: ['hashing'] });
    await expect(wrong).rejects.toThrow('Cannot read properties of null');
  });

  it('take nothing more when they are closed', async () => {
    const closed = createTrainingThreads({ backend: 'cpu', files: NO_HUB, cacheBytes: 1e6 }, 1);
    await closed.close();
    await expect(closed.call('split', split)).rejects.toThrow('the engine is closed');
  });
});

describe('threads that compute natively', () => {
  it('end in the middle of it without taking the process with them', async () => {
    const folder = writeTinyBert();
    const own = createTrainingThreads({ backend: 'cpu', files: NO_HUB, cacheBytes: 1e6 }, 1);
    const texts = Array.from({ length: 2000 }, (_, i) => `charged twice for number ${i}`);
    await own.call('encode', { texts: ['warm'], encoders: [folder] });
    for (const wait of [0, 5, 20, 60]) {
      const abort = new AbortController();
      const running = own.call('encode', { texts, encoders: [folder] }, { signal: abort.signal });
      setTimeout(() => abort.abort(), wait);
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    }
    const left = own.call('encode', { texts, encoders: [folder] }).catch((error: unknown) => error);
    await own.close();
    expect(await left).toBeInstanceOf(Error);
  });
});
