import { beforeAll, describe, expect, it } from 'vitest';
import { mixLogits } from '../../../src/engine/answerers/mix.js';
import { createTrainedAnswerer } from '../../../src/engine/answerers/trained.js';
import { decodeTrained, encodeTrained, type TrainedModel } from '../../../src/engine/answerers/trained-model.js';
import { startBackend } from '../../../src/engine/backend.js';
import { createEncoderLibrary, type EncoderLibrary } from '../../../src/engine/encoders/load.js';
import { softmaxRows } from '../../../src/engine/evaluate/metrics.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/engine/registry/checkpoint.js';
import { layersOf } from '../../../src/engine/tuners/lora.js';
import { answererContract } from '../../contracts/answerer.js';
import { NO_HUB } from '../../support/encoder-files.js';
import { createFakeTunable, libraryOf } from '../../support/fake-tunable.js';
import { expectClose } from '../../support/numbers.js';
import { support, supportQuestions, supportZh, supportZhQuestions } from '../../support/tasks.js';
import { fitModel } from '../../support/train.js';

const questions = Object.keys(supportQuestions);

interface Case {
  readonly model: TrainedModel;
  readonly logits: Float32Array;
  readonly library: EncoderLibrary;
}

// One of each kind: n-grams and no tuner; a tuner; one block alone.
const cases: Record<'head in Chinese' | 'LoRA' | 'head on hashing', () => Promise<Case>> = {
  'head in Chinese': async () => {
    const library = createEncoderLibrary(1e6, NO_HUB);
    const options = { method: 'head', data: supportZh, encoder: 'static-en-zh', library } as const;
    return { library, ...(await fitModel({ ...options, held: Object.keys(supportZhQuestions) })) };
  },
  LoRA: async () => {
    const library = libraryOf(createFakeTunable({ size: 512 }));
    return {
      library,
      ...(await fitModel({ method: 'lora', data: support, encoder: 'use-lite', library, held: questions })),
    };
  },
  'head on hashing': async () => {
    const library = createEncoderLibrary(1e6, NO_HUB);
    return {
      library,
      ...(await fitModel({ method: 'head', data: support, encoder: 'hashing', library, held: questions })),
    };
  },
};

const made = new Map<string, Promise<Case>>();
function make(name: keyof typeof cases): Promise<Case> {
  const known = made.get(name) ?? cases[name]();
  made.set(name, known);
  return known;
}

beforeAll(() => startBackend('wasm'));

const names = Object.keys(cases) as (keyof typeof cases)[];
for (const name of names) {
  const zh = name === 'head in Chinese';
  answererContract(`trained: ${name}`, {
    create: async () => {
      const { model, library } = await make(name);
      return createTrainedAnswerer(decodeTrained(encodeTrained(model)), library);
    },
    method: name === 'LoRA' ? 'lora' : 'head',
    labels: (zh ? supportZh : support).labels.map((label) => label.name),
    known: zh ? supportZhQuestions : supportQuestions,
  });
}

describe.each(names)('a trained answerer (%s)', (name) => {
  it('comes back from its bytes as it was, and gives the same bytes again', async () => {
    const { model } = await make(name);
    const bytes = encodeTrained(model);
    const decoded = decodeTrained(bytes);
    expect(decoded).toEqual(model);
    expect(Buffer.compare(encodeTrained(decoded), bytes)).toBe(0);
  });

  it('answers after saving and loading as before', async () => {
    const { model, library } = await make(name);
    const before = await createTrainedAnswerer(model, library);
    const after = await createTrainedAnswerer(decodeTrained(encodeTrained(model)), library);
    const texts = [...questions, '', '我的快递到哪里了'];
    expect(await after.predict(texts)).toEqual(await before.predict(texts));
    before.dispose();
    after.dispose();
  });

  it('gives the probabilities of the logits that were measured', async () => {
    const { model, library, logits } = await make(name);
    const answerer = await createTrainedAnswerer(model, library);
    const classes = model.labels.length;
    const expected = softmaxRows(logits, classes, model.temperature);
    const texts = name === 'head in Chinese' ? Object.keys(supportZhQuestions) : questions;
    const predictions = await answerer.predict(texts);
    predictions.forEach(({ scores }, row) => {
      const inOrder = model.labels.map((label) => scores.find((score) => score.label === label)!.probability);
      expectClose(inOrder, expected.subarray(row * classes, (row + 1) * classes), 1e-4);
    });
    answerer.dispose();
  });

  it('names no nearest examples, for it holds none', async () => {
    const { model, library } = await make(name);
    const answerer = await createTrainedAnswerer(model, library);
    expect((await answerer.predict(['a']))[0]!.nearest).toEqual([]);
    answerer.dispose();
    const text = Buffer.from(encodeTrained(model)).toString('latin1');
    expect(text).not.toContain('I was charged twice this month');
  });
});

