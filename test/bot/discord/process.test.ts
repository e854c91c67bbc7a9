// `handful start` as an operator runs it: a real process with the real engine, on the emulator and a store of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PermissionFlagsBits } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Channel, type Discord, startDiscord, type User } from '../../support/discord/index.js';

const BIN = fileURLToPath(new URL('../../../bin/handful.js', import.meta.url));
const READY_MS = 30_000;
/** As long as the supervisor of a service waits before it kills. */
const STOP_MS = 10_000;

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

let home = '';
let discord: Discord;
let channel: Channel;
let mod: User;
let runs: Run[] = [];

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'handful-'));
  runs = [];
  discord = await startDiscord();
  const guild = discord.addGuild({ name: 'Test' });
  channel = guild.general;
  mod = discord.addUser({ username: 'mona' });
  discord.addMember(guild, mod, { permissions: PermissionFlagsBits.ManageMessages });
});
afterEach(async () => {
  for (const { child, ended } of runs) {
    if (child.exitCode === null) child.kill('SIGKILL');
    await ended;
  }
  await discord.close();
  rmSync(home, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}): Run {
  const { HOME, PATH } = process.env;
  const child = spawn(process.execPath, [BIN, 'start'], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      HOME,
      PATH,
      HANDFUL_HOME: home,
      HANDFUL_ENCODER: 'hashing',
      HANDFUL_BACKEND: 'wasm',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.api,
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      output += signal === null ? '' : `killed by ${signal}`;
      resolve(code);
    });
  });
  const run = { child, output: () => output, ended };
  runs.push(run);
  return run;
}

/** Until it has registered with Discord and says so. */
async function ready(run: Run): Promise<void> {
  const connected = discord.until('a session', () => discord.sessions().some((session) => session.connected), READY_MS);
  const died = run.ended.then((code) => {
    throw new Error(`ended with ${code}: ${run.output()}`);
  });
  await Promise.race([connected, died]);
  while (!run.output().includes('Handful is in')) {
    await Promise.race([died, new Promise((resolve) => run.child.stderr!.once('data', resolve))]);
  }
  died.catch(() => {});
}

/** Enough that a training takes a while. */
function examples(): string {
  const words = ['invoice', 'crash', 'thanks', 'price', 'login', 'lovely', 'refund', 'error', 'great', 'charge'];
  const rows = Array.from({ length: 900 }, (_, i) => {
    const text = [i, i * 7, i * 13, i * 29].map((n) => `${words[n % 10]}${n % 37}`).join(' ');
    return `${text} ${i},label${i % 12}`;
  });
  return ['text,label', ...rows].join('\n');
}

describe('handful start with DISCORD_TOKEN', () => {
  it('answers, stops in the middle of a training, and goes on with it at the next start', async () => {
    const first = start();
    await ready(first);
    expect(first.output()).toContain(`https://discord.com/oauth2/authorize?client_id=${discord.appId}&`);
    const labels = Array.from({ length: 12 }, (_, i) => `label${i}`).join(', ');
    await discord.slash(mod, channel, 'task create', { name: 'support', labels }).reply();
    await discord.slash(mod, channel, 'task edit', { task: 'support', automatic: false }).reply();
    const file = { name: 'many.csv', data: examples() };
    const taught = await discord.slash(mod, channel, 'teach-file', {}, { attachments: { file } }).reply(20_000);
    expect(taught.content).toContain('900 rows:');
    const answer = await discord.slash(mod, channel, 'ask', { text: 'invoice0 invoice0 0' }).reply(20_000);
    expect(answer.content).toMatch(/label\d+ \d+ %/);
    const message = await discord.slash(mod, channel, 'model train').reply(20_000);
    expect(message.content).toMatch(/^support: training on \d+ examples/);
    const stopping = performance.now();
    first.child.kill('SIGTERM');
    expect(await first.ended, first.output()).toBe(0);
    expect(performance.now() - stopping).toBeLessThan(STOP_MS);
    expect(message.attachments).toEqual([]);

    const second = start({ HANDFUL_BUDGET_SECONDS: '20' });
    await ready(second);
    await discord.until('the run again', () => message.content.includes('I was restarted'), 20_000);
    const cancelled = await discord.click(mod, message, 'Cancel').reply(20_000);
    expect(cancelled.content).toContain('stopping the training');
    await discord.until('the end', () => message.content.includes('training cancelled'), 20_000);
    second.child.kill('SIGTERM');
    expect(await second.ended, second.output()).toBe(0);
    for (const run of runs) expect(run.output()).not.toContain(discord.token);
    expect(discord.violations).toEqual([]);
  });

  it('says what is wrong with a token, and ends', async () => {
    const token = 'not-the-token-of-this-bot';
    const run = start({ DISCORD_TOKEN: token });
    expect(await run.ended).toBe(2);
    expect(run.output()).toContain('Discord refused DISCORD_TOKEN (401).');
    expect(run.output()).not.toContain(token);
    expect(run.output()).not.toMatch(/^\s+at /m);
  });

  it('ends with the reason when its token is reset while it runs', async () => {
    const run = start();
    await ready(run);
    discord.resetToken();
    expect(await run.ended).toBe(2);
    expect(run.output()).toMatch(/"where":"disconnected for good"/);
    expect(run.output()).toContain('Discord refused DISCORD_TOKEN');
    expect(run.output()).not.toContain(discord.token);
  });
});
