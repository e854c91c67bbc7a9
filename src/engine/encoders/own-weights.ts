// Weights of an encoder as tensors that somebody owns, and copies of an encoder in which some of them are replaced.

import * as tf from '@tensorflow/tfjs';
import type { LayerNorm } from '../nn/layer-norm.js';
import type { Linear } from '../nn/ops.js';

export interface OwnLinear extends Linear {
  dispose(): void;
}

/** `weight` is row-major [in, out]. The transposed weights come with the first gradient: who only answers never needs them. */
export function makeLinear(
  name: string,
  weight: Float32Array,
  shape: readonly [number, number],
  bias: Float32Array | null,
): OwnLinear {
  const own = tf.tensor2d(weight, [shape[0], shape[1]]);
  const ownBias = bias === null ? null : tf.tensor1d(bias);
  return withOwner(name, own, ownBias, [own, ...(ownBias === null ? [] : [ownBias])]);
}

/** A layer of tensors of which it owns some. */
function withOwner(
  name: string,
  weight: tf.Tensor2D,
  bias: tf.Tensor1D | null,
  owned: readonly tf.Tensor[],
): OwnLinear {
  let transposed: tf.Tensor2D | null = null;
  return {
    name,
    weight,
    get weightTransposed() {
      transposed ??= tf.keep(tf.transpose(weight));
      return transposed;
    },
    bias,
    dispose: () => tf.dispose(transposed === null ? [...owned] : [...owned, transposed]),
  };
}

/** The layers of a copy: those with new weights are its own, the others those of the original. */
export interface ReplacedWeights {
  linear<Layer extends Linear>(layer: Layer): Layer | OwnLinear;
  norm(layer: LayerNorm): LayerNorm;
  dispose(): void;
}

/** `weights` by the names of `parametersOf`. Throws when one names nothing of the encoder. */
export function replaceWeights(
  encoder: string,
  { linears, norms }: { readonly linears: readonly Linear[]; readonly norms: readonly LayerNorm[] },
  weights: ReadonlyMap<string, Float32Array>,
): ReplacedWeights {
  const used = new Set<string>();
  const take = (name: string): Float32Array | undefined => {
    used.add(name);
    return weights.get(name);
  };
  const release: (() => void)[] = [];
  const replacedLinears = new Map<string, OwnLinear>();
  for (const { name, weight, bias } of linears) {
    const [values, biasValues] = [take(`${name}/weight`), bias === null ? undefined : take(`${name}/bias`)];
    if (values === undefined && biasValues === undefined) continue;
    const ownWeight = values === undefined ? null : tf.tensor2d(values, weight.shape);
    const ownBias = biasValues === undefined ? null : tf.tensor1d(biasValues);
    const owned = [ownWeight, ownBias].filter((tensor) => tensor !== null);
    const layer = withOwner(name, ownWeight ?? weight, ownBias ?? bias, owned);
    replacedLinears.set(name, layer);
    release.push(() => layer.dispose());
  }
  const replacedNorms = new Map<string, LayerNorm>();
  for (const norm of norms) {
    const [scale, bias] = [take(`${norm.name}/scale`), take(`${norm.name}/bias`)];
    if (scale === undefined && bias === undefined) continue;
    const own = [scale, bias].map((values) => (values === undefined ? null : tf.tensor1d(values)));
    replacedNorms.set(norm.name, { ...norm, scale: own[0] ?? norm.scale, bias: own[1] ?? norm.bias });
    release.push(() => tf.dispose(own.filter((tensor) => tensor !== null)));
  }
  const unknown = [...weights.keys()].find((name) => !used.has(name));
  if (unknown !== undefined) {
    for (const free of release) free();
    throw new Error(`${encoder} has no weight ${unknown}`);
  }
  return {
    linear: (layer) => replacedLinears.get(layer.name) ?? layer,
    norm: (layer) => replacedNorms.get(layer.name) ?? layer,
    dispose() {
      for (const free of release) free();
    },
  };
}
