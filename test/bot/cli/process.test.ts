// The command `handful` as people run it: a real process, the real engine on the hashing encoder, a store of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../../bin/handful.js', import.meta.url));
let home = '';
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'handful-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function handful(
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<Result> {
  const { HOME, PATH } = process.env;
  const env = { HOME, PATH, HANDFUL_HOME: home, HANDFUL_ENCODER: 'hashing', HANDFUL_BACKEND: 'wasm', ...options.env };
  const child = spawn(process.execPath, [BIN, ...args], { cwd: home, env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const SHOTS = [
  ['I was charged twice this month', 'billing'],
  ['my invoice shows the wrong amount', 'billing'],
  ['please refund the second payment', 'billing'],
  ['why did the price of my plan change', 'billing'],
  ['the app crashes when I press save', 'bug'],
  ['an error message comes up at login', 'bug'],
  ['the page does not load any more', 'bug'],
  ['the search button does nothing', 'bug'],
] as const;
const jsonl = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([text, label]) => `${JSON.stringify({ text, label })}\n`).join('');

describe('handful', () => {
  it.each([['train'], ['demo']])('%s trains nothing where training is switched off', async (command) => {
    const { code, out, err } = await handful([command], { env: { HANDFUL_TRAINING: 'off' } });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('Training is switched off: HANDFUL_TRAINING is "off".');
  });

  it('keeps a piped conversation, trains at the end of input, and remembers it all', async () => {
    const input = [
      '/task create name:support labels:"billing, bug"',
      ...SHOTS.map(([text, label]) => `${text} => ${label}`),
      '/ask was I charged twice?',
    ];
    const first = await handful(['chat'], { input: input.join('\n') });
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^support created with 2 labels\./);
    expect(first.out).toMatch(/\nbilling \d+ % {6}in context · nearest: "I was charged twice this month"/);
    expect(first.out).toMatch(
      /\nsupport: (?:version 1 \(\w+\)|the answerer in context) (?:is answering now|stays)|\nsupport: kept/,
    );
    const second = await handful(['chat', '--json'], { input: '/task list\n/ask was I charged twice?\n' });
    expect(second).toMatchObject({ code: 0, err: '' });
    const [list, answer, ...more] = second.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(list.text).toContain('support: billing 4, bug 4');
    expect(answer).toMatchObject({ kind: 'answer', prediction: { closest: 'billing' } });
    expect(more).toEqual([]);
  });

  it('exports what was taught', async () => {
    const { code, out } = await handful(['export', '--task', 'support', '--format', 'jsonl']);
    expect({ code, out }).toEqual({ code: 0, out: jsonl(SHOTS) });
    expect(await handful(['export', '--task', 'suport'])).toMatchObject({
      code: 2,
      err: 'There is no task "suport". Did you mean support?\n',
    });
  });

  it('trains a task of the store and prints the report card', async () => {
    const { code, out } = await handful(['train', '--task', 'support', '--method', 'head']);
    expect(out).toMatch(/Accuracy \d+ % ± \d+ on 8 examples, held out by \d-fold cross-validation\./);
    expect(code).toBe(0);
  });

  it('evaluates a file as one JSON object and nothing else', async () => {
    writeFileSync(path.join(home, 'train.jsonl'), jsonl(SHOTS));
    writeFileSync(
      path.join(home, 'test.jsonl'),
      jsonl([
        ['charged twice', 'billing'],
        ['it crashes', 'bug'],
        ['nice weather', 'oos'],
      ]),
    );
    const { code, out } = await handful([
      'eval',
      '--train',
      'train.jsonl',
      '--test',
      'test.jsonl',
      '--shots',
      '4',
      '--methods',
      'in-context,head',
      '--json',
    ]);
    expect(code).toBe(0);
    const result = JSON.parse(out);
    expect(result).toMatchObject({
      encoder: 'hashing',
      backend: 'wasm',
      seed: 0,
      shots: 4,
      labels: 2,
      trainExamples: 8,
      testExamples: 3,
    });
    expect(result.answerers.map((answerer: { method: string }) => answerer.method)).toEqual(['in-context', 'head']);
    expect(result.answerers[0].outOfScope).toEqual({ recall: expect.any(Number), acceptance: expect.any(Number) });
  });

  it('says what is wrong with a file', async () => {
    writeFileSync(
      path.join(home, 'bad.jsonl'),
      jsonl([
        ['charged', 'billing'],
        ['odd', 'bgu'],
      ]),
    );
    expect(await handful(['eval', '--train', 'train.jsonl', '--test', 'bad.jsonl'])).toMatchObject({
      code: 2,
      out: '',
      err: 'bad.jsonl: 1 of 2 rows cannot be used; line 2: "bgu" is not a label here, did you mean bug?\n',
    });
    expect(await handful(['eval', '--train', 'gone.jsonl', '--test', 'bad.jsonl'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('gone.jsonl'),
    });
  });

  it.each([
    [['tarin'], {}, 'There is no command "tarin". Did you mean handful train?\n'],
    [['train', '--method', 'lroa'], {}, 'There is no method "lroa". Did you mean lora?\n'],
    [
      ['chat'],
      { HANDFUL_TARGET: '90' },
      'HANDFUL_TARGET is "90": expected an accuracy above 0 and up to 1, such as 0.9.\n',
    ],
  ])('%j %j ends with 2 and a sentence', async (args, env, err) => {
    expect(await handful(args, { env })).toMatchObject({ code: 2, out: '', err });
  });

  it('ends with 2 when a line could not be understood, and answers the others', async () => {
    const { code, out } = await handful(['start'], { input: '/tsak create\n/task list\n' });
    expect(code).toBe(2);
    expect(out).toMatch(/^I don't know \/tsak\. Did you mean \/task create\?\nsupport: /);
  });

  it('answers in the language of the terminal', async () => {
    const { out } = await handful(['chat'], { input: '/tsak\n', env: { LANG: 'zh_CN.UTF-8' } });
    expect(out).toBe('我不认识 /tsak。你是想输入 /task create 吗？\n');
  });

  it('doctor finds nothing broken here', async () => {
    const { code, out } = await handful(['doctor']);
    expect(out).toMatch(/^✓ Node [\d.]+\n✓ store .* \(tasks: 1, examples: 8\)\n✓ encoder hashing\n. backend wasm/);
    expect(out).toContain('– Discord: DISCORD_TOKEN is not set; the local chat works without it');
    expect(code).toBe(0);
  });

  it('doctor ends with 1 when the store cannot be opened, and names the secret of nobody', async () => {
    const { code, out } = await handful(['doctor'], {
      env: { HANDFUL_STORE: path.join(home, 'train.jsonl', 'x.sqlite'), DISCORD_TOKEN: 'sesame' },
    });
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ store: /m);
    expect(out).not.toContain('sesame');
  });

  it('stops at SIGTERM in the middle of a training, and puts that back at the next start', async () => {
    const env = { HOME: process.env.HOME, PATH: process.env.PATH, HANDFUL_HOME: home, HANDFUL_ENCODER: 'hashing' };
    const child = spawn(process.execPath, [BIN, 'chat'], { cwd: home, env, stdio: ['pipe', 'pipe', 'inherit'] });
    const said = async (word: string): Promise<void> => {
      for (let out = ''; !out.includes(word); ) out += String((await once(child.stdout, 'data'))[0]);
    };
    child.stdin.write('/model train task:support method:head\n');
    await said('support: training on 8 examples');
    const ended = once(child, 'close');
    const started = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - started).toBeLessThan(10_000);
    const { code, out } = await handful(['chat'], { input: '' });
    expect(out).toMatch(/^support: the training that was interrupted starts again\.\n/);
    expect(out).toMatch(/\nsupport: (?:version|kept|the answerer)/);
    expect(code).toBe(0);
  });

  it('leaves no log of bugs behind', () => {
    expect(() => readFileSync(path.join(home, 'handful.log'))).toThrow(/ENOENT/);
  });
});
