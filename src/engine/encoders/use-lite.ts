// The Universal Sentence Encoder lite (Cer et al., 2018) as a differentiable function: two transformer layers, then the mean
// of the tokens and one tanh layer. Equal to the package's own graph within 1e-5 (test/engine/encoders/use-lite.test.ts).
//
// Tokens of a batch are packed one after another, [N, D], so that the linear layers waste nothing on padding; only attention
// lays them out as [B, T].

import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { type AttentionLayout, attend, attentionLayout } from '../nn/attention.js';
import type { LayerNorm } from '../nn/layer-norm.js';
import { multiplyByConstant, unitRows } from '../nn/ops.js';
import type { Prefix } from '../nn/prefix-attention.js';
import { type Hooks, plain, type TokenBatch, type TunableEncoder } from './encoder.js';
import { makeLinear, type OwnLinear, replaceWeights } from './own-weights.js';
import { createUnigram } from './unigram.js';
import { readUseLiteWeights, type UseLiteWeights } from './use-lite-weights.js';

/** Later tokens are dropped, as in the graph. */
const MAX_TOKENS = 128;
const HEADS = 4;
/** Texts per forward pass: larger batches fall out of the processor's cache (measured, see CONTRIBUTING). */
const ENCODE_BATCH = 16;
const LAYER_NORM_EPSILON = 1e-6;

interface Layer {
  readonly name: string;
  readonly width: number;
  readonly attentionNorm: LayerNorm;
  readonly qkv: OwnLinear;
  readonly output: OwnLinear;
  /** Layer 0 widens 256 to 512: its residual goes through a linear layer. */
  readonly residual: OwnLinear | null;
  readonly feedForwardNorm: LayerNorm;
  readonly expand: OwnLinear;
  readonly contract: OwnLinear;
}

/** Everything of the forward pass that never changes; shared by all tuned copies. */
interface Body {
  readonly tokenize: (text: string) => number[];
  /** [8002, 256], row-major */
  readonly embeddings: Float32Array;
  /** [128, 256] position signal */
  readonly timing: Float32Array;
  readonly layers: readonly [Layer, Layer];
  readonly tanh: OwnLinear;
}

/** Texts in order of length, their tokens packed one after another. */
interface PackedBatch extends TokenBatch {
  /** [N, 256] token embeddings with position signal */
  readonly input: tf.Tensor2D;
  readonly layout: AttentionLayout;
  /** [B, N]: mean over each text's tokens, back in the callers' order; and its transpose. */
  readonly mean: tf.Tensor2D;
  readonly meanTransposed: tf.Tensor2D;
}

/** Loads the weights (28 MB) into the current TensorFlow.js backend. */
export async function createUseLite(): Promise<TunableEncoder> {
  const body = buildBody(await readUseLiteWeights());
  const { layers, tanh } = body;
  return fromBody(body, { layers, tanh, hooks: plain, release: () => disposeBody(body) });
}

/** What a copy of the encoder has of its own. */
interface Changes {
  readonly layers: readonly Layer[];
  readonly tanh: OwnLinear;
  /** What `encode` goes through. */
  readonly hooks: Hooks;
  readonly release: () => void;
}

