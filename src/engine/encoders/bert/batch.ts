// Texts laid out for the forward pass: sorted by length, their tokens packed one after another, the pooling as a matrix or as
// rows to take.

import * as tf from '@tensorflow/tfjs';
import { UserError } from '../../errors.js';
import { type AttentionLayout, attentionLayout } from '../../nn/attention.js';
import type { TokenBatch } from '../encoder.js';
import type { Pooling } from './sentence.js';
import type { Tokenize } from './tokens.js';
import type { BertWeights } from './weights.js';

export interface PackedBatch extends TokenBatch {
  /** [N, D] sums of token, position and type embeddings, before their norm. */
  readonly input: tf.Tensor2D;
  readonly layout: AttentionLayout;
  /** [B, N] and its transpose: weights of each text's tokens in its mean, or a 1 at its first token; texts as the caller has them. */
  readonly pool: tf.Tensor2D;
  readonly poolTransposed: tf.Tensor2D;
  /** First packed row of each text and the one after its last, texts as the caller has them. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

export type Tables = Pick<BertWeights, 'tokens' | 'positions' | 'vocabulary'>;

export function packBatch(
  ids: readonly (readonly number[])[],
  { tokens, positions }: Tables,
  { width, pooling }: { readonly width: number; readonly pooling: Pooling },
): PackedBatch {
  const order = ids.map((_, text) => text).sort((a, b) => ids[a]!.length - ids[b]!.length);
  const total = ids.reduce((sum, { length }) => sum + length, 0);
  const packedIds = new Int32Array(total);
  const input = new Float32Array(total * width);
  const pool = new Float32Array(ids.length * total);
  const poolTransposed = new Float32Array(total * ids.length);
  const spans: (readonly [number, number])[] = new Array(ids.length);
  let start = 0;
  for (const text of order) {
    const row = ids[text]!;
    for (let position = 0; position < row.length; position++) {
      const at = start + position;
      const id = row[position]!;
      packedIds[at] = id;
      for (let d = 0; d < width; d++) {
        input[at * width + d] = tokens[id * width + d]! + positions[position * width + d]!;
      }
      const share = pooling === 'cls' ? Number(position === 0) : 1 / row.length;
      pool[text * total + at] = share;
      poolTransposed[at * ids.length + text] = share;
    }
    spans[text] = [start, start + row.length];
    start += row.length;
  }
  const layout = attentionLayout(order.map((text) => ids[text]!.length));
  const tensors = {
    input: tf.tensor2d(input, [total, width]),
    pool: tf.tensor2d(pool, [ids.length, total]),
    poolTransposed: tf.tensor2d(poolTransposed, [total, ids.length]),
  };
  return {
    ...tensors,
    layout,
    spans,
    texts: ids.length,
    ids: packedIds,
    dispose() {
      tf.dispose(Object.values(tensors));
      layout.dispose();
    },
  };
}

/** Token ids of the texts; an id that the table lacks is damage that must not become numbers of another row. */
export function tokenIds(texts: readonly string[], tokenize: Tokenize, vocabulary: number): (readonly number[])[] {
  return texts.map((text) => {
    const ids = tokenize(text);
    const beyond = ids.find((id) => id < 0 || id >= vocabulary);
    if (beyond !== undefined) {
      throw new UserError(
        'damaged',
        `The tokenizer.json of the encoder gives the token ${beyond}, and its weights have ${vocabulary}: they are not of one model.`,
      );
    }
    return ids;
  });
}

/** Indices of texts in batches of similar length, of at most `texts` texts and, where one text allows it, `tokens` padded tokens. */
export function batchesByLength(
  lengths: readonly number[],
  { texts, tokens }: { readonly texts: number; readonly tokens: number },
): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[a]! - lengths[b]!);
  const batches: number[][] = [];
  let batch: number[] = [];
  for (const index of order) {
    if (batch.length === texts || (batch.length > 0 && (batch.length + 1) * lengths[index]! > tokens)) {
      batches.push(batch);
      batch = [];
    }
    batch.push(index);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
