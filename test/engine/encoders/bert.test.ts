import { cpSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AutoModel, env, PreTrainedTokenizer, Tensor } from '@xenova/transformers';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../../src/engine/backend.js';
import { createBertEncoder, createTunableBert, fetchBert } from '../../../src/engine/encoders/bert/index.js';
import { createTokenize } from '../../../src/engine/encoders/bert/tokens.js';
import { readSafetensors } from '../../../src/engine/encoders/safetensors.js';
import { encoderContract } from '../../contracts/encoder.js';
import { expectClose, lengthOf, rowsOf } from '../../support/numbers.js';
import { VARIED_TEXTS } from '../../support/texts.js';
import { TINY_TOKENS, type TinyBertOptions, writeTinyBert } from '../../support/tiny-bert.js';

/** The promise of the issue: ONNX Runtime and TensorFlow.js on the same weights in single precision. */
const PARITY = 1e-4;

const FILES = { home: tmpdir(), hub: null, offline: true };
const TEXTS = ['my app crashes when I press save', 'a', '', 'charged twice', '这个月被重复扣费了', ...VARIED_TEXTS];

const open = (options: TinyBertOptions = {}) => fetchBert(writeTinyBert(options), FILES);

beforeAll(async () => {
  await startBackend('wasm');
});

encoderContract('bert, ONNX Runtime', async () => createBertEncoder(await open(), { threads: 1 }));
encoderContract('bert, TensorFlow.js', async () => createTunableBert(await open()));

describe('frozen and tunable vectors', () => {
  it.each<readonly [string, TinyBertOptions]>([
    ['BERT, mean', {}],
    ['BERT, first token', { pooling: 'cls' }],
    ['BERT, maximum', { pooling: 'max' }],
    ['RoBERTa', { family: 'roberta', keys: 'roberta.' }],
    ['DistilBERT', { family: 'distilbert', keys: 'distilbert.' }],
    ['with a prefix', { prompts: { prompts: { query: 'query: ', passage: 'passage: ' } }, keys: '0.auto_model.' }],
  ])('are equal: %s', async (_, options) => {
    const folder = await open(options);
    const [frozen, tunable] = [await createBertEncoder(folder, { threads: 1 }), await createTunableBert(folder)];
    expectClose(await tunable.encode(TEXTS), await frozen.encode(TEXTS), PARITY);
    tunable.dispose();
  });

  it('are those of transformers.js alone', async () => {
    const folder = await open();
    env.logLevel = 50;
    const model = await AutoModel.from_pretrained(folder.path, { local_files_only: true, dtype: 'fp32' });
    const read = (file: string) => JSON.parse(readFileSync(path.join(folder.path, file), 'utf8')) as object;
    const tokenizer = new PreTrainedTokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
    const encoder = await createBertEncoder(folder);
    for (const text of ['my app crashes when I press save', '请帮帮我吧']) {
      const { input_ids, attention_mask } = tokenizer(text);
      const types = new Tensor('int64', new BigInt64Array((input_ids as Tensor).size), (input_ids as Tensor).dims);
      const output = await model({ input_ids, attention_mask, token_type_ids: types });
      const expected = (output.last_hidden_state as Tensor).mean(1).normalize(2, -1).data as Float32Array;
      expectClose(await encoder.encode([text]), expected, 1e-6);
    }
    await model.dispose();
  });

  it.each(['model.onnx', 'onnx/model_quantized.onnx', 'model_int8.onnx', 'onnx/model_fp16.onnx'])(
    'come from the ONNX file where it is: %s',
    async (file) => {
      const source = writeTinyBert();
      renameSync(path.join(source, 'onnx/model.onnx'), path.join(source, file));
      const folder = await fetchBert(source, FILES);
      expect(folder.onnx).toBe(file);
      const expected = await (await createBertEncoder(await open())).encode(TEXTS);
      expect(await (await createBertEncoder(folder)).encode(TEXTS)).toEqual(expected);
    },
  );

  it('without an ONNX file come from TensorFlow.js', async () => {
    const folder = await open({ onnx: false });
    expect(folder.onnx).toBeNull();
    const [frozen, tunable] = [await createBertEncoder(folder), await createTunableBert(folder)];
    expect(await frozen.encode(TEXTS)).toEqual(await tunable.encode(TEXTS));
  });

  it('are of unit length, under the configured name', async () => {
    const folder = await open();
    for (const encoder of [await createBertEncoder(folder), await createTunableBert(folder)]) {
      expect(encoder.name).toBe(folder.name);
      for (const row of rowsOf(await encoder.encode(TEXTS), encoder.dimensions))
        expect(lengthOf(row)).toBeCloseTo(1, 5);
    }
  });
});

