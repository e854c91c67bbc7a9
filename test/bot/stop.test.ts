// Stopping by a signal, in a process of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const module = (name: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../../dist/bot/${name}.js`, import.meta.url)));

/** Runs a process that stops by `close` (JavaScript), sends it signals, and tells how it ended. */
async function stopped(close: string, signals: readonly NodeJS.Signals[], deadlineMs = 10_000) {
  const program = `
    import { onStop } from ${module('stop')};
    import { createStreamLog } from ${module('log')};
    setInterval(() => {}, 1000);
    onStop(async (signal) => { ${close} }, { log: createStreamLog(), deadlineMs: ${deadlineMs} });
    process.stdout.write('ready\\n');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const ended = once(child, 'close');
  const said = async (word: string): Promise<void> => {
    while (!out.includes(word)) await once(child.stdout, 'data');
  };
  await said('ready');
  for (const [i, signal] of signals.entries()) {
    if (i > 0) await said('"stopping"');
    child.kill(signal);
  }
  const [code] = await ended;
  const events = out
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).event);
  return { code, events };
}

const slowly = 'await new Promise((resolve) => setTimeout(resolve, 100));';
const never = 'await new Promise(() => {});';

describe('a signal', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])('%s closes first, then ends with 0', async (signal) => {
    expect(await stopped(slowly, [signal])).toEqual({ code: 0, events: ['stopping', 'stopped'] });
  });

  it('that comes a second time ends at once with 1', async () => {
    expect(await stopped(never, ['SIGTERM', 'SIGTERM'])).toEqual({ code: 1, events: ['stopping', 'stopped at once'] });
  });

  it('ends with 1 at the deadline', async () => {
    expect(await stopped(never, ['SIGTERM'], 100)).toEqual({ code: 1, events: ['stopping', 'stopped too slowly'] });
  });

  it('ends with 1 when closing fails, and says so in the log', async () => {
    expect(await stopped('throw new Error("disk gone");', ['SIGTERM'])).toEqual({
      code: 1,
      events: ['stopping', 'bug'],
    });
  });
});