describe('LoRA', () => {
  it('answers with the head on frozen vectors and the head on tuned ones', async () => {
    const { model } = await make('LoRA');
    expect(model.experts.map(({ tuned }) => tuned?.encoder ?? null)).toEqual([null, 'use-lite']);
    expect(layersOf(model.experts[1]!.tuned!.tuner.tensors)).toEqual([
      'layer0/qkv',
      'layer0/output',
      'layer1/qkv',
      'layer1/output',
      'tanh',
    ]);
  });

  it('has only half of its change below 50 shots', async () => {
    const { model } = await make('LoRA');
    expect(model.experts[1]!.tuned!.tuner.settings.scaling).toBe(0.5 * (16 / 8));
  });

  it('has all of it from 50 shots on', async () => {
    const library = libraryOf(createFakeTunable({ size: 512 }));
    const examples = Array.from({ length: 5 }, (_, i) =>
      support.examples.map(({ text, label }) => ({ text: `${text} ${i}`, label })),
    );
    const data = { ...support, examples: examples.flat() };
    const { model } = await fitModel({ method: 'lora', data, encoder: 'use-lite', library });
    expect(model.experts[1]!.tuned!.tuner.settings.scaling).toBe(16 / 8);
  });

  it('is the same for the same seed, and another for another', async () => {
    const library = libraryOf(createFakeTunable({ size: 512 }));
    const train = async (seed: number) =>
      (await fitModel({ method: 'lora', data: support, encoder: 'use-lite', library, seed })).model;
    expect(await train(1)).toEqual(await train(1));
    expect(await train(1)).not.toEqual(await train(2));
  });
});

describe('mixLogits', () => {
  it('gives each expert its share', () => {
    const experts = [Float32Array.from([1, -2]), Float32Array.from([3, 4])];
    expect([...mixLogits(experts, [0.5, 0.5])]).toEqual([2, 1]);
    expect([...mixLogits(experts, [0, 1])]).toEqual([3, 4]);
    expect([...mixLogits(experts.slice(0, 1), [1])]).toEqual([1, -2]);
  });
});

describe('the first format of checkpoints', () => {
  it('is read as one of today: LoRA, experts of equal share', async () => {
    const { model } = await make('LoRA');
    const { meta, tensors } = decodeCheckpoint(encodeTrained(model));
    const { shares: _, experts, ...rest } = meta as { shares: unknown; experts: { tuned: object | null }[] };
    const renamed = Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [name.replace('/tuner/', '/lora/'), tensor]),
    );
    const tuned = {
      encoder: 'use-lite',
      scaling: model.experts[1]!.tuned!.tuner.settings.scaling,
      layers: layersOf(model.experts[1]!.tuned!.tuner.tensors).map((name) => ({ name, rank: 8 })),
    };
    const old = { ...rest, experts: experts.map((expert, i) => ({ ...expert, tuned: i === 1 ? tuned : null })) };
    const read = decodeTrained(encodeCheckpoint({ meta: old, tensors: renamed }));
    expect(read.shares).toEqual([0.5, 0.5]);
    expect(read.experts[1]!.tuned!.tuner.tensors).toEqual(model.experts[1]!.tuned!.tuner.tensors);
    expect(read.experts[1]!.tuned!.tuner.settings).toEqual({ scaling: tuned.scaling });
    const [before, after] = await Promise.all(
      [model, read].map((each) => createTrainedAnswerer(each, libraryOf(createFakeTunable({ size: 512 })))),
    );
    expect(await after!.predict(questions)).toEqual(await before!.predict(questions));
  });
});

/** The description of a checkpoint with something else about the tuner of its last expert. */
function withTuned(meta: Record<string, unknown>, changes: object): Record<string, unknown> {
  const experts = meta.experts as { tuned: object | null }[];
  const changed = experts.map((expert) =>
    expert.tuned === null ? expert : { ...expert, tuned: { ...expert.tuned, ...changes } },
  );
  expect(changed).not.toEqual(experts);
  return { ...meta, experts: changed };
}

