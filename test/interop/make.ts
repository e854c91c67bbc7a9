// Exports for check.py, with what Handful itself says of the same texts: the embedded encoder, and an encoder of the BERT family.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'vitest';
import { createTrainedAnswerer } from '../../src/engine/answerers/trained.js';
import { encodeTrained, type TrainedModel } from '../../src/engine/answerers/trained-model.js';
import { startBackend } from '../../src/engine/backend.js';
import { NGRAMS } from '../../src/engine/encoders/blocks.js';
import { createEncoderLibrary, type EncoderLibrary } from '../../src/engine/encoders/load.js';
import { ngrams } from '../../src/engine/encoders/ngrams.js';
import { importPeft } from '../../src/engine/export/index.js';
import { type ModelFormat, writeModel } from '../../src/engine/export/write-model.js';
import { restoreTuned } from '../../src/engine/tuners/index.js';
import { type GraphInput, graphInputs } from '../engine/export/inputs.js';
import { randomLora, randomModel, TEXTS } from '../engine/export/models.js';
import { NO_HUB } from '../support/encoder-files.js';

const { INTEROP_OUT: OUT = '', INTEROP_ENCODER: ENCODER = '' } = process.env;

const library = createEncoderLibrary(1e6, NO_HUB);
/** Frozen vectors from the safetensors as well: the ONNX file of a folder may hold rounded weights. */
const single: EncoderLibrary = {
  ...library,
  async encode(texts, names) {
    const vectors: Record<string, { dimensions: number; data: Float32Array }> = {};
    for (const name of names) {
      if (name !== ENCODER) Object.assign(vectors, (await library.encode(texts, [name])).vectors);
      else {
        const { dimensions, encode } = await library.tunable(name);
        vectors[name] = { dimensions, data: await encode(texts) };
      }
    }
    return { texts, vectors };
  },
};

async function write(name: string, model: TrainedModel, formats: readonly ModelFormat[]): Promise<void> {
  const folder = path.join(OUT, name);
  let inputs: Record<string, GraphInput> = {};
  for (const format of formats) {
    const files = await writeModel({ checkpoint: encodeTrained(model), format, files: NO_HUB });
    mkdirSync(path.join(folder, format), { recursive: true });
    for (const file of files) writeFileSync(path.join(folder, format, file.path), file.bytes);
    if (format === 'onnx') inputs = graphInputs(files, TEXTS);
  }
  const answerer = await createTrainedAnswerer(model, single);
  const predictions = await answerer.predict(TEXTS);
  answerer.dispose();
  const tuned = model.experts.find((expert) => expert.tuned !== null)!.tuned!;
  const encoder = await restoreTuned(await library.tunable(tuned.encoder), tuned.tuner);
  const expected = {
    texts: TEXTS,
    grams: TEXTS.map(ngrams),
    inputs,
    probabilities: predictions.map(({ scores }) =>
      model.labels.map((label) => scores.find((score) => score.label === label)!.probability),
    ),
    similarity: predictions.map(({ similarity }) => similarity),
    tuned: rowsOf(await encoder.encode(TEXTS), encoder.dimensions),
  };
  encoder.dispose();
  writeFileSync(path.join(folder, 'expected.json'), JSON.stringify(expected));
}

const rowsOf = (values: Float32Array, width: number): number[][] =>
  TEXTS.map((_, row) => Array.from(values.subarray(row * width, (row + 1) * width)));

it('writes the embedded encoder', async () => {
  await startBackend('wasm');
  const useLite = ['use-lite', 'use-lite-pool'].map((name) => ({ name, weight: 1 }));
  const table = { name: 'static-en-zh', weight: 0.5 };
  const tuner = randomLora(await library.tunable('use-lite'), { targets: ['qkv', 'output', 'tanh'] });
  const model = await randomModel({
    library: single,
    method: 'lora',
    encoder: 'embedded',
    encoders: ['use-lite', 'static-en-zh'],
    blocks: [...useLite, table, { name: NGRAMS, weight: 1 }],
    scope: [useLite[0]!, table],
    tuned: [{ encoder: 'use-lite', tuner, blocks: useLite }],
  });
  await write('embedded', model, ['safetensors', 'onnx']);
});

it.each([
  ['bert-lora', { targets: ['qkv', 'output', 'contract'] }],
  ['bert-dora', { targets: ['qkv', 'expand'], dora: true }],
])('writes %s', async (name, options) => {
  const own = { name: ENCODER, weight: 1 };
  const model = await randomModel({
    library: single,
    method: 'lora',
    encoder: ENCODER,
    encoders: [ENCODER, 'static-en-zh'],
    blocks: [own, { name: 'static-en-zh', weight: 0.25 }, { name: NGRAMS, weight: 0.25 }],
    scope: [own],
    tuned: [{ encoder: ENCODER, tuner: randomLora(await library.tunable(ENCODER), options), blocks: [own] }],
  });
  await write(name, model, ['safetensors', 'onnx', 'peft']);
});

it('reads an adapter that peft wrote', async () => {
  const files = ['adapter_config.json', 'adapter_model.safetensors'].map((file) => ({
    path: file,
    bytes: readFileSync(path.join(OUT, 'from-peft', file)),
  }));
  const encoder = await restoreTuned(await library.tunable(ENCODER), importPeft(files));
  const vectors = rowsOf(await encoder.encode(TEXTS), encoder.dimensions);
  encoder.dispose();
  writeFileSync(path.join(OUT, 'from-peft', 'expected.json'), JSON.stringify({ texts: TEXTS, tuned: vectors }));
});
