// Runs one backend out of memory in a process of its own and says, as JSON, what each way of asking for too much led to, and
// whether the backend computes on afterwards. `skipped` says why it does not run on this machine.
import * as tf from '@tensorflow/tfjs';
import { isOutOfMemory } from '../../dist/engine/backend/out-of-memory.js';
import { startBackend } from '../../dist/engine/backend.js';

const answer = await startBackend(process.argv[2]).then(exhaust, (error) => {
  if (error.code !== 'bad-configuration') throw error;
  return { skipped: error.message };
});
process.stdout.write(JSON.stringify(answer), () => process.exit(0)); // a device keeps a process alive

async function exhaust({ name }) {
  const outcomes = {
    // 16 TB: more than any machine gives.
    product: await outcome(() => read(tf.matMul(tf.ones([2_000_000, 1]), tf.ones([1, 2_000_000])))),
  };
  if (name === 'wasm') outcomes.full = await outcome(fillWasm);
  const after = await read(tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])));
  return { outcomes, after };
}

/** Its first number. */
async function read(tensor) {
  return (await tf.slice(tensor, [0, 0], [1, 1]).data())[0];
}

async function outcome(run) {
  try {
    return { gave: await run() };
  } catch (error) {
    return { outOfMemory: isOutOfMemory(error), message: error.message };
  }
}

/** Takes the module's 4 GB without touching them, then asks for a tensor: it must not get the address 0. */
function fillWasm() {
  const { wasm } = tf.backend();
  const taken = [];
  try {
    for (let bytes = 256 << 20; bytes >= 1 << 20; bytes >>>= 1) {
      try {
        for (;;) taken.push(wasm._malloc(bytes));
      } catch (error) {
        if (!isOutOfMemory(error)) throw error;
      }
    }
    return read(tf.ones([1024, 1024]));
  } finally {
    for (const address of taken) wasm._free(address);
  }
}
