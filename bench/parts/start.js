// The real command from a standing start: to the first prompt, and to the first answer of a task that its store holds. In a terminal
// of its own where the machine has `script` (util-linux); elsewhere through a pipe, where there is no prompt.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runApart, serve } from '../support/apart.js';
import { openBot } from '../support/bot.js';
import { sampleRows } from '../support/texts.js';

const MAIN = fileURLToPath(new URL('../../bin/handful.js', import.meta.url));
const SELF = new URL(import.meta.url);
const PROMPT = '› ';
const QUESTION = 'why was my card charged two times?';
/** Every answer says who gave it. */
const ANSWERED = /in context/;
const PATIENCE_MS = 120_000;

if (process.send !== undefined) serve(fill);

/** @returns {Promise<{ terminal: boolean, node: number[], prompt: number[], answer: number[] }>} milliseconds, a number each round */
export async function startTimes(rounds) {
  const home = mkdtempSync(path.join(tmpdir(), 'handful-start-'));
  const terminal = hasTerminal();
  try {
    await runApart(SELF, { store: path.join(home, 'handful.sqlite') });
    const times = { terminal, node: [], prompt: [], answer: [] };
    // The first start compiles nothing and reads the files into the system's cache.
    await startOnce(home, terminal);
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      spawnSync(process.execPath, ['-e', '0']);
      times.node.push(performance.now() - started);
      const { promptMs, answerMs } = await startOnce(home, terminal);
      if (promptMs !== null) times.prompt.push(promptMs);
      times.answer.push(answerMs);
    }
    return times;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function fill({ store }) {
  const bot = await openBot(store);
  await bot.teach('local', 'support', sampleRows('support', 'train').slice(0, 40));
  await bot.close();
}

const hasTerminal = () =>
  process.platform === 'linux' && spawnSync('script', ['--version'], { stdio: 'ignore' }).status === 0;

function startOnce(home, terminal) {
  const started = performance.now();
  const command = terminal
    ? ['script', ['-qfec', `'${process.execPath}' '${MAIN}' chat`, '/dev/null']]
    : [process.execPath, [MAIN, 'chat']];
  const env = { ...process.env, HANDFUL_HOME: home, HANDFUL_LANGUAGE: 'en', HANDFUL_LLM: '', NO_COLOR: '1' };
  const child = spawn(...command, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  let promptMs = null;
  let answerMs = null;
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  if (!terminal) child.stdin.end(`${QUESTION}\n`);
  child.stdout.on('data', (data) => {
    shown += data;
    const now = performance.now() - started;
    if (terminal && promptMs === null && shown.includes(PROMPT)) {
      promptMs = now;
      child.stdin.write(`${QUESTION}\r`);
    }
    if (answerMs === null && ANSWERED.test(shown)) {
      answerMs = now;
      // Ctrl-D leaves.
      if (terminal) child.stdin.write('\u0004');
    }
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      clearTimeout(timer);
      if (answerMs === null) reject(new Error(`the chat ended with ${code} before it answered: ${shown.slice(-500)}`));
      else resolve({ promptMs, answerMs });
    });
  });
}
