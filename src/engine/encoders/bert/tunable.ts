// The BERT family as a differentiable function, so that tuners can reach inside (Devlin et al., 2018,
// https://arxiv.org/abs/1810.04805; RoBERTa: Liu et al., 2019, https://arxiv.org/abs/1907.11692). Same vectors as ONNX Runtime of
// the same weights in single precision, within 1e-4.
//
// Tokens of all texts are packed into one [N, D] matrix, so that layers waste nothing on padding.

import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { type AttentionLayout, attend } from '../../nn/attention.js';
import { gelu } from '../../nn/gelu.js';
import type { LayerNorm } from '../../nn/layer-norm.js';
import { unitRows } from '../../nn/ops.js';
import type { Prefix } from '../../nn/prefix-attention.js';
import { type Hooks, plain, type TokenBatch, type TunableEncoder } from '../encoder.js';
import { replaceWeights } from '../own-weights.js';
import { batchesByLength, type PackedBatch, packBatch, tokenIds } from './batch.js';
import type { BertFolder } from './folder.js';
import { poolPacked } from './pooling.js';
import { createTokenize, type Tokenize } from './tokens.js';
import { type BertLayer, disposeWeights, readBertWeights } from './weights.js';

/** Texts, and padded tokens, of a forward pass: larger ones fall out of the processor's cache. */
const ENCODE_BATCH = { texts: 16, tokens: 1024 };

/** Everything of the forward pass that never changes; shared by all tuned copies. */
interface Body {
  readonly folder: BertFolder;
  readonly tokenize: Tokenize;
  readonly tokens: Float32Array;
  readonly vocabulary: number;
  readonly positions: Float32Array;
}

/** What a copy of the encoder has of its own. */
interface Changes {
  readonly embeddingsNorm: LayerNorm;
  readonly layers: readonly BertLayer[];
  /** What `encode` goes through. */
  readonly hooks: Hooks;
  readonly release: () => void;
}

/** Loads the weights into the current TensorFlow.js backend; word embeddings stay outside of it. */
export async function createTunableBert(folder: BertFolder): Promise<TunableEncoder> {
  const tokenize = await createTokenize(folder);
  const { tokens, vocabulary, positions, embeddingsNorm, layers } = await readBertWeights(folder);
  const body = { folder, tokenize, tokens, vocabulary, positions };
  const release = (): void => disposeWeights({ embeddingsNorm, layers });
  return fromBody(body, { embeddingsNorm, layers, hooks: plain, release });
}

function fromBody(body: Body, { embeddingsNorm, layers, hooks, release }: Changes): TunableEncoder {
  const { name, architecture, sentence } = body.folder;
  const { hiddenSize: size, heads } = architecture;
  const { pooling } = sentence;
  const linears = layers.flatMap((l) => [l.qkv, l.output, l.expand, l.contract]);
  const norms = [embeddingsNorm, ...layers.flatMap((l) => [l.attentionNorm, l.feedForwardNorm])];

  const pack = (ids: readonly (readonly number[])[]): PackedBatch => packBatch(ids, body, { width: size, pooling });
  const idsOf = (texts: readonly string[]) => tokenIds(texts, body.tokenize, body.vocabulary);

  const forward = (batch: TokenBatch, through: Hooks): tf.Tensor2D => {
    const packed = batch as PackedBatch;
    let x = through.norm(through.embed(packed.input, packed.ids), embeddingsNorm);
    let prompt = through.prompt?.vectors ?? null;
    for (const [index, layer] of layers.entries()) {
      let prefix = through.prefix(index);
      if (prompt !== null) {
        const own = transformerLayer(prompt, through.prompt!.layout, null, layer, through);
        prefix = { keys: own.keys(), values: own.values(), gate: through.prompt!.gates[index]! };
        prompt = own.output;
      }
      x = transformerLayer(x, packed.layout, prefix, layer, through).output;
    }
    return poolPacked(x, packed, pooling);
  };

  /** Post-norm. [N, D] → [N, D]; `keys` and `values` are those of its attention, [N, D] each. */
  function transformerLayer(
    x: tf.Tensor2D,
    layout: AttentionLayout,
    prefix: Prefix | null,
    layer: BertLayer,
    through: Hooks,
  ): { readonly output: tf.Tensor2D; readonly keys: () => tf.Tensor2D; readonly values: () => tf.Tensor2D } {
    const qkv = through.linear(x, layer.qkv);
    const context = attend(qkv, layout, prefix, { heads, headSize: size / heads });
    const attended = through.branch(through.linear(context, layer.output), `${layer.name}/attention`);
    const x1 = through.norm(tf.add(x, attended) as tf.Tensor2D, layer.attentionNorm);
    const hidden = activate(through.linear(x1, layer.expand));
    const fed = through.branch(through.linear(hidden, layer.contract), `${layer.name}/feed-forward`);
    const part = (at: number) => () => tf.slice(qkv, [0, at * size], [-1, size]) as tf.Tensor2D;
    return {
      output: through.norm(tf.add(x1, fed) as tf.Tensor2D, layer.feedForwardNorm),
      keys: part(1),
      values: part(2),
    };
  }

  const activate = (x: tf.Tensor2D): tf.Tensor2D => (architecture.activation === 'gelu' ? gelu(x) : tf.relu(x));

  return {
    name,
    dimensions: size,
    linears,
    norms,
    layers: layers.map((layer) => ({
      name: layer.name,
      inputs: size,
      outputs: size,
      heads,
      headSize: size / heads,
    })),
    outputSize: size,
    outputAt: 0,
    batch: async (texts) => pack(idsOf(texts)),
    forward,
    async encode(texts) {
      const out = new Float32Array(texts.length * size);
      const ids = idsOf(texts);
      const lengths = ids.map(({ length }) => length);
      for (const indices of batchesByLength(lengths, ENCODE_BATCH)) {
        const batch = pack(indices.map((i) => ids[i]!));
        const vectors = tf.tidy(() => unitRows(forward(batch, hooks)));
        const values = (await vectors.data()) as Float32Array;
        vectors.dispose();
        batch.dispose();
        // Lets other requests of this thread in between.
        await setImmediate();
        indices.forEach((i, row) => {
          out.set(values.subarray(row * size, (row + 1) * size), i * size);
        });
      }
      return out;
    },
    withWeights(weights) {
      const replaced = replaceWeights(name, { linears, norms }, weights);
      return fromBody(body, {
        embeddingsNorm: replaced.norm(embeddingsNorm),
        layers: layers.map((layer) => ({
          name: layer.name,
          qkv: replaced.linear(layer.qkv),
          output: replaced.linear(layer.output),
          attentionNorm: replaced.norm(layer.attentionNorm),
          expand: replaced.linear(layer.expand),
          contract: replaced.linear(layer.contract),
          feedForwardNorm: replaced.norm(layer.feedForwardNorm),
        })),
        hooks,
        release: replaced.dispose,
      });
    },
    withHooks: (through, releaseHooks) =>
      fromBody(body, { embeddingsNorm, layers, hooks: through, release: releaseHooks }),
    dispose: release,
  };
}
