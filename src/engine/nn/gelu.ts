// GELU (Hendrycks and Gimpel, 2016, https://arxiv.org/abs/1606.08415): x · Φ(x) with the exact normal distribution, as BERT has it.

import * as tf from '@tensorflow/tfjs';
import { withGradient } from './gradient.js';
import { fillOnWasm } from './wasm-memory.js';

const SQRT_HALF = Math.SQRT1_2;
const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);

/** [N, D] → [N, D], with its gradient written out: that of erf runs through kernels that the WebAssembly backend lacks. */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return tf.getBackend() === 'wasm' ? fromTable(x) : fromErf(x);
}

function fromErf(x: tf.Tensor2D): tf.Tensor2D {
  return withGradient([x], (save) => {
    const area = tf.mul(tf.add(tf.erf(tf.mul(x, SQRT_HALF)), 1), 0.5);
    save([x, area]);
    return {
      value: tf.mul(x, area) as tf.Tensor2D,
      gradient: (dy, [saved, savedArea]) => {
        const density = tf.mul(tf.exp(tf.mul(tf.square(saved!), -0.5)), DENSITY_AT_ZERO);
        return tf.mul(dy, tf.add(savedArea!, tf.mul(saved!, density)));
      },
    };
  });
}

/**
 * The erf and exp kernels of the WebAssembly backend compute number by number, and together cost as much as the matrix product
 * before them. A table of GELU and its derivatives, with a Taylor step of second order, is several times faster.
 */
function fromTable(x: tf.Tensor2D): tf.Tensor2D {
  return withGradient([x], (save) => {
    const value = through(x, VALUE);
    save([x]);
    return { value, gradient: (dy, [saved]) => tf.mul(dy, through(saved as tf.Tensor2D, SLOPE)) };
  });
}

/** Nodes lie 1/128 apart; beyond ±LIMIT GELU is x or 0 up to float32. The error of the Taylor step is below 2e-8. */
const LIMIT = 6;
const NODES_PER_UNIT = 128;
const NODES = 2 * LIMIT * NODES_PER_UNIT + 1;

interface Table {
  /** At each node the function, its slope and half its curvature, side by side. */
  readonly nodes: Float32Array;
  /** What the function is beyond the table: slope and constant below and above. */
  readonly above: readonly [slope: number, constant: number];
}

const through = (x: tf.Tensor2D, table: Table): tf.Tensor2D =>
  fillOnWasm(x, x.shape, (out, numbers) => lookUp(out, numbers, table));

function lookUp(out: Float32Array, numbers: Float32Array, { nodes, above }: Table): void {
  const [slope, constant] = above;
  for (let i = 0; i < numbers.length; i++) {
    const z = numbers[i]!;
    if (z > -LIMIT && z < LIMIT) {
      const node = ((z + LIMIT) * NODES_PER_UNIT + 0.5) | 0;
      const step = z + LIMIT - node / NODES_PER_UNIT;
      const at = 3 * node;
      out[i] = nodes[at]! + step * (nodes[at + 1]! + step * nodes[at + 2]!);
    } else if (z > 0) out[i] = slope * z + constant;
    // A number that is none stays so, for the training loop to see.
    else out[i] = z <= 0 ? 0 : z;
  }
}

const [VALUE, SLOPE] = buildTables();

function buildTables(): [Table, Table] {
  const value = new Float32Array(3 * NODES);
  const slope = new Float32Array(3 * NODES);
  const density = (z: number): number => DENSITY_AT_ZERO * Math.exp((-z * z) / 2);
  const width = 1 / NODES_PER_UNIT;
  // Φ(−6); on from there by Simpson's rule, whose error over such a step is below 1e-13.
  let area = 9.865876450376981e-10;
  for (let node = 0; node < NODES; node++) {
    const z = node * width - LIMIT;
    if (node > 0) area += (width / 6) * (density(z - width) + 4 * density(z - width / 2) + density(z));
    const d = density(z);
    const derivatives = [z * area, area + z * d, d * (2 - z * z), d * z * (z * z - 4)] as const;
    value.set([derivatives[0], derivatives[1], derivatives[2] / 2], 3 * node);
    slope.set([derivatives[1], derivatives[2], derivatives[3] / 2], 3 * node);
  }
  return [
    { nodes: value, above: [1, 0] },
    { nodes: slope, above: [0, 1] },
  ];
}
