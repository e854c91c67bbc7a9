// Loops of ours over numbers in the memory of the WebAssembly backend, where a kernel is missing or slow. Reading a tensor and
// making a new one copy every number twice, and leave megabytes a call to the garbage collector.

import * as tf from '@tensorflow/tfjs';

/** The part of the backend (public in its types) that hands out its memory. */
interface WasmBackend {
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
}

/** A new tensor of the given shape that `fill` writes, from the numbers of x; for the backend wasm alone. */
export function fillOnWasm(
  x: tf.Tensor2D,
  shape: readonly [number, number],
  fill: (out: Float32Array, numbers: Float32Array) => void,
): tf.Tensor2D {
  const backend = tf.backend() as unknown as WasmBackend;
  const made = backend.makeOutput([...shape], 'float32');
  // Both views after the new memory: asking for memory may move all of it.
  fill(backend.typedArrayFromHeap(made), backend.typedArrayFromHeap(x));
  return tf.engine().makeTensorFromTensorInfo(made) as tf.Tensor2D;
}
