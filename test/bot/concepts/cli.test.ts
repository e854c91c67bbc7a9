// `handful concept` as people run it.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../../../bin/handful.js', import.meta.url));
const concept = (...args: string[]) => {
  const { HOME, PATH } = process.env;
  const env = { HOME, PATH, HANDFUL_ENCODER: 'hashing', HANDFUL_BACKEND: 'wasm' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, 'concept', ...args], { env, encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('handful concept', () => {
  it('prints one JSON object and nothing else', () => {
    const { status, stdout, stderr } = concept('what is LoRA?', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      answered: true,
      ids: ['lora'],
      language: 'en',
      score: expect.closeTo(1, 1),
      answer: expect.stringContaining('Low-Rank Adaptation'),
      sources: [expect.stringContaining('https://arxiv.org/abs/2106.09685')],
    });
  });

  it('refuses in words, and ends well', () => {
    const { status, stdout } = concept('怎么做红烧肉');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^这个我不知道.*\n你也许想问：\n {2}1 /);
  });

  it('ends with 2 without a question', () => {
    expect(concept('  ')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('needs question') });
    expect(concept().status).toBe(2);
  });
});
