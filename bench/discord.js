// `npm run bench -- discord`: the Discord bot as a process of its own (npm start with a token) on the emulator of the tests, with the
// real engine: how fast commands are acknowledged while a training runs, 200 members who ask at once, answers during a swap, memory
// and start with many servers. Nothing of it leaves this machine.
//
//   --guilds 1000     servers with 2 tasks of 40 examples each, for memory and start
//   --seconds 30      how long commands come in at 20 a second
//   --picture FILE    where the picture of the report card goes

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.js';
import { loadEmulator } from './support/emulator.js';
import { percentile } from './support/figures.js';
import { fillSpaces } from './support/fill.js';

const { values } = parseArgs({
  options: {
    guilds: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '30' },
    picture: { type: 'string' },
  },
  allowPositionals: true,
});
await build();
const { startDiscord } = await loadEmulator();
const home = mkdtempSync(path.join(tmpdir(), 'handful-bench-'));
const store = path.join(home, 'handful.sqlite');
const MANAGE_MESSAGES = 1n << 13n;

const discord = await startDiscord({ globalLimit: 50 });
const guild = discord.addGuild({ name: 'Bench' });
const mod = discord.addUser({ username: 'mona' });
discord.addMember(guild, mod, { permissions: MANAGE_MESSAGES });
const members = Array.from({ length: 200 }, (_, i) => discord.addUser({ username: `member${i}` }));
for (const member of members) discord.addMember(guild, member);
const channel = guild.general;
const others = discord.addGuilds(Number(values.guilds));

const samples = fileURLToPath(new URL('../data/samples/support/', import.meta.url));
const lines = (file) =>
  readFileSync(path.join(samples, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const questions = lines('test.jsonl').map(({ text }) => text);
const examples = lines('train.jsonl');
const labels = [...new Set(examples.map(({ label }) => label))];

let running = null;
try {
  console.log(`${others.length + 1} servers, ${others.length} of them with 2 tasks × 40 examples`);
  await fillSpaces(
    store,
    others.map(({ id }) => `guild-${id}`),
  );
  const bot = await startBot();
  console.log(`start to ready: ${(bot.readyMs / 1000).toFixed(1)} s`);
  await sleep(5000);
  console.log(`memory at rest: ${memory(bot.pid)} MB`);

  const csv = ['text,label', ...examples.map(({ text, label }) => `"${text.replaceAll('"', '""')}",${label}`)].join(
    '\n',
  );
  await discord.slash(mod, channel, 'task create', { name: 'support', labels: labels.join(', ') }).reply();
  await discord.slash(mod, channel, 'task edit', { task: 'support', automatic: false, target: '1' }).reply();
  const upload = { name: 'train.csv', data: csv };
  await discord.slash(mod, channel, 'teach-file', { task: 'support' }, { attachments: { file: upload } }).reply(30_000);
  await crowd('200 members at once, idle');
  await steady('20 commands a second, idle', 10);

  const training = discord.slash(mod, channel, 'model train', { task: 'support', budget: '600' });
  await training.reply();
  await steady('20 commands a second, while it trains', Number(values.seconds));
  console.log(`memory while it trains: ${memory(bot.pid)} MB`);
  await crowd('200 members at once, while it trains');
  await swap(training);
  console.log(`memory after: ${memory(bot.pid)} MB`);
  await bot.stop();
  const wrong = discord.violations;
  console.log(wrong.length === 0 ? 'no rule of Discord broken' : `rules broken: ${JSON.stringify(wrong.slice(0, 5))}`);
} finally {
  running?.kill('SIGKILL');
  await discord.close();
  rmSync(home, { recursive: true, force: true });
}

async function startBot() {
  const started = performance.now();
  const main = fileURLToPath(new URL('../bin/handful.js', import.meta.url));
  const environment = {
    ...process.env,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.api,
    HANDFUL_HOME: home,
  };
  const child = spawn(process.execPath, [main, 'start'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => /"event":"ready"/.test(data) && resolve());
    child.once('exit', (code) => reject(new Error(`the bot ended with ${code}`)));
  });
  const readyMs = performance.now() - started;
  running = child;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    pid: child.pid,
    readyMs,
    stop: async () => {
      const asked = performance.now();
      child.kill('SIGTERM');
      const code = await ended;
      console.log(`SIGTERM to exit: ${((performance.now() - asked) / 1000).toFixed(1)} s, code ${code}`);
    },
  };
}

/** Resident megabytes of the process. */
function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1000);
}

async function ask(member, text) {
  const started = performance.now();
  const interaction = discord.slash(member, channel, 'ask', { task: 'support', text });
  const { latencyMs } = await interaction.acked;
  const reply = await interaction.reply(20_000);
  return { acknowledgedMs: latencyMs, answeredMs: performance.now() - started, content: reply.content, interaction };
}

function report(name, answers, sent) {
  const answered = answers.filter(({ content }) => content.includes('**'));
  const times = (pick) =>
    [50, 95, 99].map((p) => `p${p} ${percentile(answers.map(pick), p / 100).toFixed(0)}`).join(', ');
  const twice = answers.filter(({ interaction }) => interaction.followUps.length > 0).length;
  console.log(
    `${name}: answered ${answered.length} of ${sent}, twice ${twice} · acknowledged ms ${times((a) => a.acknowledgedMs)} · answered ms ${times((a) => a.answeredMs)}`,
  );
}

async function crowd(name) {
  const started = performance.now();
  const asked = members.map((member, i) => ask(member, `${questions[i % questions.length]} ${i}`));
  const answers = (await Promise.allSettled(asked)).flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  );
  report(`${name} (all within ${((performance.now() - started) / 1000).toFixed(1)} s)`, answers, members.length);
}

async function steady(name, seconds) {
  const asked = [];
  for (let i = 0; i < seconds * 20; i++) {
    asked.push(ask(members[i % members.length], `${questions[i % questions.length]} ${i} ${name}`));
    await sleep(50);
  }
  const results = await Promise.allSettled(asked);
  report(
    name,
    results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    asked.length,
  );
}

/** Members ask until the run has ended; every answer names exactly one answerer, and after the report only the new one. */
async function swap(training) {
  const answers = [];
  const ended = async () => (await training.reply()).attachments.length > 0;
  while (!(await ended())) {
    const i = answers.length;
    answers.push(await ask(members[i % members.length], `${questions[i % questions.length]} swap ${i}`));
    // A server may ask 20 times a second.
    await sleep(80);
  }
  for (let i = 0; i < 20; i++) answers.push(await ask(members[i], `${questions[i]} after`));
  const by = (content) => /version (\d+)|in context/.exec(content)?.[0] ?? 'nobody';
  const counts = new Map();
  for (const { content } of answers) counts.set(by(content), (counts.get(by(content)) ?? 0) + 1);
  const mixed = answers.filter(({ content }) => (content.match(/version \d+|in context ·/g) ?? []).length > 1).length;
  console.log(
    `during and after the swap: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}; mixed ${mixed}`,
  );
  const { content, attachments } = await training.reply();
  console.log(`report: ${content.split('\n')[0]}`);
  if (values.picture !== undefined) writeFileSync(values.picture, attachments[0].data);
}
