// Uses the engine as the bot does and says whether TensorFlow.js came into the main thread, which it marks in globalThis.
// Ends by itself when everything is closed.
const { createEngine } = await import('../../dist/engine/index.js');
const engine = createEngine({ encoder: 'hashing', backend: 'cpu', trainingThreads: 1 });
const data = {
  instruction: '',
  labels: [{ name: 'a' }, { name: 'b' }],
  examples: ['one', 'two', 'three', 'four'].map((text, i) => ({ text, label: i % 2 === 0 ? 'a' : 'b' })),
};
const [{ closest }] = await engine.predict({ kind: 'in-context', key: 'k', load: () => data }, ['one']);
const { record } = await engine.runCascade({
  data,
  methods: ['head'],
  incumbent: 'in-context',
  target: 0.9,
  seed: 0,
  budgetSeconds: 60,
});
await engine.close();
const before = '_tfengine' in globalThis;
await import('@tensorflow/tfjs');
const after = '_tfengine' in globalThis;
process.stdout.write(JSON.stringify({ closest, rungs: record.rungs.length, before, after }));
