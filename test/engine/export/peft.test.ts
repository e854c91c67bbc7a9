import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeTrained } from '../../../src/engine/answerers/trained-model.js';
import { startBackend } from '../../../src/engine/backend.js';
import type { TunableEncoder } from '../../../src/engine/encoders/encoder.js';
import { createEncoderLibrary, type EncoderLibrary } from '../../../src/engine/encoders/load.js';
import { readSafetensors, writeSafetensors } from '../../../src/engine/encoders/safetensors.js';
import { type ExportedFile, importPeft } from '../../../src/engine/export/index.js';
import { writeModel } from '../../../src/engine/export/write-model.js';
import { restoreTuned } from '../../../src/engine/tuners/index.js';
import type { TunerState } from '../../../src/engine/tuners/tuner.js';
import { NO_HUB } from '../../support/encoder-files.js';
import { expectClose, largestDifference, normals } from '../../support/numbers.js';
import { jsonOf } from './inputs.js';
import { randomLora, randomModel, TEXTS } from './models.js';
import { writeTinyBert } from './tiny-bert.js';

const WIDTH = 24;
const QUERY = 'base_model.model.encoder.layer.0.attention.self.query';

let library: EncoderLibrary;
let folder: string;
let encoder: TunableEncoder;
beforeAll(async () => {
  await startBackend('wasm');
  library = createEncoderLibrary(1e6, NO_HUB);
  folder = await writeTinyBert();
  encoder = await library.tunable(folder);
});
afterAll(() => rm(folder, { recursive: true }));

async function exported(tuner: TunerState | null, name = folder): Promise<ExportedFile[]> {
  const block = { name, weight: 1 };
  const tuned = tuner === null ? [] : [{ encoder: name, tuner, blocks: [block] }];
  const model = await randomModel({
    library,
    method: 'lora',
    encoder: name,
    encoders: [name],
    blocks: [block],
    scope: [block],
    tuned,
  });
  return writeModel({ checkpoint: encodeTrained(model), format: 'peft', files: NO_HUB });
}

async function vectors(tuner: TunerState): Promise<Float32Array> {
  const tuned = await restoreTuned(encoder, tuner);
  const out = await tuned.encode(TEXTS);
  tuned.dispose();
  return out;
}

const weightsOf = (files: readonly ExportedFile[]) =>
  readSafetensors(files.find(({ path }) => path === 'adapter_model.safetensors')!.bytes).tensors;

describe('a LoRA as a folder of peft', () => {
  it('says in its configuration what peft needs, with the rank and alpha that were set', async () => {
    const files = await exported(randomLora(encoder, { targets: ['qkv', 'output', 'contract'] }));
    expect(files.map(({ path }) => path)).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
    expect(jsonOf(files, 'adapter_config.json')).toEqual({
      peft_type: 'LORA',
      task_type: 'FEATURE_EXTRACTION',
      base_model_name_or_path: expect.stringMatching(/^handful-tiny-bert-\w+$/),
      inference_mode: true,
      r: 4,
      lora_alpha: 6,
      lora_dropout: 0,
      use_rslora: false,
      use_dora: false,
      bias: 'none',
      fan_in_fan_out: false,
      // `output.dense` alone would mean attention.output.dense as well.
      target_modules: [
        'attention.self.query',
        'attention.self.key',
        'attention.self.value',
        'attention.output.dense',
        'layer.0.output.dense',
        'layer.1.output.dense',
      ],
    });
  });

  it('splits the fused layer into three that share A, and folds the strength into B', async () => {
    const tuner = randomLora(encoder, { targets: ['qkv'], strength: 0.25 });
    const tensors = weightsOf(await exported(tuner));
    const [a, b] = [tuner.tensors['layer0/qkv/a']!, tuner.tensors['layer0/qkv/b']!];
    expect(Object.keys(tensors)).toHaveLength(2 * 2 * 3);
    ['query', 'key', 'value'].forEach((part, at) => {
      const name = QUERY.replace('query', part);
      const [down, up] = [tensors[`${name}.lora_A.weight`]!, tensors[`${name}.lora_B.weight`]!];
      expect([down.shape, up.shape]).toEqual([
        [4, WIDTH],
        [WIDTH, 4],
      ]);
      expect(down.data[2 * WIDTH + 5]).toBe(a.data[5 * 4 + 2]);
      expect(up.data[7 * 4 + 3]).toBeCloseTo(0.25 * b.data[3 * 3 * WIDTH + at * WIDTH + 7]!, 7);
    });
  });

  it('comes back from its files with the same vectors', async () => {
    const tuner = randomLora(encoder, { targets: ['qkv', 'output', 'expand', 'contract'] });
    const back = importPeft(await exported(tuner));
    expect(back.settings).toEqual({ rank: 4, alpha: 6, rslora: false, dora: false, scaling: 1.5 });
    expect(back.tensors['layer0/qkv/a']!.shape).toEqual([WIDTH, 4]);
    expectClose(await vectors(back), await vectors(tuner), 1e-5);
  });

  it('has the lengths of DoRA as those of whole columns', async () => {
    const tuner = randomLora(encoder, { targets: ['output'], dora: true });
    const files = await exported(tuner);
    expect(jsonOf(files, 'adapter_config.json')).toMatchObject({ use_dora: true });
    const held = weightsOf(files)['base_model.model.encoder.layer.1.attention.output.dense.lora_magnitude_vector']!;
    const { weight } = encoder.linears.find(({ name }) => name === 'layer1/output')!;
    const column = (await weight.array()).map((row) => row[3]!);
    const relative = tuner.tensors['layer1/output/lengths']!.data[3]!;
    expect(held.data[3]).toBeCloseTo(relative * Math.hypot(...column), 5);
  });

  it.each([
    ['a frozen encoder', () => exported(null), 'the encoder of this version is not tuned'],
    ['an adapter', () => exported({ kind: 'adapter', settings: {}, tensors: {} }), 'the encoder was tuned by adapter'],
    [
      'USE lite',
      async () => exported(randomLora(await library.tunable('use-lite'), { targets: ['tanh'] }), 'use-lite'),
      'the tuned encoder is use-lite, and peft knows encoders of the BERT family',
    ],
  ])('refuses %s and says why', async (_, make, why) => {
    await expect(make()).rejects.toMatchObject({
      code: 'bad-input',
      message: `PEFT holds a LoRA over an encoder of the BERT family: ${why}. Use safetensors or onnx.`,
    });
  });
});