function fromBody(body: Body, { layers, tanh, hooks, release }: Changes): TunableEncoder {
  const linears = [
    ...layers.flatMap((l) => [l.qkv, l.output, ...(l.residual ? [l.residual] : []), l.expand, l.contract]),
    tanh,
  ];
  const norms = layers.flatMap((l) => [l.attentionNorm, l.feedForwardNorm]);
  const size = tanh.weight.shape[1];

  const pooled = (batch: TokenBatch, through: Hooks): tf.Tensor2D => {
    const packed = batch as PackedBatch;
    let x = through.embed(packed.input, packed.ids);
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
    return multiplyByConstant(packed.mean, packed.meanTransposed, x);
  };

  return {
    name: 'use-lite',
    dimensions: 2 * size,
    linears,
    norms,
    layers: layers.map(({ name, width, output }) => ({
      name,
      inputs: width,
      outputs: output.weight.shape[1],
      heads: HEADS,
      headSize: width / HEADS,
    })),
    outputSize: size,
    outputAt: 0,
    batch: async (texts) => packBatch(texts, body),
    forward: (batch, through) => tf.tanh(through.linear(pooled(batch, through), tanh)),
    /** [e; pool]: the sentence embedding and the mean of the tokens before the tanh layer, each of unit length. */
    async encode(texts) {
      const out = new Float32Array(texts.length * 2 * size);
      const tokenCounts = texts.map((text) => Math.min(text.length, 4 * MAX_TOKENS));
      const order = texts.map((_, i) => i).sort((a, b) => tokenCounts[a]! - tokenCounts[b]!);
      for (let start = 0; start < order.length; start += ENCODE_BATCH) {
        const indices = order.slice(start, start + ENCODE_BATCH);
        const batch = packBatch(
          indices.map((i) => texts[i]!),
          body,
        );
        const vectors = tf.tidy(() => {
          const pool = pooled(batch, hooks);
          return tf.concat([unitRows(tf.tanh(hooks.linear(pool, tanh))), unitRows(pool)], 1);
        });
        const values = (await vectors.data()) as Float32Array;
        vectors.dispose();
        batch.dispose();
        // Lets other requests of this thread in between.
        await setImmediate();
        indices.forEach((i, row) => {
          out.set(values.subarray(row * 2 * size, (row + 1) * 2 * size), i * 2 * size);
        });
      }
      return out;
    },
    withWeights(weights) {
      const replaced = replaceWeights('use-lite', { linears, norms }, weights);
      return fromBody(body, {
        layers: layers.map((layer) => ({
          ...layer,
          attentionNorm: replaced.norm(layer.attentionNorm),
          qkv: replaced.linear(layer.qkv),
          output: replaced.linear(layer.output),
          residual: layer.residual === null ? null : replaced.linear(layer.residual),
          feedForwardNorm: replaced.norm(layer.feedForwardNorm),
          expand: replaced.linear(layer.expand),
          contract: replaced.linear(layer.contract),
        })),
        tanh: replaced.linear(tanh),
        hooks,
        release: replaced.dispose,
      });
    },
    withHooks: (through, releaseHooks) => fromBody(body, { layers, tanh, hooks: through, release: releaseHooks }),
    dispose: release,
  };
}

/** Pre-norm transformer layer. [N, width] → [N, 512]; `keys` and `values` are those of its attention, [N, width] each. */
function transformerLayer(
  x: tf.Tensor2D,
  layout: AttentionLayout,
  prefix: Prefix | null,
  layer: Layer,
  hooks: Hooks,
): { readonly output: tf.Tensor2D; readonly keys: () => tf.Tensor2D; readonly values: () => tf.Tensor2D } {
  const { name, width } = layer;
  const qkv = hooks.linear(hooks.norm(x, layer.attentionNorm), layer.qkv);
  const context = attend(qkv, layout, prefix, { heads: HEADS, headSize: width / HEADS });
  const attended = hooks.branch(hooks.linear(context, layer.output), `${name}/attention`);
  const x1 = tf.add(attended, layer.residual === null ? x : hooks.linear(x, layer.residual)) as tf.Tensor2D;
  const hidden = tf.relu(hooks.linear(hooks.norm(x1, layer.feedForwardNorm), layer.expand));
  const output = tf.add(x1, hooks.branch(hooks.linear(hidden, layer.contract), `${name}/feed-forward`)) as tf.Tensor2D;
  const part = (at: number) => () => tf.slice(qkv, [0, at * width], [-1, width]) as tf.Tensor2D;
  return { output, keys: part(1), values: part(2) };
}

/** Tokenises and lays out texts. A text without tokens gets one padding token of zero weight, so its vector is a constant. */
function packBatch(texts: readonly string[], body: Body): PackedBatch {
  const ids = texts.map((text) => body.tokenize(text).slice(0, MAX_TOKENS));
  const order = ids.map((_, text) => text).sort((a, b) => ids[a]!.length - ids[b]!.length);
  const lengths = order.map((text) => Math.max(1, ids[text]!.length));
  const tokens = lengths.reduce((a, b) => a + b, 0);
  const width = body.timing.length / MAX_TOKENS;
  const input = new Float32Array(tokens * width);
  const mean = new Float32Array(texts.length * tokens);
  const meanTransposed = new Float32Array(tokens * texts.length);
  let start = 0;
  order.forEach((text, i) => {
    ids[text]!.forEach((id, position, row) => {
      const packed = start + position;
      mean[text * tokens + packed] = 1 / row.length;
      meanTransposed[packed * texts.length + text] = 1 / row.length;
      for (let d = 0; d < width; d++) {
        input[packed * width + d] = 2 * body.embeddings[id * width + d]! + body.timing[position * width + d]!;
      }
    });
    start += lengths[i]!;
  });
  const layout = attentionLayout(lengths);
  const tensors = {
    input: tf.tensor2d(input, [tokens, width]),
    mean: tf.tensor2d(mean, [texts.length, tokens]),
    meanTransposed: tf.tensor2d(meanTransposed, [tokens, texts.length]),
  };
  const packedIds = Int32Array.from(order.flatMap((text) => (ids[text]!.length === 0 ? [0] : ids[text]!)));
  const dispose = (): void => {
    tf.dispose(Object.values(tensors));
    layout.dispose();
  };
  return { ...tensors, layout, texts: texts.length, ids: packedIds, dispose };
}

