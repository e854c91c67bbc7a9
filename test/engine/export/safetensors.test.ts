import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeTrained } from '../../../src/engine/answerers/trained-model.js';
import { startBackend } from '../../../src/engine/backend.js';
import { NGRAMS } from '../../../src/engine/encoders/blocks.js';
import { parametersOf } from '../../../src/engine/encoders/encoder.js';
import { createEncoderLibrary, type EncoderLibrary } from '../../../src/engine/encoders/load.js';
import { readSafetensors } from '../../../src/engine/encoders/safetensors.js';
import type { ExportedFile } from '../../../src/engine/export/index.js';
import { writeModel } from '../../../src/engine/export/write-model.js';
import { restoreTuned } from '../../../src/engine/tuners/index.js';
import type { TunerState } from '../../../src/engine/tuners/tuner.js';
import { NO_HUB } from '../../support/encoder-files.js';
import { expectClose } from '../../support/numbers.js';
import { jsonOf } from './inputs.js';
import { randomLora, randomModel } from './models.js';
import { writeTinyBert } from './tiny-bert.js';

interface Description {
  readonly scope: { readonly centroids: string };
  readonly experts: readonly {
    readonly share: number;
    readonly space: {
      readonly blocks: readonly {
        readonly centre: string;
        readonly encoder: string;
        readonly start: number;
        readonly end: number;
      }[];
      readonly ngrams: { readonly columns: string[]; readonly idf: string } | null;
    };
    readonly tuned: { readonly folded: boolean; readonly tensors: readonly string[]; readonly kind: string } | null;
  }[];
}

let library: EncoderLibrary;
let folder: string;
beforeAll(async () => {
  await startBackend('wasm');
  library = createEncoderLibrary(1e6, NO_HUB);
  folder = await writeTinyBert();
});
afterAll(() => rm(folder, { recursive: true }));

const make = async (tuner: TunerState) => {
  const blocks = [
    { name: folder, weight: 1 },
    { name: 'static-en-zh', weight: 0.25 },
    { name: NGRAMS, weight: 0.25 },
  ];
  return randomModel({
    library,
    method: 'lora',
    encoder: folder,
    encoders: [folder, 'static-en-zh'],
    blocks,
    scope: blocks.slice(0, 1),
    tuned: [{ encoder: folder, tuner, blocks: blocks.slice(0, 1) }],
  });
};
const tensorsOf = (files: readonly ExportedFile[]) =>
  readSafetensors(files.find(({ path }) => path === 'model.safetensors')!.bytes).tensors;

describe('an answerer as safetensors', () => {
  it('holds every number of the answerer under the names that handful.json says', async () => {
    const model = await make(randomLora(await library.tunable(folder), { targets: ['qkv'] }));
    const files = await writeModel({ checkpoint: encodeTrained(model), format: 'safetensors', files: NO_HUB });
    const names = files.map(({ path }) => path);
    expect(names).toEqual(['model.safetensors', 'handful.json', 'static-en-zh-tokenizer.json', 'tokenizer.json']);
    const [tensors, description] = [tensorsOf(files), jsonOf<Description>(files, 'handful.json')];
    model.experts.forEach(({ space, head }, i) => {
      const { space: told, share } = description.experts[i]!;
      expect(share).toBe(model.shares[i]);
      expect(tensors[`expert${i}/head/dense`]!.data).toEqual(head.dense);
      expect(tensors[`expert${i}/head/intercepts`]!.data).toEqual(head.intercepts);
      expect(tensors[`expert${i}/head/sparse`]?.data ?? null).toEqual(head.sparse);
      space.dense.forEach(({ centre }, block) => {
        const { centre: name, start, end } = told.blocks[block]!;
        expect(tensors[name]!.data).toEqual(centre);
        expect(end - start).toBe(centre.length);
      });
      expect(told.ngrams?.columns ?? null).toEqual(space.lexicon === null ? null : [...space.lexicon.columns.keys()]);
      expect(tensors[told.ngrams?.idf ?? '']?.data).toEqual(space.lexicon?.idf);
    });
    expect(tensors[description.scope.centroids]!.data).toEqual(model.scope.centroids);
  });

  it('holds the tuned weights as the restored encoder has them, and names them', async () => {
    const encoder = await library.tunable(folder);
    const tuner = randomLora(encoder, { targets: ['qkv', 'contract'], dora: true });
    const files = await writeModel({
      checkpoint: encodeTrained(await make(tuner)),
      format: 'safetensors',
      files: NO_HUB,
    });
    const [tensors, { experts }] = [tensorsOf(files), jsonOf<Description>(files, 'handful.json')];
    const [, tuned] = experts;
    expect(tuned!.tuned).toMatchObject({ kind: 'lora', folded: true });
    expect(tuned!.tuned!.tensors).toHaveLength(4);
    const restored = await restoreTuned(encoder, tuner);
    for (const { name, value } of parametersOf(restored)) {
      const held = tensors[`expert1/${name}`] ?? tensors[`bert/${name}`]!;
      expectClose(held.data, await value.data(), 1e-6, name);
    }
    expect(tuned!.tuned!.tensors).toContain('expert1/layer0/qkv/weight');
    restored.dispose();
  });

  it('holds a tuner that no weights can take up as it trained', async () => {
    const tensors = { 'layer0/prefix/keys': { shape: [2, 24], data: new Float32Array(48).fill(0.5) } };
    const model = await make({ kind: 'prefix', settings: {}, tensors });
    const files = await writeModel({ checkpoint: encodeTrained(model), format: 'safetensors', files: NO_HUB });
    const { experts } = jsonOf<Description>(files, 'handful.json');
    expect(experts[1]!.tuned).toMatchObject({
      kind: 'prefix',
      folded: false,
      tensors: ['expert1/tuner/layer0/prefix/keys'],
    });
    expect(tensorsOf(files)['expert1/tuner/layer0/prefix/keys']!.data).toEqual(tensors['layer0/prefix/keys'].data);
  });

  it('refuses an encoder whose files are no longer those that it was trained on', async () => {
    const model = await make(randomLora(await library.tunable(folder), { targets: ['qkv'] }));
    const changed = encodeTrained({ ...model, weights: 'of other files' });
    await expect(writeModel({ checkpoint: changed, format: 'safetensors', files: NO_HUB })).rejects.toMatchObject({
      code: 'damaged',
    });
  });
});
