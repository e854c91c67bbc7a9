// ONNX Runtime as it comes with transformers.js.

import { createRequire } from 'node:module';
import type { GraphInput } from './inputs.js';

interface Runtime {
  readonly Tensor: new (type: string, data: unknown, shape: readonly number[]) => object;
  readonly InferenceSession: { create(bytes: Uint8Array): Promise<Session> };
}
interface Session {
  run(
    inputs: Record<string, object>,
  ): Promise<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>;
  release(): Promise<void>;
}

const require = createRequire(createRequire(import.meta.url).resolve('@xenova/transformers'));

/** The outputs of a graph by their names. */
export async function runGraph(bytes: Uint8Array, inputs: Readonly<Record<string, GraphInput>>, texts: number) {
  const { Tensor, InferenceSession } = require('onnxruntime-node') as Runtime;
  const session = await InferenceSession.create(bytes);
  const given = Object.entries(inputs).map(([name, { type, width, data }]) => {
    const values = type === 'int64' ? BigInt64Array.from(data, BigInt) : Float32Array.from(data);
    return [name, new Tensor(type, values, [texts, width])] as const;
  });
  try {
    return await session.run(Object.fromEntries(given));
  } finally {
    await session.release();
  }
}
