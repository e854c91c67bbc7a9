// Starts a backend in a process of its own, as an engine thread would, and compares a few results with known ones.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Problem } from './run.js';

/** What the backend says of itself; `auto` is the one that Handful takes. Throws a Problem when it does not run or computes wrongly. */
export async function selfTest(name) {
  const child = fileURLToPath(new URL('self-test-child.js', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-deprecation', child, name], {
    encoding: 'utf8',
    env: { TF_CPP_MIN_LOG_LEVEL: '2', ...process.env },
  });
  const last = stdout.trim().split('\n').at(-1);
  if (status === 0) return JSON.parse(last);
  const lines = stderr.trim().split('\n');
  const why = lines.find((line) => /Error:/.test(line)) ?? lines.at(-1);
  throw new Problem(`The self-test of ${name} failed: ${why}`);
}
