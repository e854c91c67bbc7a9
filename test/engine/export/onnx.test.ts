import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrainedAnswerer } from '../../../src/engine/answerers/trained.js';
import { encodeTrained, type TrainedModel } from '../../../src/engine/answerers/trained-model.js';
import { startBackend } from '../../../src/engine/backend.js';
import { NGRAMS } from '../../../src/engine/encoders/blocks.js';
import { createEncoderLibrary, type EncoderLibrary } from '../../../src/engine/encoders/load.js';
import { writeModel } from '../../../src/engine/export/write-model.js';
import { createRng } from '../../../src/engine/random.js';
import { TUNERS } from '../../../src/engine/tuners/index.js';
import type { TunerState } from '../../../src/engine/tuners/tuner.js';
import type { Prediction } from '../../../src/engine/types.js';
import { NO_HUB } from '../../support/encoder-files.js';
import { largestDifference, normals } from '../../support/numbers.js';
import { type Described, graphInputs, jsonOf } from './inputs.js';
import { randomLora, randomModel, TEXTS } from './models.js';
import { runGraph } from './onnx-runtime.js';
import { writeTinyBert } from './tiny-bert.js';

const useLite = [
  { name: 'use-lite', weight: 1 },
  { name: 'use-lite-pool', weight: 1 },
];
const table = { name: 'static-en-zh', weight: 0.5 };
const grams = { name: NGRAMS, weight: 1 };

let library: EncoderLibrary;
let folder: string;
beforeAll(async () => {
  await startBackend('wasm');
  library = createEncoderLibrary(1e6, NO_HUB);
  folder = await writeTinyBert();
});
afterAll(() => rm(folder, { recursive: true }));

async function predict(model: TrainedModel): Promise<Prediction[]> {
  const answerer = await createTrainedAnswerer(model, library);
  const predictions = await answerer.predict(TEXTS);
  answerer.dispose();
  return predictions;
}

/** Row-major [texts, labels], labels in their order. */
const probabilitiesOf = (model: TrainedModel, predictions: readonly Prediction[]): number[] =>
  predictions.flatMap(({ scores }) =>
    model.labels.map((label) => scores.find((score) => score.label === label)!.probability),
  );

const probabilities = async (model: TrainedModel): Promise<number[]> => probabilitiesOf(model, await predict(model));

/** Largest difference between what the exported graph and the answerer say of the texts. */
async function difference(model: TrainedModel): Promise<{ probabilities: number; similarity: number }> {
  const files = await writeModel({ checkpoint: encodeTrained(model), format: 'onnx', files: NO_HUB });
  const graph = files.find(({ path }) => path === 'model.onnx')!;
  const outputs = await runGraph(graph.bytes, graphInputs(files, TEXTS), TEXTS.length);
  const predictions = await predict(model);
  expect(outputs.probabilities!.dims).toEqual([TEXTS.length, model.labels.length]);
  expect(new Set(predictions.map(({ closest }) => closest)).size).toBeGreaterThan(1);
  const similarities = predictions.map(({ similarity }) => similarity);
  return {
    probabilities: largestDifference(outputs.probabilities!.data, probabilitiesOf(model, predictions)),
    similarity: largestDifference(outputs.similarity!.data, similarities),
  };
}

/** Numbers of a trained tuner of any kind, none of them zero. */
async function moved(kind: 'weights' | 'adapter', encoder: string, options: object): Promise<TunerState> {
  const tunable = await library.tunable(encoder);
  const tokens = Int32Array.of(20, 30, 31, 32);
  const tuner = TUNERS[kind].create(tunable, options as never, createRng(0, kind), tokens);
  const state = await tuner.state(1);
  tuner.dispose();
  const tensors = Object.entries(state.tensors).map(([name, { shape, data }]) => {
    if (name === 'embeddings/tokens') return [name, { shape, data }] as const;
    const noise = normals(data.length, name);
    return [name, { shape, data: data.map((x, i) => x + 0.03 * noise[i]!) }] as const;
  });
  return { ...state, tensors: Object.fromEntries(tensors) };
}

