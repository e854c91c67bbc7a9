// Handful as people run it: the whole ladder within its time, and the answerer that it chose.

import { readFileSync } from 'node:fs';

export const name = 'handful';
export const version = () =>
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;

const TARGET = 0.9;

export async function train(examples, { seed, labels, budgetSeconds, methods = 'auto' }) {
  const { createEngine } = await import('../../../dist/engine/index.js');
  const engine = createEngine({ encoder: 'embedded', backend: 'auto' });
  const data = { instruction: '', labels: labels.map((label) => ({ name: label })), examples };
  const request = { data, methods, incumbent: 'in-context', target: TARGET, seed, budgetSeconds };
  const { record, checkpoints } = await engine.runCascade(request);
  const bytes = checkpoints[record.chosen];
  const source =
    bytes === undefined
      ? { kind: 'in-context', key: 'peer', load: () => data }
      : { kind: 'checkpoint', key: 'peer', load: () => bytes };
  await engine.predict(source, ['warm-up']);
  return {
    note: record.chosen,
    predict: async (texts) =>
      (await engine.predict(source, texts)).map(({ closest, scores }) => ({ label: closest, scores })),
    dispose: () => engine.close(),
  };
}
