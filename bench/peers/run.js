// Runs a peer on a draw in a process of its own, with a time limit, and scores its answers.

import { fork, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { round, scoreAnswers } from '../support/scores.js';

const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));
const PYTHON = fileURLToPath(new URL('./python/', import.meta.url));

/** The first texts of the test part, at most a quarter of it, are answered one by one. */
const MOST_SINGLE = 50;

/** Peers on JavaScript, in the order of running. */
export const ADAPTERS = [
  'handful',
  'logreg',
  'knn',
  'energeticai',
  'nlpjs',
  'natural-bayes',
  'natural-logistic',
  'fasttext',
  'wink-bayes',
  'bayes',
  'brainjs',
];
/** Scripts of bench/peers/python; they need packages that people install themselves. */
export const SCRIPTS = ['python-logreg', 'python-setfit', 'python-lora'];
/** Those that need no package of bench/peers. */
export const OWN = ['handful', 'logreg', 'knn'];

/**
 * A flat row: scores and costs, or why there are none (`failed`).
 * @param {string} peer
 * @param {{
 *   set: import('../support/sets.js').LabelledSet, shots: number, seed: number, draw: string,
 *   examples: readonly import('../support/sets.js').Example[],
 * }} cell
 * @param {{ timeLimit: number, budgetSeconds: number, methods?: readonly string[] | 'auto' }} limits both in seconds
 */
export async function runPeer(
  peer,
  { set, shots, seed, draw, examples },
  { timeLimit, budgetSeconds, methods = 'auto' },
) {
  const test = set.test.map(({ text }) => text);
  const single = Math.min(MOST_SINGLE, Math.ceil(test.length / 4));
  const job = { adapter: peer, train: examples, test, single, labels: set.labels, seed, budgetSeconds, methods };
  const answered = SCRIPTS.includes(peer) ? await inPython(peer, job, timeLimit) : await inChild(job, timeLimit);
  const row = rowOf(peer, { set, shots, seed, draw, examples });
  if ('failed' in answered) return { ...row, failed: answered.failed };
  const { answers, version, note, ...costs } = answered;
  const scores = await scoreAnswers(set.labels, set.test, answers);
  const rounded = Object.entries(costs).map(([name, value]) => [name, value === null ? null : round(value, 2)]);
  return { ...row, version, ...(note === null ? {} : { note }), ...scores, ...Object.fromEntries(rounded) };
}

/** The row of a peer that was left out, and why. */
export const notTried = (peer, cell, why) => ({ ...rowOf(peer, cell), failed: `not tried: ${why}` });

const rowOf = (peer, { set, shots, seed, draw, examples }) => ({
  part: 'peer',
  set: set.name,
  shots,
  seed,
  draw,
  examples: examples.length,
  peer,
});

function inChild(job, timeLimit) {
  // Its own folder: some libraries look for settings and caches where they run.
  const child = fork(CHILD, {
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--no-deprecation'],
  });
  const answer = new Promise((resolve) => {
    child.once('message', resolve);
    child.once('error', ({ message }) => resolve({ failed: message }));
  });
  child.send(job, () => {});
  return ended(child, answer, timeLimit);
}

/** The same job as JSON on standard input; the answer is the last line of standard output. */
function inPython(peer, job, timeLimit) {
  const script = path.join(PYTHON, `${peer.replace('python-', '')}.py`);
  // -B: leaves no compiled files here.
  const child = spawn(process.env.HANDFUL_BENCH_PYTHON ?? 'python3', ['-B', script], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const parts = [];
  child.stdout.on('data', (part) => parts.push(part));
  const answer = new Promise((resolve) => {
    child.once('error', ({ message }) => resolve({ failed: message }));
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(parts).toString('utf8').trim().split('\n').at(-1)));
    });
  });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(job));
  return ended(child, answer, timeLimit);
}

/** The answer, or how the process ended without one. */
async function ended(child, answer, timeLimit) {
  let isLate = false;
  let errors = '';
  child.stderr.on('data', (part) => {
    errors = `${errors}${part}`.slice(-2000);
  });
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, timeLimit * 1000);
  const closed = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      const how = isLate ? `not done in ${timeLimit} s` : `ended with ${signal ?? code}: ${lastLine(errors)}`;
      // After what it may have sent.
      setImmediate(() => resolve({ failed: how }));
    });
  });
  const result = await Promise.race([answer, closed]);
  clearTimeout(timer);
  await closed;
  return result;
}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? '';
