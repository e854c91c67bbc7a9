import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { nextBackendDown, startBackend } from '../../src/engine/backend.js';

/** Whether somebody installed the package on this machine. */
function installed(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

describe('startBackend', () => {
  it.each(['wasm', 'cpu'] as const)('starts %s when it is forced, and looks for nothing better', async (name) => {
    expect(await startBackend(name)).toMatchObject({ name, better: [], version: expect.stringMatching(/ \d+\.\d+/) });
    expect(tf.getBackend()).toBe(name);
    const product = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])));
    expect([...(await product.data())]).toEqual([3, 3, 3, 3]);
  });

  it('takes the fastest that runs here, and says of each better one why it does not and what would help', async () => {
    const order = ['tensorflow', 'webgpu', 'wasm', 'cpu'];
    const { name, better } = await startBackend('auto');
    expect(better.map((other) => other.name)).toEqual(order.slice(0, order.indexOf(name)));
    for (const { why, help } of better) {
      expect(why).toMatch(/^\S.*[^.\s]$/);
      expect(help).toMatch(why.endsWith('not installed') ? /^npm run gpu/ : /^(?:npm run gpu)?$/);
    }
    // WebAssembly runs everywhere that Node does.
    expect(name).not.toBe('cpu');
  });

  it.skipIf(installed('webgpu'))('says why a forced backend does not run, and what to do', async () => {
    await expect(startBackend('webgpu')).rejects.toMatchObject({
      name: 'UserError',
      code: 'bad-configuration',
      message:
        'HANDFUL_BACKEND=webgpu does not run here: @tensorflow/tfjs-backend-webgpu and webgpu are not installed. ' +
        'Try: npm run gpu -- webgpu; or use HANDFUL_BACKEND=auto.',
    });
  });

  it('has one further down for when memory runs out, until there is none', () => {
    const way: string[] = [];
    for (let name = nextBackendDown('tensorflow'); name !== null; name = nextBackendDown(name)) way.push(name);
    expect(way).toEqual(['wasm', 'cpu']);
    expect(nextBackendDown('webgpu')).toBe('wasm');
  });

  it('leaves no tensor behind', async () => {
    await startBackend('cpu');
    const before = tf.memory().numTensors;
    await startBackend('wasm');
    await startBackend('cpu');
    expect(tf.memory().numTensors).toBe(before);
  });
});
