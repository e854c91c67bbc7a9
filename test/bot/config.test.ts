import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/bot/config.js';

describe('the language model', () => {
  it('is none unless it is set', () => {
    expect(readConfig({}).languageModel).toBeNull();
    expect(readConfig({ HANDFUL_LLM: 'None' }).languageModel).toBeNull();
  });

  it('has its settings, and the key is none of them', () => {
    const config = readConfig({
      HANDFUL_LLM: 'http://localhost:11434/v1#qwen3',
      HANDFUL_LLM_CONTEXT: '8192',
      HANDFUL_LLM_PROMPT: 'chain-of-thought',
      HANDFUL_LLM_KEY: 'sesame',
    });
    expect(config.languageModel).toEqual({
      model: 'http://localhost:11434/v1#qwen3',
      dtype: undefined,
      device: undefined,
      contextSize: 8192,
      prompt: 'chain-of-thought',
    });
    expect(JSON.stringify(config)).not.toContain('sesame');
  });

  it.each([
    ['HANDFUL_LLM_CONTEXT', '12', 'expected a whole number of tokens from 256 to 10000000.'],
    [
      'HANDFUL_LLM_PROMPT',
      'many-shot',
      'expected one of auto, few-shot, one-shot, zero-shot, instruction, chain-of-thought.',
    ],
  ])('refuses %s=%s', (name, value, expected) => {
    expect(() => readConfig({ [name]: value })).toThrow(`${name} is "${value}": ${expected}`);
  });
});

describe('the configuration', () => {
  it('has a default for everything', () => {
    const config = readConfig({ HOME: '/home/ann' });
    expect(config).toMatchObject({
      encoder: 'embedded',
      backend: 'auto',
      training: true,
      target: 0.9,
      seed: 0,
      budgetSeconds: 1800,
      language: 'en',
      colour: true,
      discord: null,
    });
    expect(config.store).toBe(path.join(config.home, 'handful.sqlite'));
  });

  it('takes the language from HANDFUL_LANGUAGE, then LC_ALL, then LANG', () => {
    expect(readConfig({ LANG: 'zh_CN.UTF-8' }).language).toBe('zh');
    expect(readConfig({ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }).language).toBe('en');
    expect(readConfig({ HANDFUL_LANGUAGE: 'zh', LC_ALL: 'C' }).language).toBe('zh');
  });

  it('takes empty variables as not set, and keeps memory: as it is', () => {
    expect(readConfig({ HANDFUL_TARGET: ' ', HANDFUL_STORE: 'memory:' })).toMatchObject({
      target: 0.9,
      store: 'memory:',
    });
  });

  it.each([
    ['HANDFUL_TARGET', '1.5', 'expected an accuracy above 0 and up to 1, such as 0.9.'],
    ['HANDFUL_TARGET', 'high', 'expected an accuracy above 0 and up to 1, such as 0.9.'],
    [
      'HANDFUL_ENCODER',
      'bert',
      'expected one of embedded, use-lite, static-en-zh, hashing, a folder of a sentence encoder, or its hub id (owner/name).',
    ],
    ['HANDFUL_ENCODERS', 'me/model, bert', 'expected encoders with commas: hub ids (owner/name) and folders.'],
    ['HF_ENDPOINT', 'mirror', 'expected the http or https address of a model hub.'],
    ['HANDFUL_BACKEND', 'gpu', 'expected one of auto, tensorflow, webgpu, wasm, cpu.'],
    ['HANDFUL_TRAINING', 'maybe', 'expected one of on, off.'],
    ['HANDFUL_SEED', '1.5', 'expected a whole number from 0 to 4294967295.'],
    ['HANDFUL_BUDGET_SECONDS', '0', 'expected seconds from 1 to 86400.'],
    ['HANDFUL_THREADS', '-1', 'expected a whole number of worker threads from 1 to 64.'],
    ['HANDFUL_LANGUAGE', 'fr', 'expected one of en, zh.'],
    [
      'HANDFUL_STORE',
      'redis://localhost',
      'expected the path of an SQLite file, or memory: (servers such as redis:// and postgres:// are not part of this version).',
    ],
  ])('refuses %s=%s', (name, value, expected) => {
    expect(() => readConfig({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'bad-configuration', message: `${name} is "${value}": ${expected}` }),
    );
  });

  it('names every wrong variable at once and never a secret', () => {
    const wrong = { HANDFUL_SEED: 'x', HANDFUL_TARGET: '2', DISCORD_TOKEN: 'sesame' };
    expect(() => readConfig(wrong)).toThrow(/^HANDFUL_TARGET.*\nHANDFUL_SEED[^\n]*$/);
    expect(JSON.stringify(readConfig({ DISCORD_TOKEN: 'sesame' }))).not.toContain('sesame');
  });
});
