// WebGPU for Node: TensorFlow.js' backend, and Dawn, which is prebuilt inside its package.
import { installWithoutSaving, tfjsVersion } from './tfjs-node.js';

export async function installWebGpu() {
  // Both at once: npm takes away what an earlier call of this kind installed.
  installWithoutSaving([`@tensorflow/tfjs-backend-webgpu@${tfjsVersion()}`, 'webgpu@0.6']);
}
