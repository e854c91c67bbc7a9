// What a backend of TensorFlow.js computes, kernel by kernel: calls, milliseconds of processor time (what other programs take does not
// count), and the floating-point operations of its matrix products, counted from their shapes. Kernels of the processor's backends
// return when they are done, so a clock around each is exact.

import { cpuMs } from './figures.js';

/** Watches every kernel of the current backend from now on; `since` gives what came after the last call of it. */
export function watchKernels(tf) {
  const backend = tf.getBackend();
  let seen = new Map();
  for (const config of tf.getKernelsForBackend(backend)) {
    const { kernelName, kernelFunc } = config;
    const watched = (call) => {
      const started = cpuMs();
      const made = kernelFunc(call);
      const ms = cpuMs() - started;
      const kernel = productKind(kernelName, call) ?? kernelName;
      const row = seen.get(kernel) ?? { kernel, calls: 0, ms: 0, flop: 0 };
      row.calls++;
      row.ms += ms;
      row.flop += productFlop(kernelName, call, made);
      seen.set(kernel, row);
      return made;
    };
    tf.unregisterKernel(kernelName, backend);
    tf.registerKernel({ ...config, kernelFunc: watched });
  }
  return {
    since: () => {
      const rows = [...seen.values()].sort((a, b) => b.ms - a.ms);
      seen = new Map();
      return rows;
    },
  };
}

const PRODUCTS = ['BatchMatMul', '_FusedMatMul'];
/** A factor as narrow as the matrices of LoRA. */
const NARROW = 32;

/** Matrix products by what makes them fast or slow; null for every other kernel. */
function productKind(kernelName, { inputs, attrs }) {
  if (!PRODUCTS.includes(kernelName)) return null;
  const shapes = [inputs.a.shape, inputs.b.shape];
  if (shapes.some((shape) => shape.slice(0, -2).some((size) => size > 1))) return 'product of batches';
  if (attrs.transposeA || attrs.transposeB) return 'product, transposed';
  if (shapes.some((shape) => Math.min(...shape.slice(-2)) <= NARROW)) return 'product, narrow';
  return kernelName === '_FusedMatMul' ? 'product with bias' : 'product';
}

/** Multiplications and additions of a matrix product; 0 for every other kernel. */
export function productFlop(kernelName, { inputs, attrs }, made) {
  if (!PRODUCTS.includes(kernelName)) return 0;
  const { shape } = inputs.a;
  const inner = attrs.transposeA ? shape.at(-2) : shape.at(-1);
  const outputs = [made].flat()[0].shape.reduce((product, size) => product * size, 1);
  return 2 * inner * outputs;
}
