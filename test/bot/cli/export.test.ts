// `handful export` as people run it: a real process on a store that holds a version.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace } from '../../../src/bot/workspace/index.js';
import { openStore, systemClock } from '../../../src/engine/index.js';
import { addVersion, LABELS } from '../export-versions.js';

const BIN = fileURLToPath(new URL('../../../bin/handful.js', import.meta.url));
let home = '';
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'handful-'));
  const store = await openStore(path.join(home, 'handful.sqlite'));
  const workspace = createWorkspace({ store, clock: systemClock, ids: () => 'task1' });
  const task = await workspace.createTask('local', {
    name: 'support',
    labels: LABELS.map((name) => ({ name })),
    by: 'me',
  });
  await workspace.teach(task, [{ text: 'charged twice', label: 'billing' }], { by: 'me' });
  await addVersion(workspace, 'local', 'hashing');
  await store.close();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function handful(args: readonly string[]): Promise<Result> {
  const { HOME, PATH } = process.env;
  const env = { HOME, PATH, HANDFUL_HOME: home, HANDFUL_ENCODER: 'hashing', HANDFUL_BACKEND: 'wasm' };
  const child = spawn(process.execPath, [BIN, ...args], { cwd: home, env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('handful export', () => {
  it('writes a trained version to a folder, and none over another', async () => {
    const args = ['export', '--task', 'support', '--format', 'onnx', '--version', '1', '--out', 'model'];
    const { code, out } = await handful(args);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^Version 1 of support written as onnx \([\d.]+ kB\): .*model\n$/),
    });
    expect(readdirSync(path.join(home, 'model')).sort()).toEqual(['handful.json', 'model.onnx']);
    const description = JSON.parse(readFileSync(path.join(home, 'model', 'handful.json'), 'utf8'));
    expect(description).toMatchObject({ method: 'head', labels: LABELS });
    const again = await handful(args);
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('model exists already.') });
  });

  it('writes examples for language models to standard output', async () => {
    const { code, out } = await handful(['export', '--format', 'sft-instruction']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ input: '"""\ncharged twice\n"""', output: 'billing' });
  });

  it.each([
    [
      ['--format', 'gguf'],
      '--format: expected one of csv, tsv, jsonl, sft-chat, sft-instruction, safetensors, onnx, peft, found "gguf".\n',
    ],
    [['--format', 'onnx', '--version', 'two'], '--version: expected the number of a version, found "two".\n'],
    [['--format', 'onnx', '--version', '9'], 'support has no version 9. It has: 1.\n'],
    [
      ['--format', 'peft'],
      'PEFT holds a LoRA over an encoder of the BERT family: the encoder of this version is not tuned. Use safetensors or onnx.\n',
    ],
  ])('says what is wrong with %j', async (more, err) => {
    expect(await handful(['export', ...more])).toMatchObject({ code: 2, out: '', err });
    expect(existsSync(path.join(home, 'support-v1-peft'))).toBe(false);
  });
});
