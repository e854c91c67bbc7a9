// A process that changes a store until it is killed: node crash-child.js FILE MODE. Every finished change is one line on
// standard output, written at once, so that the parent knows what was acknowledged before the kill.

import { writeSync } from 'node:fs';
import { createWorkspace } from '../../../dist/bot/workspace/index.js';
import { openStore } from '../../../dist/engine/index.js';

const [, , file, mode] = process.argv;
const say = (line) => writeSync(1, `${line}\n`);

const record = { labels: ['billing', 'bug'], rungs: [] };
const MEGABYTES = 2;

const store = await openStore(file);
const workspace = createWorkspace({ store, clock: Date, ids: () => 'task1' });
const task = await workspace.createTask('local', {
  name: 'support',
  labels: [{ name: 'billing' }, { name: 'bug' }],
  by: 'ann',
});
say('ready');

const modes = {
  hold: () => new Promise(() => setInterval(() => {}, 1000)),
  teach: async (i) => {
    await workspace.teach(task, [{ text: `text ${i}`, label: 'bug' }], { by: 'ann' });
    say(`text ${i}`);
  },
  import: async (i) => {
    const rows = Array.from({ length: 2000 }, (_, row) => ({ text: `text ${i} ${row}`, label: 'bug' }));
    await workspace.teach(task, rows, { by: 'ann' });
    say(`batch ${i}`);
  },
  version: async (i) => {
    const bytes = new Uint8Array(MEGABYTES * 2 ** 20).fill(i);
    const version = await workspace.addVersion(task, { method: 'head', record, bytes, by: 'ann', trainedOn: [] });
    say(`added ${version.number}`);
    await workspace.promote(task, version.number, 'ann');
    say(`promoted ${version.number}`);
  },
};
for (let i = 0; ; i++) await modes[mode](i);
