// Products, a softmax, a gather with its gradient, and a gradient of a variable on one backend; prints its description as JSON.
import assert from 'node:assert';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../dist/engine/backend.js';

const description = await startBackend(process.argv[2]);

async function near(tensor, expected) {
  const values = await tensor.data();
  assert.strictEqual(values.length, expected.length);
  for (const [i, value] of values.entries()) {
    assert(Math.abs(value - expected[i]) < 1e-4, `${value} instead of ${expected[i]}`);
  }
}

const a = tf.tensor2d([
  [1, 2, 3],
  [4, 5, 6],
]);
await near(tf.matMul(a, a, false, true), [14, 32, 32, 77]);
await near(tf.matMul(a, a, true, false), [17, 22, 27, 22, 29, 36, 27, 36, 45]);
await near(tf.softmax(tf.tensor1d([0, Math.log(3)])), [0.25, 0.75]);
await near(tf.grad((x) => tf.sum(tf.gather(x, tf.tensor1d([1, 0, 1], 'int32'))))(a), [1, 1, 1, 2, 2, 2]);
const variable = tf.variable(tf.scalar(3));
await near(tf.variableGrads(() => tf.square(variable), [variable]).grads[variable.name], [6]);

console.log(JSON.stringify(description));
// A device keeps a process alive.
process.exit(0);
