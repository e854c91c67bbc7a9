// A tiny encoder of the BERT family in a folder: seeded random weights as safetensors and as ONNX, a WordPiece tokenizer, and the
// files that sentence-transformers writes. The two graphs are written apart, so that comparing them means something.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SafetensorsTensor, writeSafetensors } from '../../src/engine/encoders/safetensors.js';
import { normals } from './numbers.js';
import { createOnnxGraph } from './onnx.js';

export const TINY_SIZE = 16;
const HEADS = 2;
const LAYERS = 2;
const INTERMEDIATE = 32;
const POSITIONS = 40;
export const TINY_TOKENS = 32;

export interface TinyBertOptions {
  readonly family?: 'bert' | 'roberta' | 'distilbert';
  readonly pooling?: 'mean' | 'cls' | 'max';
  /** Before every name of a weight, such as `bert.`. */
  readonly keys?: string;
  readonly prompts?: { readonly prompts: Record<string, string>; readonly default_prompt_name?: string | null };
  readonly onnx?: boolean;
  /** Files of sentence-transformers. */
  readonly sentence?: boolean;
  /** Changes to config.json. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly seed?: string;
  /** Where; default: a new temporary folder. */
  readonly folder?: string;
}

/** Writes the files and returns their folder. */
export function writeTinyBert(options: TinyBertOptions = {}): string {
  const { family = 'bert', pooling = 'mean', onnx = true, sentence = true, keys = '', seed = 'tiny-bert' } = options;
  const folder = options.folder ?? temporaryFolder();
  const write = (file: string, content: string | Uint8Array): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  };
  const json = (file: string, value: unknown): void => write(file, `${JSON.stringify(value)}\n`);
  const { tokenizer, vocabulary } = wordPieces();
  const weights = drawWeights({ family, vocabulary, seed });
  json('config.json', { ...configOf(family, vocabulary), ...options.config });
  json('tokenizer.json', tokenizer);
  const named = Object.entries(weights).map(([name, tensor]) => [keys + nameIn(family, name), tensor] as const);
  write('model.safetensors', writeSafetensors(Object.fromEntries(named), { format: 'pt' }));
  if (onnx) write('onnx/model.onnx', graphOf(family, weights));
  if (!sentence) return folder;
  json('tokenizer_config.json', { tokenizer_class: 'BertTokenizer', model_max_length: POSITIONS });
  const type = (name: string): string => `sentence_transformers.models.${name}`;
  json('modules.json', [
    { idx: 0, name: '0', path: '', type: type('Transformer') },
    { idx: 1, name: '1', path: '1_Pooling', type: type('Pooling') },
    { idx: 2, name: '2', path: '2_Normalize', type: type('Normalize') },
  ]);
  json('sentence_bert_config.json', { max_seq_length: TINY_TOKENS, do_lower_case: false });
  json('1_Pooling/config.json', {
    word_embedding_dimension: TINY_SIZE,
    pooling_mode_cls_token: pooling === 'cls',
    pooling_mode_mean_tokens: pooling === 'mean',
    pooling_mode_max_tokens: pooling === 'max',
    pooling_mode_mean_sqrt_len_tokens: false,
  });
  if (options.prompts !== undefined) json('config_sentence_transformers.json', options.prompts);
  return folder;
}

/** Gone with the process. */
function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'handful-bert-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const WORDS =
  'the was my app bill charged twice crashes parcel came late love great please help me when open page query press save'.split(
    ' ',
  );
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const SIGNS = [...'.,:;!?$%&()[]{}<>=+-_/#\'"@这个月被重复扣费了我的快递还没到退请帮吧'];

function wordPieces(): { tokenizer: unknown; vocabulary: number } {
  const pieces = [...new Set([...SPECIAL, ...WORDS, ...LETTERS, ...LETTERS.map((letter) => `##${letter}`), ...SIGNS])];
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const special = (name: string) => ({ SpecialToken: { id: name, type_id: 0 } });
  const templated = (name: string) => ({ id: name, ids: [vocab[name]], tokens: [name] });
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: { '[CLS]': templated('[CLS]'), '[SEP]': templated('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
  return { tokenizer, vocabulary: pieces.length };
}

type Family = NonNullable<TinyBertOptions['family']>;

/** RoBERTa's positions start after that of the padding, which is 0 here. */
const firstPosition = (family: Family): number => (family === 'roberta' ? 1 : 0);

function configOf(family: Family, vocabulary: number): Record<string, unknown> {
  const common = {
    vocab_size: vocabulary,
    max_position_embeddings: POSITIONS + firstPosition(family),
    pad_token_id: 0,
  };
  if (family === 'distilbert') {
    const sizes = { dim: TINY_SIZE, n_layers: LAYERS, n_heads: HEADS, hidden_dim: INTERMEDIATE, activation: 'gelu' };
    return { architectures: ['DistilBertModel'], model_type: 'distilbert', ...common, ...sizes };
  }
  return {
    architectures: [family === 'bert' ? 'BertModel' : 'RobertaModel'],
    model_type: family,
    ...common,
    hidden_size: TINY_SIZE,
    num_hidden_layers: LAYERS,
    num_attention_heads: HEADS,
    intermediate_size: INTERMEDIATE,
    hidden_act: 'gelu',
    layer_norm_eps: 1e-12,
    position_embedding_type: 'absolute',
    type_vocab_size: 2,
  };
}

type Weights = Readonly<Record<string, SafetensorsTensor>>;

/** Under BERT's names, [out, in] as files hold them. */
function drawWeights({ family, vocabulary, seed }: { family: Family; vocabulary: number; seed: string }): Weights {
  const weights: Record<string, SafetensorsTensor> = {};
  const draw = (name: string, shape: readonly number[], scale: number, mean = 0): void => {
    const size = shape.reduce((a, b) => a * b, 1);
    weights[name] = { shape, data: normals(size, seed, name).map((x) => mean + scale * x) };
  };
  const norm = (name: string): void => {
    draw(`${name}.weight`, [TINY_SIZE], 0.2, 1);
    draw(`${name}.bias`, [TINY_SIZE], 0.1);
  };
  const linear = (name: string, inputs: number, outputs: number): void => {
    draw(`${name}.weight`, [outputs, inputs], 1 / Math.sqrt(inputs));
    draw(`${name}.bias`, [outputs], 0.1);
  };
  draw('embeddings.word_embeddings.weight', [vocabulary, TINY_SIZE], 1);
  draw('embeddings.position_embeddings.weight', [POSITIONS + firstPosition(family), TINY_SIZE], 0.3);
  if (family !== 'distilbert') draw('embeddings.token_type_embeddings.weight', [2, TINY_SIZE], 0.3);
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < LAYERS; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) linear(`${at}.attention.self.${part}`, TINY_SIZE, TINY_SIZE);
    linear(`${at}.attention.output.dense`, TINY_SIZE, TINY_SIZE);
    norm(`${at}.attention.output.LayerNorm`);
    linear(`${at}.intermediate.dense`, TINY_SIZE, INTERMEDIATE);
    linear(`${at}.output.dense`, INTERMEDIATE, TINY_SIZE);
    norm(`${at}.output.LayerNorm`);
  }
  return weights;
}

