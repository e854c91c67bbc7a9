// In a process of its own: one fit of a method on all shots, as a training thread does it, vectors of the shots included.

import { serve } from '../support/apart.js';
import { residentMegabytes } from '../support/memory.js';

const from = (file) => import(`../../dist/engine/${file}.js`);
const CACHE_BYTES = 4 * 1024 * 1024;

serve(async ({ method, rows, seed }) => {
  const { startBackend } = await from('backend');
  const { createEncoderLibrary } = await from('encoders/load');
  const { blocksFor } = await from('encoders/blocks');
  const { fitMethod } = await from('cascade/fit-method');
  const { labelText } = await from('heads/shots');
  const { name } = await startBackend('auto');
  const library = createEncoderLibrary(CACHE_BYTES, { home: '/nowhere', hub: null }, 1);
  const texts = rows.map(({ text }) => text);
  const labels = [...new Set(rows.map(({ label }) => label))];
  const { encoders, join, tunable } = blocksFor('embedded', texts);
  // Loading the encoder is not training.
  await library.encode(['warm-up'], encoders);
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const none = await library.encode([], encoders);
  let steps = 0;
  await fitMethod(method, {
    shots: await library.encode(texts, encoders),
    right: Int32Array.from(rows, ({ label }) => labels.indexOf(label)),
    classes: labels.length,
    names: await library.encode(
      labels.map((label) => labelText({ name: label })),
      encoders,
    ),
    join: { blocks: join, names: true },
    tunable,
    library,
    seed,
    held: none,
    options: {},
    unlabelled: none,
    related: [],
    given: null,
    onStep: ({ step }) => {
      steps = step;
    },
  });
  const { user, system } = process.cpuUsage(cpu);
  return {
    backend: name,
    steps,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    megabytes: residentMegabytes(),
  };
});