describe('tokens', () => {
  it('of a text that is too long end with the closing token', async () => {
    const tokenize = await createTokenize(await open());
    const ids = tokenize('my app '.repeat(100));
    expect(ids.length).toBe(TINY_TOKENS);
    expect([ids[0], ids.at(-1)]).toEqual([2, 3]);
    expect(tokenize('')).toEqual([2, 3]);
  });

  it('are those of the prefix and the text', async () => {
    const bare = await createTokenize(await open());
    for (const [prompts, prefix] of [
      [{ prompts: { query: 'query: ', passage: 'page: ' }, default_prompt_name: 'passage' }, 'query: '],
      [{ prompts: { passage: 'page: ' }, default_prompt_name: 'passage' }, 'page: '],
      [{ prompts: { passage: 'page: ' }, default_prompt_name: null }, ''],
      [{ prompts: { query: 'query: ', classification: 'help: ' } }, 'help: '],
    ] as const) {
      const tokenize = await createTokenize(await open({ prompts }));
      expect(tokenize('my app')).toEqual(bare(`${prefix}my app`));
    }
  });

  it('of e5 begin with its prefix though its folder tells of none', async () => {
    const parent = mkdtempSync(path.join(tmpdir(), 'handful-bert-'));
    const named = async (name: string) => fetchBert(writeTinyBert({ folder: path.join(parent, name) }), FILES);
    expect((await named('multilingual-e5-small')).sentence.prefix).toBe('query: ');
    expect((await named('multilingual-e5-large-instruct')).sentence.prefix).toBe('');
    expect((await named('core5-base')).sentence.prefix).toBe('');
    expect((await named(path.join('e5-models', 'minilm'))).sentence.prefix).toBe('');
  });

  it('need no tokenizer_config.json, nor the files of sentence-transformers', async () => {
    const folder = await open({ sentence: false });
    expect(folder.sentence).toEqual({ pooling: 'mean', prefix: '', maxTokens: 40, lowerCase: false });
    const [frozen, tunable] = [await createBertEncoder(folder), await createTunableBert(folder)];
    expectClose(await tunable.encode(TEXTS), await frozen.encode(TEXTS), PARITY);
  });
});

describe('the weights', () => {
  it('are read in half precision too', async () => {
    const source = writeTinyBert({ onnx: false });
    const expected = await (await createTunableBert(await fetchBert(source, FILES))).encode(TEXTS);
    for (const [dtype, tolerance] of [
      ['F16', 5e-3],
      ['BF16', 5e-2],
    ] as const) {
      const folder = mkdtempSync(path.join(tmpdir(), 'handful-bert-'));
      cpSync(source, folder, { recursive: true });
      writeFileSync(path.join(folder, 'model.safetensors'), inHalf(path.join(source, 'model.safetensors'), dtype));
      const actual = await (await createTunableBert(await fetchBert(folder, FILES))).encode(TEXTS);
      expectClose(actual, expected, tolerance, dtype);
      expect(actual).not.toEqual(expected);
    }
  });

  it('change the fingerprint, as the tokenizer and the reading do; the place does not', async () => {
    const { fingerprint } = await open();
    expect((await open()).fingerprint).toBe(fingerprint);
    expect((await open({ seed: 'other' })).fingerprint).not.toBe(fingerprint);
    expect((await open({ pooling: 'cls' })).fingerprint).not.toBe(fingerprint);
    const folder = writeTinyBert();
    const tokenizer = path.join(folder, 'tokenizer.json');
    writeFileSync(tokenizer, readFileSync(tokenizer, 'utf8').replace('"lowercase":true', '"lowercase":false'));
    expect((await fetchBert(folder, FILES)).fingerprint).not.toBe(fingerprint);
  });
});

/** The same tensors with the upper bits of each number, rounded down. */
function inHalf(file: string, dtype: 'F16' | 'BF16'): Uint8Array {
  const { tensors } = readSafetensors(readFileSync(file));
  const header: Record<string, unknown> = {};
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length);
    const bits = Uint16Array.from(words, (word) => (dtype === 'BF16' ? word >>> 16 : toHalf(word)));
    header[name] = { dtype, shape, data_offsets: [offset, offset + bits.byteLength] };
    parts.push(new Uint8Array(bits.buffer));
    offset += bits.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, ...parts]);
}

/** Bits of a float32 to those of a half; numbers below the smallest normal half become zero. */
function toHalf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 255) - 112;
  return exponent <= 0 ? sign : sign | (exponent << 10) | ((word >>> 13) & 1023);
}