/** DistilBERT has names of its own. */
function nameIn(family: Family, name: string): string {
  if (family !== 'distilbert') return name;
  return name
    .replace('encoder.layer', 'transformer.layer')
    .replace(/attention\.self\.(.)[a-z]+/, 'attention.$1_lin')
    .replace('attention.output.dense', 'attention.out_lin')
    .replace('attention.output.LayerNorm', 'sa_layer_norm')
    .replace('intermediate.dense', 'ffn.lin1')
    .replace('output.dense', 'ffn.lin2')
    .replace(/(\d)\.output\.LayerNorm/, '$1.output_layer_norm');
}

/** The network as transformers.js expects it: padded rows in, `last_hidden_state` out. */
function graphOf(family: Family, weights: Weights): Uint8Array {
  const graph = createOnnxGraph('tiny-bert');
  const { op } = graph;
  const raw = (name: string): string => graph.floats(weights[name]!.data, weights[name]!.shape);
  const one = (value: number): string => graph.floats([value], [1]);
  const linear = (x: string, name: string): string => {
    const turned = op('Transpose', [raw(`${name}.weight`)], { perm: [1, 0] });
    return op('Add', [op('MatMul', [x, turned]), raw(`${name}.bias`)]);
  };
  const norm = (x: string, name: string): string =>
    op('LayerNormalization', [x, raw(`${name}.weight`), raw(`${name}.bias`)], { axis: -1, epsilon: { float: 1e-12 } });
  const ids = graph.input('input_ids', ['batch_size', 'sequence_length']);
  const mask = graph.input('attention_mask', ['batch_size', 'sequence_length']);

  const length = op('Gather', [op('Shape', [ids]), graph.ints([1])]);
  const from = graph.ints([firstPosition(family)]);
  const positions = raw('embeddings.position_embeddings.weight');
  const own = op('Slice', [positions, from, op('Add', [from, length]), graph.ints([0])]);
  let x = op('Add', [op('Gather', [raw('embeddings.word_embeddings.weight'), ids]), own]);
  if (family !== 'distilbert') {
    const table = raw('embeddings.token_type_embeddings.weight');
    // As exports do: BERT takes the types as an input, RoBERTa has only one.
    const types =
      family === 'bert' ? graph.input('token_type_ids', ['batch_size', 'sequence_length']) : graph.ints([0]);
    x = op('Add', [x, op('Gather', [table, types])]);
  }
  x = norm(x, 'embeddings.LayerNorm');
  const absent = op('Sub', [one(1), op('Cast', [mask], { to: 1 })]);
  const bias = op('Unsqueeze', [op('Mul', [absent, one(-1e9)]), graph.ints([1, 2])]);
  const split = (y: string, perm: readonly number[]): string =>
    op('Transpose', [op('Reshape', [y, graph.ints([0, 0, HEADS, TINY_SIZE / HEADS])])], { perm });
  for (let layer = 0; layer < LAYERS; layer++) {
    const at = `encoder.layer.${layer}`;
    const part = (name: string): string => linear(x, `${at}.attention.self.${name}`);
    const scores = op('MatMul', [split(part('query'), [0, 2, 1, 3]), split(part('key'), [0, 2, 3, 1])]);
    const scaled = op('Add', [op('Mul', [scores, one((TINY_SIZE / HEADS) ** -0.5)]), bias]);
    const read = op('MatMul', [op('Softmax', [scaled], { axis: -1 }), split(part('value'), [0, 2, 1, 3])]);
    const joined = op('Reshape', [op('Transpose', [read], { perm: [0, 2, 1, 3] }), graph.ints([0, 0, TINY_SIZE])]);
    const attended = linear(joined, `${at}.attention.output.dense`);
    x = norm(op('Add', [x, attended]), `${at}.attention.output.LayerNorm`);
    const wide = linear(x, `${at}.intermediate.dense`);
    const area = op('Add', [op('Erf', [op('Mul', [wide, one(Math.SQRT1_2)])]), one(1)]);
    const active = op('Mul', [op('Mul', [wide, area]), one(0.5)]);
    x = norm(op('Add', [x, linear(active, `${at}.output.dense`)]), `${at}.output.LayerNorm`);
  }
  graph.output('last_hidden_state', x, ['batch_size', 'sequence_length', TINY_SIZE]);
  return graph.bytes();
}
