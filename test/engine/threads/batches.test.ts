import { describe, expect, it } from 'vitest';
import { createBatches } from '../../../src/engine/threads/batches.js';

/** Answers with the text and its source; every batch waits for `release`. */
function setUp(most = 4) {
  const runs: [string, readonly string[]][] = [];
  const waiting: (() => void)[] = [];
  const ask = createBatches<string, string>({
    keyOf: (source) => source,
    most,
    run: async (source, texts) => {
      runs.push([source, texts]);
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (source === 'broken') throw new Error('broken');
      return texts.map((text) => `${source} ${text}`);
    },
  });
  const release = async (): Promise<void> => {
    waiting.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { runs, ask, release };
}

describe('batches', () => {
  it('sends a lone question at once, and those that came meanwhile together', async () => {
    const { runs, ask, release } = setUp();
    const answers = ['one', 'two', 'three'].map((text) => ask('a', [text]));
    expect(runs).toEqual([['a', ['one']]]);
    await release();
    expect(runs[1]).toEqual(['a', ['two', 'three']]);
    await release();
    expect((await Promise.all(answers)).flat()).toEqual(['a one', 'a two', 'a three']);
  });

  it('keeps sources and the order of their first questions apart, and batches within their limit', async () => {
    const { runs, ask, release } = setUp(2);
    const all = [
      ask('a', ['0']),
      ask('a', ['1']),
      ask('b', ['2']),
      ask('a', ['3']),
      ask('a', ['4']),
      ask('b', ['5', '6', '7']),
    ];
    for (let i = 0; i < 6; i++) await release();
    expect(runs).toEqual([
      ['a', ['0']],
      ['a', ['1', '3']],
      ['b', ['2']],
      ['a', ['4']],
      ['b', ['5', '6', '7']],
    ]);
    expect((await Promise.all(all)).flat()).toEqual(['a 0', 'a 1', 'b 2', 'a 3', 'a 4', 'b 5', 'b 6', 'b 7']);
  });

  it('fails the questions of a broken batch and answers the others', async () => {
    const { ask, release } = setUp();
    const first = ask('broken', ['one']);
    const others = [ask('a', ['two']), ask('broken', ['three'])];
    const results = Promise.allSettled([first, ...others]);
    for (let i = 0; i < 3; i++) await release();
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  });
});
