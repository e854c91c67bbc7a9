// A Handful whose training never ends: node run-queue-child.js FILE. It says the reply to /model train and waits to be killed.

import { writeSync } from 'node:fs';
import { systemClock } from '../../dist/bot/clock.js';
import { composeHandful } from '../../dist/bot/compose.js';
import { readConfig } from '../../dist/bot/config.js';
import { createLog } from '../../dist/bot/log.js';
import { openStore } from '../../dist/engine/index.js';

const store = await openStore(process.argv[2]);
const engine = { runCascade: () => new Promise(() => setInterval(() => {}, 1000)), close: async () => {} };
const log = createLog((line) => process.stderr.write(`${line}\n`), { level: 'warn' });
const handful = composeHandful({ config: readConfig({}), engine, store, clock: systemClock, log });
const name = (id) => id;
const speaker = {
  space: 'local',
  person: 'ann',
  role: 'owner',
  language: 'en',
  files: {},
  nameOf: name,
  roleOf: name,
  channelOf: name,
};
const say = async (line) => (await handful.dispatch.line(line, speaker)).text;
await say('/task create name:support labels:"kind, rude"');
for (const line of ['so nice => kind', 'very nice => kind', 'go away => rude', 'oh shut up => rude']) await say(line);
writeSync(1, `${await say('/model train method:head budget:60')}\n`);
