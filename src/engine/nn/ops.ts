// Matrix products with hand-written gradients.
// Why: TensorFlow.js' own gradient of matMul multiplies by transposed operands, which the WebAssembly backend computes ten
// times slower than plain products. Here every product is a plain one over an explicitly transposed operand; results equal the
// automatic gradients (test/engine/nn/ops.test.ts).

import * as tf from '@tensorflow/tfjs';
import { withGradient } from './gradient.js';
import { fillOnWasm } from './wasm-memory.js';

/**
 * a · bᵀ and aᵀ · b over the last two axes. TensorFlow multiplies by a transposed operand as fast as by a plain one and saves the
 * copy; the WebAssembly backend takes ten times longer, so there the operand is copied.
 */
export const timesTransposed = <T extends tf.Tensor>(a: T, b: T): T =>
  tf.getBackend() === 'tensorflow' ? tf.matMul(a, b, false, true) : tf.matMul(a, swapLast(b));

export const transposedTimes = <T extends tf.Tensor>(a: T, b: T): T =>
  tf.getBackend() === 'tensorflow' ? tf.matMul(a, b, true, false) : tf.matMul(swapLast(a), b);

/** [.., N, M] → [.., M, N] */
function swapLast<T extends tf.Tensor>(x: T): T {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
}

/** A layer's frozen parameters: y = x · weight + bias. */
export interface Linear {
  /** Name used in checkpoints and as target of tuners. */
  readonly name: string;
  /** [in, out] */
  readonly weight: tf.Tensor2D;
  /** [out, in]: kept so that the gradient with respect to x is a plain product. */
  readonly weightTransposed: tf.Tensor2D;
  /** [out] */
  readonly bias: tf.Tensor1D | null;
}

/** x · weight + bias, gradient only with respect to x. [N, in] → [N, out] */
export function frozenLinear(x: tf.Tensor2D, layer: Linear): tf.Tensor2D {
  const { weight, bias } = layer;
  return withGradient([x], () => ({
    value: bias === null ? tf.matMul(x, weight) : (tf.fused.matMul({ a: x, b: weight, bias }) as tf.Tensor2D),
    // Read only here: a layer may make its transposed weights when they are first asked for.
    gradient: (dy) => tf.matMul(dy, layer.weightTransposed),
  }));
}

/** x · weight + bias with gradients with respect to all three. [N, in] → [N, out] */
export function trainedLinear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D | null): tf.Tensor2D {
  return withGradient(bias === null ? [x, weight] : [x, weight, bias], (save) => {
    save([x, weight]);
    return {
      value: bias === null ? tf.matMul(x, weight) : (tf.fused.matMul({ a: x, b: weight, bias }) as tf.Tensor2D),
      gradient: (dy, [savedX, savedWeight]) => [
        timesTransposed(dy, savedWeight as tf.Tensor2D),
        transposedTimes(savedX as tf.Tensor2D, dy),
        ...(bias === null ? [] : [tf.sum(dy, 0)]),
      ],
    };
  });
}

/** a · b with gradients with respect to both. [N, K] · [K, M] → [N, M] */
export function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return withGradient([a, b], (save) => {
    save([a, b]);
    return {
      value: tf.matMul(a, b),
      gradient: (dy, [savedA, savedB]) => [
        timesTransposed(dy, savedB as tf.Tensor2D),
        transposedTimes(savedA as tf.Tensor2D, dy),
      ],
    };
  });
}

/** constant · x with a gradient only with respect to x. [M, N] · [N, K] → [M, K] */
export function multiplyByConstant(
  constant: tf.Tensor2D,
  constantTransposed: tf.Tensor2D,
  x: tf.Tensor2D,
): tf.Tensor2D {
  return withGradient([x], () => ({
    value: tf.matMul(constant, x),
    gradient: (dy) => tf.matMul(constantTransposed, dy),
  }));
}

/**
 * Rows of x by index, without a gradient of its own. [N, D], [M] → [M, D]
 * The gather kernel of the WebAssembly backend copies element by element, twenty times slower than copying rows here.
 */
export function takeRows(x: tf.Tensor2D, index: Int32Array): tf.Tensor2D {
  if (tf.getBackend() !== 'wasm') return tf.gather(x, tf.tensor1d(index, 'int32'));
  const width = x.shape[1];
  return fillOnWasm(x, [index.length, width], (out, source) => {
    for (let row = 0; row < index.length; row++) {
      const from = index[row]! * width;
      out.set(source.subarray(from, from + width), row * width);
    }
  });
}

/** x / |x| per row; a row of zeros stays zero. [N, D] → [N, D] */
export const unitRows = (x: tf.Tensor2D): tf.Tensor2D =>
  tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), 1, true), 1e-12))) as tf.Tensor2D;
