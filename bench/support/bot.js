// The whole bot in this process, as a face has it: the real engine and a store, without Discord and without a terminal.

/**
 * @param {string} store path of an SQLite file, or `memory:`
 * @param {Readonly<Record<string, string>>} [environment] settings
 */
export async function openBot(store, environment = {}) {
  const { createEngine, openStore } = await import('../../dist/engine/index.js');
  const { composeHandful } = await import('../../dist/bot/compose.js');
  const { readConfig } = await import('../../dist/bot/config.js');
  const { systemClock } = await import('../../dist/bot/clock.js');
  const { createLog } = await import('../../dist/bot/log.js');
  const config = readConfig({ HANDFUL_STORE: store, ...environment });
  const { encoder, backend, threads } = config;
  const engine = createEngine({ encoder, backend, ...(threads ? { trainingThreads: threads } : {}) });
  const log = createLog((line) => process.stderr.write(`${line}\n`), { level: 'warn' });
  const handful = composeHandful({ config, engine, store: await openStore(store), clock: systemClock, log });
  const { services, dispatch } = handful;
  return {
    services,
    dispatch,
    /** A task with these examples that starts no training by itself. */
    teach: async (space, name, rows, { target = 1 } = {}) => {
      const labels = [...new Set(rows.map(({ label }) => label))].map((label) => ({ name: label }));
      const settings = { target, automatic: false };
      const task = await services.workspace.createTask(space, { name, labels, by: 'ann', settings });
      return (await services.workspace.teach(task, rows, { by: 'ann' })).task;
    },
    /** What the next run ends as. */
    nextRunEnds: () =>
      new Promise((resolve) => {
        const stop = services.runs.subscribe((event) => {
          if (event.kind !== 'finished') return;
          stop();
          resolve(event.outcome);
        });
      }),
    close: () => handful.close(),
  };
}

const noFiles = {
  open: () => Promise.reject(new Error('there are no files here')),
  write: () => Promise.reject(new Error('there are no files here')),
  writeFolder: () => Promise.reject(new Error('there are no files here')),
};

/** Somebody of a space; `owner` may ask as often as they like. */
export const speakerOf = (space, person, role = 'owner') => ({
  space,
  person,
  role,
  language: 'en',
  files: noFiles,
  nameOf: (id) => id,
  roleOf: (id) => id,
  channelOf: (id) => id,
});
