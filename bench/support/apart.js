// A measurement in a process of its own: what one leaves behind (memory, a warm compiler, a backend) never touches another. Two of
// them can take turns, so that a busy machine slows both alike.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts a file that calls `serve`. `ask` sends one request and resolves with the answer, or rejects with what broke there.
 * @param {URL} file
 * @param {{ nodeArgs?: readonly string[], env?: Readonly<Record<string, string>> }} [options]
 */
export function openApart(file, { nodeArgs = [], env = {} } = {}) {
  const child = fork(fileURLToPath(file), {
    execArgv: ['--no-deprecation', ...nodeArgs],
    env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env, ...env },
    // Libraries print what they like; only the answers count.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  return {
    pid: child.pid,
    ask: async (request) => {
      const answered = new Promise((resolve) => child.once('message', resolve));
      child.send(request);
      const answer = await Promise.race([answered, ended.then((code) => ({ error: `it ended with ${code}` }))]);
      if ('error' in answer) throw new Error(`${fileURLToPath(file)}: ${answer.error}`);
      return answer.result;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** One request, one answer, and the process ends. */
export async function runApart(file, request, options) {
  const apart = openApart(file, options);
  try {
    return await apart.ask(request);
  } finally {
    await apart.close();
  }
}

/** In the file itself: answers requests one after another until its parent lets go. */
export function serve(handle) {
  process.on('message', async (request) => {
    const answer = await handle(request).then(
      (result) => ({ result }),
      (error) => ({ error: error.stack }),
    );
    process.send(answer);
  });
  // Threads and devices keep a process alive.
  process.on('disconnect', () => process.exit(0));
}
