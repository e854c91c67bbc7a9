// A BERT of two layers with random weights, written as the folder that a hub would give.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SafetensorsTensor, writeSafetensors } from '../../../src/engine/encoders/safetensors.js';
import { normals } from '../../support/numbers.js';

const [D, HIDDEN, LAYERS, HEADS, POSITIONS] = [24, 40, 2, 3, 32];
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz?.,'];
const VOCABULARY = [
  ...SPECIAL,
  ...LETTERS,
  ...LETTERS.map((letter) => `##${letter}`),
  'the',
  'card',
  'crash',
  'thanks',
  '##ed',
  '##ing',
];

/** `type`: `roberta` counts positions from the padding's id on. */
export async function writeTinyBert({
  type = 'bert',
  pooling = 'mean',
}: {
  type?: 'bert' | 'roberta';
  pooling?: 'mean' | 'cls' | 'max';
} = {}): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'handful-tiny-bert-'));
  const tensors: Record<string, SafetensorsTensor> = {};
  const put = (name: string, shape: readonly number[], scale: number, centre = 0): void => {
    const size = shape.reduce((a, b) => a * b, 1);
    tensors[name] = { shape, data: normals(size, name).map((x) => centre + scale * x) };
  };
  const linear = (name: string, inputs: number, outputs: number): void => {
    put(`${name}.weight`, [outputs, inputs], inputs ** -0.5);
    put(`${name}.bias`, [outputs], 0.1);
  };
  const norm = (name: string): void => {
    put(`${name}.weight`, [D], 0.1, 1);
    put(`${name}.bias`, [D], 0.1);
  };
  put('embeddings.word_embeddings.weight', [VOCABULARY.length, D], 1);
  put('embeddings.position_embeddings.weight', [POSITIONS, D], 0.3);
  put('embeddings.token_type_embeddings.weight', [type === 'bert' ? 2 : 1, D], 0.3);
  norm('embeddings.LayerNorm');
  for (let layer = 0; layer < LAYERS; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value']) linear(`${at}.attention.self.${part}`, D, D);
    linear(`${at}.attention.output.dense`, D, D);
    norm(`${at}.attention.output.LayerNorm`);
    linear(`${at}.intermediate.dense`, D, HIDDEN);
    linear(`${at}.output.dense`, HIDDEN, D);
    norm(`${at}.output.LayerNorm`);
  }
  const config = {
    architectures: [type === 'bert' ? 'BertModel' : 'RobertaModel'],
    model_type: type,
    hidden_size: D,
    intermediate_size: HIDDEN,
    num_hidden_layers: LAYERS,
    num_attention_heads: HEADS,
    max_position_embeddings: POSITIONS,
    vocab_size: VOCABULARY.length,
    type_vocab_size: type === 'bert' ? 2 : 1,
    hidden_act: 'gelu',
    layer_norm_eps: 1e-6,
    pad_token_id: 0,
  };
  const special = (content: string) => ({
    id: SPECIAL.indexOf(content),
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map(special),
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
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [SPECIAL.indexOf(id)], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(VOCABULARY.map((piece, id) => [piece, id])),
    },
  };
  const json = (file: string, value: unknown) => writeFile(path.join(folder, file), JSON.stringify(value));
  await mkdir(path.join(folder, '1_Pooling'));
  await Promise.all([
    json('config.json', config),
    json('tokenizer.json', tokenizer),
    json('tokenizer_config.json', { tokenizer_class: 'BertTokenizer' }),
    json('modules.json', [
      { path: '', type: 'sentence_transformers.models.Transformer' },
      { path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
    ]),
    json('1_Pooling/config.json', {
      pooling_mode_mean_tokens: pooling === 'mean',
      pooling_mode_cls_token: pooling === 'cls',
      pooling_mode_max_tokens: pooling === 'max',
    }),
    writeFile(path.join(folder, 'model.safetensors'), writeSafetensors(tensors)),
  ]);
  return folder;
}
