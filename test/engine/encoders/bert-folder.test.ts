import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import {
  createBertEncoder,
  createTunableBert,
  fetchBert,
  isBertName,
} from '../../../src/engine/encoders/bert/index.js';
import { type TinyBertOptions, writeTinyBert } from '../../support/tiny-bert.js';

const FILES = { home: tmpdir(), hub: null, offline: true };

beforeAll(async () => {
  await startBackend('wasm');
});

describe('names', () => {
  it.each([
    './models/x',
    '../x',
    '/srv/x',
    '~',
    '~/x',
    'C:\\models\\x',
    'D:/x',
    'owner/name',
    'sentence-transformers/all-MiniLM-L6-v2',
  ])('%s means a model', (name) => expect(isBertName(name)).toBe(true));

  it.each(['', 'embedded', 'use-lite', 'static-en-zh', 'hashing', 'a/b/c', 'http://host/v1#model', 'owner/'])(
    '"%s" means none',
    (name) => expect(isBertName(name)).toBe(false),
  );

  it('a folder that exists means one', () => expect(isBertName('src')).toBe(true));
});

describe('what cannot be used', () => {
  const failure = async (options: TinyBertOptions, change: (folder: string) => void = () => {}) => {
    const folder = writeTinyBert(options);
    change(folder);
    return fetchBert(folder, FILES).then(createTunableBert);
  };

  it.each([
    ['gpt2', { model_type: 'gpt2', architectures: ['GPT2Model'] }, /GPT2Model.*Supported are BertModel/],
    ['JinaBERT', { architectures: ['JinaBertModel'] }, /JinaBertModel/],
    ['relative positions', { position_embedding_type: 'relative_key' }, /relative_key positions/],
    ['another activation', { hidden_act: 'gelu_new' }, /activation gelu_new/],
    ['a decoder', { is_decoder: true }, /decoder/],
  ])('%s is refused with what is supported', async (_, config, message) => {
    const error = await failure({ config }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'bad-configuration', message: expect.stringMatching(message) });
  });

  it.each([
    ['a size is missing', { hidden_size: undefined }, /hidden_size/],
    ['the weights have other sizes', { intermediate_size: 64 }, /\[32, 16\].*\[64, 16\]/],
    ['layers are missing', { num_hidden_layers: 3 }, /no weights encoder\.layer\.2/],
    ['heads do not share the width', { num_attention_heads: 3 }, /3 attention heads/],
  ])('it says that %s', async (_, config, message) => {
    const error = await failure({ config }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'damaged', message: expect.stringMatching(message) });
  });

  it.each(['config.json', 'tokenizer.json', 'model.safetensors'])('a folder without %s is refused', async (file) => {
    const error = await failure({}, (folder) => rmSync(path.join(folder, file))).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'bad-configuration', message: expect.stringContaining(`has no ${file}`) });
  });

  it('weights of Python alone are refused', async () => {
    const onlyPython = (folder: string) => {
      rmSync(path.join(folder, 'model.safetensors'));
      writeFileSync(path.join(folder, 'pytorch_model.bin'), 'x');
    };
    await expect(failure({}, onlyPython)).rejects.toThrow(/only as pytorch_model\.bin/);
  });

  it('a module after the pooling is refused', async () => {
    const addDense = (folder: string) => {
      const file = path.join(folder, 'modules.json');
      const modules = JSON.parse(readFileSync(file, 'utf8')) as unknown[];
      writeFileSync(
        file,
        JSON.stringify([...modules, { path: '3_Dense', type: 'sentence_transformers.models.Dense' }]),
      );
    };
    await expect(failure({}, addDense)).rejects.toThrow(/module Dense/);
  });

  it('a module outside of the folder is refused', async () => {
    const lead = (folder: string) =>
      writeFileSync(path.join(folder, 'modules.json'), JSON.stringify([{ path: '../..', type: 'x.Pooling' }]));
    await expect(failure({}, lead)).rejects.toMatchObject({ code: 'damaged' });
  });

  it('a folder that is not there, and a name that is none', async () => {
    await expect(fetchBert('./no-such-folder', FILES)).rejects.toThrow(/There is no folder/);
    await expect(fetchBert('none', FILES)).rejects.toThrow(/"none" is no encoder/);
  });

  it('an ONNX file that is none says that it can be deleted', async () => {
    const folder = writeTinyBert();
    writeFileSync(path.join(folder, 'onnx/model.onnx'), 'no graph');
    const error = await createBertEncoder(await fetchBert(folder, FILES)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'damaged', message: expect.stringContaining('or delete it') });
  });
});
