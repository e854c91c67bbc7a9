// Stores of a given size, written in large batches: as many labels, examples, tasks and spaces as it takes to see how a cost grows.

import { madeTexts, take } from './texts.js';

/** Records of one batch. */
const TOGETHER = 5000;

/**
 * Tasks `task-0`, `task-1`, … in spaces `space-0`, `space-1`, …, each with `labels` labels of equally many examples.
 * @param {import('../../dist/engine/index.js').Store} store
 */
export async function fillStore(store, { spaces, tasks, labels, examples }) {
  const { createRng } = await import('../../dist/engine/index.js');
  const { numberedKey, openExamples, openSpace, openTasks } = await import('../../dist/bot/workspace/records.js');
  const texts = take(madeTexts(createRng(0, 'texts')), examples);
  const names = Array.from({ length: labels }, (_, i) => `label ${i}`);
  const records = texts.map((text, i) => [
    numberedKey(i + 1),
    { text, label: names[i % labels], submittedBy: 'ann', submittedAt: 0 },
  ]);
  let writes = [];
  const write = async (least) => {
    if (writes.length < least) return;
    await store.batch(writes);
    writes = [];
  };
  for (let s = 0; s < spaces; s++) {
    const space = spaceName(s);
    for (let t = 0; t < tasks; t++) {
      const id = `${space}-${t}`;
      writes.push(openTasks(store, space).put(id, taskRecord(id, taskName(t), { names, examples })));
      const keys = openExamples(store, space, id);
      for (const [key, record] of records) writes.push(keys.put(key, record));
      await write(TOGETHER);
    }
    writes.push(openSpace(store, space).put('recent', `${space}-0`));
  }
  await write(1);
}

export const spaceName = (i) => `space-${i}`;
export const taskName = (i) => `task-${i}`;

const taskRecord = (id, name, { names, examples }) => ({
  id,
  name,
  instruction: '',
  labels: names.map((label) => ({ name: label })),
  settings: { target: 0.9, automatic: false, encoder: null },
  createdAt: 0,
  createdBy: 'ann',
  revision: 1,
  activeVersion: null,
  history: [],
  nextExample: examples + 1,
});
