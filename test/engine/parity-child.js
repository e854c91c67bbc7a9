// One backend in a process of its own: the same inference, the same training steps and the inference of what they gave, as JSON.
// `skipped` says why the backend does not run on this machine.
import { startBackend } from '../../dist/engine/backend.js';
import { createUseLite } from '../../dist/engine/encoders/use-lite.js';
import { createRng } from '../../dist/engine/random.js';
import { tuneConfigSchema } from '../../dist/engine/train/tune-config.js';
import { tuneEncoder } from '../../dist/engine/train/tune-encoder.js';
import { restoreTuned, TUNERS } from '../../dist/engine/tuners/index.js';
import { tunerOptions } from '../../dist/engine/tuners/options.js';

const TEXTS = [
  'charged twice',
  'my invoice is wrong, please look',
  'it crashes',
  'an error on login',
  'love it',
  'thanks',
];
const LABELS = Int32Array.from([0, 0, 1, 1, 2, 2]);

const answer = await startBackend(process.argv[2]).then(measure, (error) => {
  if (error.code !== 'bad-configuration') throw error;
  return { skipped: error.message };
});
process.stdout.write(JSON.stringify(answer), () => process.exit(0)); // a device keeps a process alive

async function measure({ name, version, device }) {
  const encoder = await createUseLite();
  const vectors = await encoder.encode(TEXTS);
  const tuner = TUNERS.lora.create(encoder, tunerOptions.lora.parse({}), createRng(0, 'lora'));
  const losses = [];
  await tuneEncoder({
    encoder,
    tuner,
    texts: TEXTS,
    labels: LABELS,
    classes: 3,
    config: tuneConfigSchema.parse({ epochs: 3, batchSize: 6 }),
    rng: createRng(0, 'batches'),
    onStep: ({ loss }) => losses.push(loss),
  });
  const tuned = await restoreTuned(encoder, await tuner.state(1));
  const after = await tuned.encode(TEXTS);
  return { name, version, device, vectors: [...vectors], losses, tuned: [...after] };
}
