import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METHOD_NAMES, METHOD_OPTIONS } from '../../src/engine/index.js';

const text = readFileSync(new URL('../../docs/methods.md', import.meta.url), 'utf8');
const sections = new Map(
  text.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')).trim(), section] as const),
);
/** A section reads on in those that it says it takes its settings from. */
const SHARED = ['Settings of every method that trains', 'Settings of every method that trains inside the encoder'];
const readsOn = (method: string): string[] =>
  ['contrastive', 'prototypes', 'pretrain'].includes(method) ? [method, 'lora', ...SHARED] : [method, ...SHARED];

describe('docs/methods.md', () => {
  it.each(METHOD_NAMES)('has %s in its table', (method) => {
    expect(text).toContain(`| \`${method}\` |`);
  });

  it.each(METHOD_NAMES)('names every setting of %s with its default, nearest to the method first', (method) => {
    for (const [name, value] of Object.entries(METHOD_OPTIONS[method].parse({}))) {
      const section = readsOn(method).find((title) => sections.get(title)?.includes(`\`${name}=`));
      expect(section, `${name} of ${method}`).toBeDefined();
      expect(sections.get(section!)).toContain(`\`${name}=${value}\``);
    }
  });
});
