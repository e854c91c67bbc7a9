import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { cached } from '../../../src/engine/encoders/cache.js';
import { type Hooks, parametersOf, plain, type TunableEncoder } from '../../../src/engine/encoders/encoder.js';
import { createUseLite } from '../../../src/engine/encoders/use-lite.js';
import { readUseLiteWeights } from '../../../src/engine/encoders/use-lite-weights.js';
import { createRng } from '../../../src/engine/random.js';
import { encoderContract } from '../../contracts/encoder.js';
import { expectNoLeak } from '../../support/no-leak.js';
import { cosine, expectClose, lengthOf, rowsOf, unit } from '../../support/numbers.js';
import { VARIED_TEXTS } from '../../support/texts.js';

/** The promise of use-lite.ts. */
const PARITY = 1e-5;

let encoder: TunableEncoder;
beforeAll(async () => {
  await startBackend('wasm');
  encoder = await createUseLite();
});
afterAll(() => encoder.dispose());

encoderContract('use-lite', async () => encoder);
encoderContract('use-lite behind a cache', async () => cached(encoder, 1e6));

/** [e; pool] of each text: the sentence embedding and the mean of its tokens. */
async function halves(texts: readonly string[]): Promise<{ sentence: Float32Array; pool: Float32Array }[]> {
  const rows = rowsOf(await encoder.encode(texts), encoder.dimensions);
  return rows.map((row) => ({ sentence: row.subarray(0, 512), pool: row.subarray(512) }));
}

describe('the sentence embedding', () => {
  it('equals the published model on texts of every script, slip and length, and on 40 random strings', async () => {
    const { vocabulary } = await readUseLiteWeights();
    const pieces = vocabulary.slice(6).map(([piece]) => piece);
    const rng = createRng('strings');
    const pick = (): string => {
      const piece = pieces[rng.integer(pieces.length)]!;
      return [piece, piece[0]!, String.fromCharCode(32 + rng.integer(65_000))][rng.integer(3)]!;
    };
    const random = Array.from({ length: 40 }, () => Array.from({ length: 1 + rng.integer(20) }, pick).join(''));
    const texts = [...VARIED_TEXTS, ...random];
    const [ours, reference] = [await halves(texts), await published(texts)];
    ours.forEach(({ sentence }, i) => {
      expectClose(sentence, reference[i]!, PARITY, JSON.stringify(texts[i]!.slice(0, 40)));
    });
  });
});