function buildBody(weights: UseLiteWeights): Body {
  const encode = 'Encoder_en/KonaTransformer/Encode';
  const vector = (name: string): tf.Tensor1D => tf.tensor1d(weights.get(name).data);
  const norm = (own: string, name: string): LayerNorm => ({
    name: own,
    scale: vector(`${name}/layer_norm_scale/ConcatPartitions/concat`),
    bias: vector(`${name}/layer_norm_bias/ConcatPartitions/concat`),
    epsilon: LAYER_NORM_EPSILON,
  });
  const linear = (name: string, kernel: string, bias: string): OwnLinear => {
    const { shape, data } = weights.get(kernel);
    return makeLinear(name, data, shape.slice(-2) as [number, number], weights.get(bias).data);
  };
  const layer = (n: 0 | 1): Layer => {
    const at = `module_apply_default/${encode}/Layer_${n}/TransformerLayer`;
    const attention = 'TransformerLayer/MultiheadAttention';
    const stack = `module_apply_default/${encode}/TransformerStack/Layer_${n}/TransformerLayer`;
    const kernel = (part: string): string => `module/${encode}/Layer_${n}/${attention}/${part}/kernel/part_0`;
    return {
      name: `layer${n}`,
      width: n === 0 ? 256 : 512,
      attentionNorm: norm(`layer${n}/attention-norm`, `${at}/layer_prepostprocess/layer_norm`),
      qkv: linear(
        `layer${n}/qkv`,
        kernel('qkv_transform_single'),
        `${at}/MultiheadAttention/qkv_transform_single/bias/ConcatPartitions/concat`,
      ),
      output: linear(
        `layer${n}/output`,
        kernel('output_transform_single'),
        `${at}/MultiheadAttention/output_transform_single/bias/ConcatPartitions/concat`,
      ),
      residual:
        n === 0
          ? linear(
              'layer0/residual',
              `${at}/dense/kernel/ConcatPartitions/concat`,
              `${at}/dense/bias/ConcatPartitions/concat`,
            )
          : null,
      feedForwardNorm: norm(`layer${n}/feed-forward-norm`, `${at}/FFN/layer_prepostprocess/layer_norm`),
      expand: linear(
        `layer${n}/expand`,
        `${stack}/FFN/conv1/Tensordot/Reshape_1`,
        `${at}/FFN/conv1/bias/ConcatPartitions/concat`,
      ),
      contract: linear(
        `layer${n}/contract`,
        `${stack}/FFN/conv2/Tensordot/Reshape_1`,
        `${at}/FFN/conv2/bias/ConcatPartitions/concat`,
      ),
    };
  };
  const inverseTimescales = weights.get(
    `module_apply_default/${encode}/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1`,
  ).data;
  const half = inverseTimescales.length;
  const timing = new Float32Array(MAX_TOKENS * 2 * half);
  for (let t = 0; t < MAX_TOKENS; t++) {
    for (let d = 0; d < half; d++) {
      timing[t * 2 * half + d] = Math.sin(t * inverseTimescales[d]!);
      timing[t * 2 * half + half + d] = Math.cos(t * inverseTimescales[d]!);
    }
  }
  const hidden = 'Encoder_en/hidden_layers/tanh_layer_0';
  return {
    tokenize: createTokenizer(weights.vocabulary),
    embeddings: weights.get('module/Embeddings_en').data,
    timing,
    layers: [layer(0), layer(1)],
    tanh: linear('tanh', `module/${hidden}/weights`, `module/${hidden}/bias`),
  };
}

/** A function of its own, as what it returns lives on: beside the weights it would hold all of them in memory. */
function createTokenizer(vocabulary: UseLiteWeights['vocabulary']): Body['tokenize'] {
  const unigram = createUnigram({
    vocabulary,
    reserved: 6,
    unknownScore: 0,
    unknownId: 0,
    zeroMeansUnreached: true,
    unknownOnlyWithoutMatch: true,
  });
  return (text) => {
    const normalised = text.normalize('NFKC');
    return normalised === '' ? [] : unigram(`▁${normalised.replaceAll(' ', '▁')}`);
  };
}

function disposeBody({ layers, tanh }: Body): void {
  for (const layer of layers) {
    for (const norm of [layer.attentionNorm, layer.feedForwardNorm]) tf.dispose([norm.scale, norm.bias]);
    for (const linear of [layer.qkv, layer.output, layer.residual, layer.expand, layer.contract]) {
      linear?.dispose();
    }
  }
  tanh.dispose();
}
