// A store with many spaces, each with two tasks of 40 examples that were measured once, filled through the workspace.

import { readFileSync } from 'node:fs';

export const TASKS = ['support', 'tone'];
const SHOTS = 40;

/** `names`: ids of the spaces. */
export async function fillSpaces(file, names) {
  const { createEngine, openStore } = await import('../../dist/engine/index.js');
  const { createWorkspace } = await import('../../dist/bot/workspace/index.js');
  const { createRunMemory } = await import('../../dist/bot/run-memory.js');
  const rows = readFileSync(new URL('../../data/samples/support/train.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .slice(0, SHOTS);
  const labels = [...new Set(rows.map(({ label }) => label))].map((name) => ({ name }));
  const engine = createEngine({ encoder: 'embedded', backend: 'auto' });
  const data = { instruction: '', labels, examples: rows };
  const order = { methods: ['in-context'], incumbent: 'in-context', target: 0.9, seed: 0, budgetSeconds: 600 };
  const { record } = await engine.runCascade({ data, ...order });
  await engine.close();
  const store = await openStore(file);
  let id = 0;
  const workspace = createWorkspace({ store, clock: Date, ids: () => `task${id++}` });
  const memory = createRunMemory(store);
  for (const [i, space] of names.entries()) {
    for (const name of TASKS) {
      const created = await workspace.createTask(space, { name, labels, by: 'ann' });
      const examples = rows.map(({ text, label }) => ({ text: `${text} (${name} ${i})`, label }));
      const { task } = await workspace.teach(created, examples, { by: 'ann' });
      const run = { revision: task.revision, examples: SHOTS, labels: labels.map((label) => label.name) };
      await memory.save(task.id, { ...run, endedAt: Date.now(), record });
    }
  }
  await store.close();
}
