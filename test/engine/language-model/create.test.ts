import path from 'node:path';
import { expect, it } from 'vitest';
import { createLanguageModel } from '../../../src/engine/index.js';
import { TINY } from '../../support/language-model/tiny.js';

const create = (model: string, options: Record<string, unknown> = {}) =>
  createLanguageModel({ model, home: '/home/someone/.handful', ...options });

it.each(['', '  ', 'none', 'None'])('%j is no model', (value) => {
  expect(create(value)).toBeNull();
});

it.each([
  ['http://localhost:11434/v1#qwen3:0.6b', 'openai-compatible', 'qwen3:0.6b (localhost:11434)'],
  ['https://api.example.com/v1/#vendor/model', 'openai-compatible', 'vendor/model (api.example.com)'],
  [TINY, 'transformers-js', 'tiny-decoder'],
  ['./not/there/yet', 'transformers-js', 'yet'],
  ['HuggingFaceTB/SmolLM2-135M-Instruct', 'transformers-js', 'HuggingFaceTB/SmolLM2-135M-Instruct'],
  [path.relative(process.cwd(), TINY), 'transformers-js', 'tiny-decoder'],
])('%s is one, and loads nothing yet', (value, kind, name) => {
  const model = create(value)!;
  expect(model.describe()).toMatchObject({ kind, name, state: 'unloaded', facts: null });
});

it.each([
  [
    'http://localhost/v1',
    {},
    /^The language model server localhost needs the name of a model after a #\. Expected something like/,
  ],
  ['http://#x', {}, /^The address of the language model server is none/],
  ['https://me:secret@host/v1#m', {}, /holds a password/],
  ['what is this?', {}, /^"what is this\?" is no language model\. Expected none, a folder,/],
  ['a/b', { dtype: 'q5' }, /^There is no weights type "q5"\. Expected one of fp32, /],
  ['a/b', { device: 'tpu' }, /^There is no device "tpu"\. Expected one of cpu, /],
  ['a/b', { hub: 'nowhere' }, /^The hub address "nowhere" is none/],
])('%s %j is a mistake', (value, options, message) => {
  expect(() => create(value, options)).toThrow(
    expect.objectContaining({ code: 'bad-configuration', message: expect.stringMatching(message) }),
  );
  expect(() => create('https://me:secret@host/v1#m')).not.toThrow(/secret/);
});