describe('an answerer as ONNX', () => {
  it('answers as Handful does with the embedded encoder: a head, and one on an encoder that LoRA tuned', async () => {
    const tuner = randomLora(await library.tunable('use-lite'), { targets: ['qkv', 'output', 'tanh'] });
    const model = await randomModel({
      library,
      method: 'lora',
      encoder: 'embedded',
      encoders: ['use-lite', 'static-en-zh'],
      blocks: [...useLite, table, grams],
      scope: [{ name: 'use-lite', weight: 2 }, table],
      tuned: [{ encoder: 'use-lite', tuner, blocks: [...useLite, grams] }],
    });
    const found = await difference(model);
    expect(found.probabilities).toBeLessThan(1e-4);
    expect(found.similarity).toBeLessThan(1e-4);
    // The tuned encoder does answer otherwise: a graph that dropped the change would show.
    const untuned = { ...model, experts: model.experts.map((expert) => ({ ...expert, tuned: null })) };
    expect(largestDifference(await probabilities(untuned), await probabilities(model))).toBeGreaterThan(0.01);
  });

  it.each(['mean', 'cls', 'max'] as const)('answers as Handful does with a BERT that pools by %s', async (pooling) => {
    const type = pooling === 'cls' ? 'roberta' : 'bert';
    const own = await writeTinyBert({ type, pooling });
    const tuner = randomLora(await library.tunable(own), {
      targets: ['qkv', 'expand', 'contract'],
      dora: pooling === 'cls',
    });
    const model = await randomModel({
      library,
      method: 'lora',
      encoder: own,
      encoders: [own, 'static-en-zh'],
      blocks: [{ name: own, weight: 1 }, table, grams],
      scope: [{ name: own, weight: 1 }],
      tuned: [{ encoder: own, tuner, blocks: [{ name: own, weight: 1 }] }],
    });
    const found = await difference(model);
    expect(found.probabilities).toBeLessThan(1e-4);
    expect(found.similarity).toBeLessThan(1e-4);
    await rm(own, { recursive: true });
  });

  it.each([
    ['weights', { unfreeze: 0, layerDecay: 1, embeddings: true, dropout: 0 }],
    ['adapter', { bottleneck: 4, dropout: 0 }],
  ] as const)('holds what %s trained', async (kind, options) => {
    for (const encoder of kind === 'adapter' ? [folder, 'use-lite'] : [folder]) {
      const block = { name: encoder, weight: 1 };
      const tuner = await moved(kind, encoder, options);
      const model = await randomModel({
        library,
        method: 'full',
        encoder,
        encoders: [encoder],
        blocks: [block],
        scope: [block],
        tuned: [{ encoder, tuner, blocks: [block] }],
      });
      expect((await difference(model)).probabilities).toBeLessThan(1e-4);
    }
  });

  it('answers as Handful does in Chinese, without a network', async () => {
    const model = await randomModel({
      library,
      method: 'head',
      encoder: 'static-en-zh',
      encoders: ['static-en-zh'],
      blocks: [table, grams],
      scope: [table],
    });
    const found = await difference(model);
    expect(found.probabilities).toBeLessThan(1e-4);
    expect(found.similarity).toBeLessThan(1e-4);
  });

  it('says its labels and threshold, and no path of the machine', async () => {
    const block = { name: folder, weight: 1 };
    const model = await randomModel({
      library,
      method: 'head',
      encoder: folder,
      encoders: [folder],
      blocks: [block],
      scope: [block],
    });
    const files = await writeModel({ checkpoint: encodeTrained(model), format: 'onnx', files: NO_HUB });
    const description = jsonOf<Described>(files, 'handful.json');
    expect(description).toMatchObject({ labels: model.labels, threshold: model.scope.threshold });
    expect(files.map(({ path }) => path)).toEqual(['model.onnx', 'handful.json', 'tokenizer.json']);
    for (const { bytes } of files) expect(Buffer.from(bytes).includes(folder)).toBe(false);
  });

  it('refuses what a graph cannot hold, and says what can', async () => {
    const block = { name: folder, weight: 1 };
    const tuner: TunerState = { kind: 'prefix', settings: {}, tensors: {} };
    const model = await randomModel({
      library,
      method: 'prefix',
      encoder: folder,
      encoders: [folder],
      blocks: [block],
      scope: [block],
      tuned: [{ encoder: folder, tuner, blocks: [block] }],
    });
    await expect(writeModel({ checkpoint: encodeTrained(model), format: 'onnx', files: NO_HUB })).rejects.toMatchObject(
      {
        code: 'bad-input',
        message:
          'ONNX cannot hold what prefix trained; it holds frozen encoders, LoRA, trained weights and adapters. Use safetensors.',
      },
    );
  });
});