describe('damage', () => {
  const damaged = async (bytes: Uint8Array | Promise<Uint8Array>): Promise<unknown> => {
    const given = await bytes;
    try {
      return decodeTrained(given);
    } catch (error) {
      return error;
    }
  };
  const bytesOf = async () => encodeTrained((await make('LoRA')).model);
  const without = async (tensor: string): Promise<Uint8Array> => {
    const { meta, tensors } = decodeCheckpoint(await bytesOf());
    const { [tensor]: removed, ...rest } = tensors;
    expect(removed).toBeDefined();
    return encodeCheckpoint({ meta, tensors: rest });
  };

  it.each([
    'scope/centroids',
    'scope/centre/use-lite',
    '0/head/dense',
    '0/head/sparse',
    '0/head/intercepts',
    '0/idf',
    '1/centre/use-lite-pool',
    '1/tuner/tanh/a',
    '1/tuner/layer0/output/b',
  ])('is told when the tensor %s is missing', async (tensor) => {
    expect(await damaged(without(tensor))).toMatchObject({
      name: 'UserError',
      code: 'damaged',
      message: `The checkpoint lacks the tensor ${tensor}.`,
    });
  });

  it('is told when a tensor is of another kind', async () => {
    const { meta, tensors } = decodeCheckpoint(await bytesOf());
    const ints = { ...tensors, '0/head/intercepts': { shape: [3], data: new Int32Array(3) } };
    expect(await damaged(encodeCheckpoint({ meta, tensors: ints }))).toMatchObject({
      code: 'damaged',
      message: 'The checkpoint lacks the tensor 0/head/intercepts.',
    });
  });

  it('is told when the checkpoint describes something else', async () => {
    expect(await damaged(encodeCheckpoint({ meta: { kind: 'other' }, tensors: {} }))).toMatchObject({
      name: 'UserError',
      code: 'damaged',
      message: expect.stringContaining('The checkpoint does not describe a trained answerer: '),
    });
  });

  it.each<[string, (meta: Record<string, unknown>) => Record<string, unknown>]>([
    ['no label', (meta) => ({ ...meta, labels: [] })],
    ['an unknown method', (meta) => ({ ...meta, method: 'magic' })],
    ['an unknown kind of tuner', (meta) => withTuned(meta, { kind: 'magic' })],
    ['no share of an expert', (meta) => ({ ...meta, shares: [] })],
    ['a temperature of zero', (meta) => ({ ...meta, temperature: 0 })],
    ['no expert', (meta) => ({ ...meta, experts: [] })],
    ['a field of a newer version', (meta) => ({ ...meta, more: 1 })],
  ])('is told when it has %s', async (_, change) => {
    const { meta, tensors } = decodeCheckpoint(await bytesOf());
    const bytes = encodeCheckpoint({ meta: change(meta as Record<string, unknown>), tensors });
    expect(await damaged(bytes)).toMatchObject({ code: 'damaged' });
  });

  it('is told of an encoder that does not exist when it is loaded: which encoders there are, files say', async () => {
    const { meta, tensors } = decodeCheckpoint(await bytesOf());
    const strange = withTuned(meta as Record<string, unknown>, { encoder: 'magic' });
    const model = decodeTrained(encodeCheckpoint({ meta: strange, tensors }));
    await expect(createTrainedAnswerer(model, createEncoderLibrary(1e6, NO_HUB))).rejects.toMatchObject({
      name: 'UserError',
      code: 'bad-configuration',
      message: expect.stringContaining('"magic" is no encoder.'),
    });
  });

  it('is told of bytes cut short, bytes changed, and bytes of something else', async () => {
    const bytes = await bytesOf();
    const changed = bytes.slice();
    changed[changed.length >> 1]! ^= 1;
    expect(await damaged(bytes.subarray(0, bytes.length - 1))).toMatchObject({ code: 'damaged' });
    expect(await damaged(changed)).toMatchObject({
      code: 'damaged',
      message: 'The checkpoint is damaged (checksum differs).',
    });
    expect(await damaged(new Uint8Array(0))).toMatchObject({ message: 'This is not a Handful checkpoint.' });
  });
});