describe('use-lite', () => {
  it('gives two halves of unit length', async () => {
    for (const { sentence, pool } of await halves(VARIED_TEXTS)) {
      expectClose([lengthOf(sentence), lengthOf(pool)], [1, 1], 1e-5);
    }
  });

  it('gives the empty text the embedding of no tokens: a constant sentence half and no pool', async () => {
    const [empty] = await halves(['']);
    expect(empty!.pool).toEqual(new Float32Array(512));
    const bias = encoder.linears.find(({ name }) => name === 'tanh')!.bias!;
    const constant = ((await bias.data()) as Float32Array).map(Math.tanh);
    expectClose(empty!.sentence, unit(constant), 1e-5);
  });

  it('reads the first 128 tokens only', async () => {
    const [whole, cut] = await halves(['a '.repeat(128).trim(), `${'a '.repeat(128)}and something else`]);
    expectClose(cut!.sentence, whole!.sentence, 1e-6);
  });

  it('puts texts of one meaning nearer than others', async () => {
    const [a, b, c] = await halves(['I was charged twice', 'my card was billed two times', 'what a lovely day']);
    expect(cosine(a!.sentence, b!.sentence)).toBeGreaterThan(cosine(a!.sentence, c!.sentence) + 0.1);
  });

  it('has a forward pass that is the embedding before it is brought to unit length', async () => {
    const texts = ['a longer text goes first here', 'one', '', '这个月'];
    const batch = await encoder.batch(texts);
    const forward = tf.tidy(() => encoder.forward(batch, plain));
    expect(forward.shape).toEqual([texts.length, encoder.outputSize]);
    const rows = rowsOf((await forward.data()) as Float32Array, encoder.outputSize);
    (await halves(texts)).forEach(({ sentence }, i) => {
      expectClose(unit(rows[i]!), sentence, 1e-6);
    });
    tf.dispose(forward);
    batch.dispose();
  });

  it('sends its tokens, every layer and norm, and both branches of both transformer layers through the hooks', async () => {
    const called: string[] = [];
    const batch = await encoder.batch(['one two three']);
    tf.tidy(() =>
      encoder.forward(batch, {
        embed: (x, ids) => {
          expect([x.shape[0], [...ids]]).toEqual([ids.length, [...batch.ids]]);
          called.push('embed');
          return x;
        },
        linear: (x, layer) => {
          called.push(layer.name);
          return plain.linear(x, layer);
        },
        norm: (x, layer) => {
          called.push(layer.name);
          return plain.norm(x, layer);
        },
        branch: (x, name) => {
          called.push(name);
          return x;
        },
        prefix: (layer) => {
          called.push(`prefix ${layer}`);
          return null;
        },
        prompt: null,
      }),
    );
    batch.dispose();
    const branches = encoder.layers.flatMap(({ name }) => [`${name}/attention`, `${name}/feed-forward`]);
    const own = [...encoder.linears, ...encoder.norms].map(({ name }) => name);
    expect(called.sort()).toEqual(['embed', 'prefix 0', 'prefix 1', ...branches, ...own].sort());
  });

  it('says of each layer what its weights have', () => {
    const find = (name: string) => encoder.linears.find((linear) => linear.name === name)!.weight.shape;
    expect(encoder.layers.map(({ name }) => name)).toEqual(['layer0', 'layer1']);
    for (const { name, inputs, outputs, heads, headSize } of encoder.layers) {
      expect(find(`${name}/qkv`)).toEqual([inputs, 3 * heads * headSize]);
      expect(find(`${name}/contract`)[1]).toBe(outputs);
    }
  });

  it('says where in a vector the output of its forward pass lies', async () => {
    const [[vector], batch] = [
      rowsOf(await encoder.encode(['one two']), encoder.dimensions),
      await encoder.batch(['one two']),
    ];
    const forward = tf.tidy(() => encoder.forward(batch, plain));
    const own = vector!.subarray(encoder.outputAt, encoder.outputAt + encoder.outputSize);
    expectClose(own, unit((await forward.data()) as Float32Array), 1e-6);
    forward.dispose();
    batch.dispose();
  });

  it('can be copied with other weights, biases and norms; the original keeps its own', async () => {
    const before = await encoder.encode(['one two three']);
    for (const name of ['tanh/weight', 'layer0/qkv/bias', 'layer0/residual/weight', 'layer1/attention-norm/scale']) {
      const { value } = parametersOf(encoder).find((parameter) => parameter.name === name)!;
      const weights = (await value.data()) as Float32Array;
      const same = encoder.withWeights(new Map([[name, Float32Array.from(weights)]]));
      const other = encoder.withWeights(new Map([[name, weights.map((x) => -x)]]));
      expect(await same.encode(['one two three'])).toEqual(before);
      expect(await other.encode(['one two three']), name).not.toEqual(before);
      same.dispose();
      other.dispose();
    }
    expect(await encoder.encode(['one two three'])).toEqual(before);
  });

  it('refuses a weight that it does not have', () => {
    expect(() => encoder.withWeights(new Map([['layer2/qkv/weight', new Float32Array(1)]]))).toThrow(
      'use-lite has no weight layer2/qkv/weight',
    );
  });

  it('can be copied with hooks; disposing the copy releases what they hold and nothing of the encoder', async () => {
    const before = await encoder.encode(['one two three']);
    let released = 0;
    const hooked = encoder.withHooks({ ...plain, branch: (x) => tf.mul(x, 2) }, () => released++);
    expect(await hooked.encode(['one two three'])).not.toEqual(before);
    hooked.dispose();
    expect(released).toBe(1);
    expect(await encoder.encode(['one two three'])).toEqual(before);
  });

  it('leaves no tensor behind: encoding, batches, gradients and copies', async () => {
    const texts = ['one two three', '', 'a longer text that has more tokens than the others'];
    const weights = new Map([['tanh/weight', new Float32Array(512 * 512)]]);
    await expectNoLeak(async () => {
      await encoder.encode(texts);
      const batch = await encoder.batch(texts);
      tf.tidy(() => {
        const factor = tf.scalar(2);
        const doubled: Hooks = { ...plain, branch: (x) => tf.mul(x, factor) };
        tf.grad(() => tf.sum(encoder.forward(batch, doubled)))(factor);
      });
      batch.dispose();
      encoder.withWeights(weights).dispose();
    });
  });

  it('frees all its weights when it is disposed', async () => {
    const before = tf.memory().numTensors;
    const another = await createUseLite();
    expect(tf.memory().numTensors).toBeGreaterThan(before);
    another.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

async function published(texts: readonly string[]): Promise<number[][]> {
  const child = fileURLToPath(new URL('./use-lite-reference-child.js', import.meta.url));
  const running = promisify(execFile)(process.execPath, [child], { maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin!.end(JSON.stringify(texts));
  return JSON.parse((await running).stdout) as number[][];
}