describe('a folder of peft as a LoRA', () => {
  const CONFIG = { peft_type: 'LORA', r: 2, lora_alpha: 4 };
  const files = (config: object, tensors: Record<string, { shape: number[]; data: Float32Array }>): ExportedFile[] => [
    { path: 'adapter_config.json', bytes: Buffer.from(JSON.stringify(config)) },
    { path: 'adapter_model.safetensors', bytes: writeSafetensors(tensors) },
  ];
  const pair = (module: string, { inputs = WIDTH, outputs = WIDTH } = {}) => ({
    [`${module}.lora_A.weight`]: { shape: [2, inputs], data: normals(2 * inputs, module, 'A') },
    [`${module}.lora_B.weight`]: { shape: [outputs, 2], data: normals(2 * outputs, module, 'B').map((x) => 0.1 * x) },
  });

  it('makes one layer of queries, keys and values that were trained apart, and leaves alone what was not', async () => {
    const given = { ...pair(QUERY), ...pair(QUERY.replace('query', 'value')) };
    const tuner = importPeft(files(CONFIG, given));
    expect(Object.entries(tuner.tensors).map(([name, { shape }]) => [name, shape])).toEqual([
      ['layer0/qkv/a', [WIDTH, 4]],
      ['layer0/qkv/b', [4, 3 * WIDTH]],
    ]);
    const frozen = encoder.linears.find(({ name }) => name === 'layer0/qkv')!;
    const tuned = await restoreTuned(encoder, tuner);
    const changed = tuned.linears.find(({ name }) => name === 'layer0/qkv')!;
    const [before, after] = [await frozen.weight.array(), await changed.weight.array()];
    tuned.dispose();
    for (const [part, name] of [QUERY, null, QUERY.replace('query', 'value')].entries()) {
      const delta = Array.from({ length: WIDTH * WIDTH }, (_, i) => {
        const [row, column] = [Math.floor(i / WIDTH), part * WIDTH + (i % WIDTH)];
        return after[row]![column]! - before[row]![column]!;
      });
      const expected = Array.from({ length: WIDTH * WIDTH }, (_, i) => {
        if (name === null) return 0;
        const [a, b] = [given[`${name}.lora_A.weight`]!.data, given[`${name}.lora_B.weight`]!.data];
        const [row, column] = [Math.floor(i / WIDTH), i % WIDTH];
        return 2 * (a[row]! * b[2 * column]! + a[WIDTH + row]! * b[2 * column + 1]!);
      });
      expect(largestDifference(delta, expected)).toBeLessThan(1e-5);
    }
  });

  it('reads the names of other wrappings, and the scaling of rsLoRA', () => {
    const module = 'base_model.model.0.auto_model.encoder.layer.1.intermediate.dense';
    const tuner = importPeft(files({ ...CONFIG, use_rslora: true }, pair(module, { outputs: 40 })));
    expect(Object.keys(tuner.tensors)).toEqual(['layer1/expand/a', 'layer1/expand/b']);
    expect(tuner.settings.scaling).toBeCloseTo(4 / Math.sqrt(2), 12);
  });

  it.each([
    [{ peft_type: 'IA3' }, 'its type is IA3'],
    [{ use_dora: true }, 'it uses DoRA'],
    [{ bias: 'all' }, 'it trained biases (bias: all)'],
    [{ modules_to_save: ['classifier'] }, 'it trained whole modules (classifier)'],
    [{ rank_pattern: { query: 8 } }, 'its rank or alpha differs between layers (query)'],
    [{ fan_in_fan_out: true }, 'its weights are transposed (fan_in_fan_out)'],
  ])('refuses %j', (more, why) => {
    expect(() => importPeft(files({ ...CONFIG, ...more }, pair(QUERY)))).toThrow(
      `This adapter of peft cannot be used: ${why}. Supported is a plain LoRA over linear layers.`,
    );
  });

  it('refuses modules that the encoder does not have, pairs that do not fit, and a folder without its files', () => {
    expect(() => importPeft(files(CONFIG, pair('base_model.model.pooler.dense')))).toThrow(/it holds .*pooler/);
    const crooked = { ...pair(QUERY), ...pair(QUERY.replace('query', 'key'), { inputs: 8 }) };
    expect(() => importPeft(files(CONFIG, crooked))).toThrow('the pair of layer0/qkv has the shapes [2, 24]');
    expect(() => importPeft([])).toThrow('adapter_config.json is missing');
  });
});
