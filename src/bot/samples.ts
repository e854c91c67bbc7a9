// The labelled samples that ship with Handful (data/samples): small tasks to try things on.

import { readFile } from 'node:fs/promises';
import { importExamples, type LabelledText } from '../engine/index.js';
import type { Language } from './catalogue/index.js';

export const SAMPLES = ['support', 'community', 'support-zh'] as const;
export type SampleName = (typeof SAMPLES)[number];

export interface Sample {
  readonly name: SampleName;
  readonly instruction: string;
  readonly labels: readonly string[];
  /** In an order in which the first labels × k rows hold k of each label. */
  readonly train: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

const INSTRUCTIONS: Readonly<Record<SampleName, string>> = {
  support: 'Which team should see this message?',
  community: 'What is this message in a community for?',
  'support-zh': '这条客户消息应该交给哪个小组？',
};

// src/bot and dist/bot lie equally deep.
const FOLDER = new URL('../../data/samples/', import.meta.url);

export function sampleFor(language: Language): SampleName {
  return language === 'zh' ? 'support-zh' : 'community';
}

export async function readSample(name: SampleName): Promise<Sample> {
  const [train, test] = await Promise.all([readRows(name, 'train'), readRows(name, 'test')]);
  return { name, instruction: INSTRUCTIONS[name], labels: [...new Set(train.map((row) => row.label))], train, test };
}

async function readRows(name: SampleName, part: 'train' | 'test'): Promise<LabelledText[]> {
  const fileName = `${part}.jsonl`;
  const { rows } = await importExamples(await readFile(new URL(`${name}/${fileName}`, FOLDER)), { fileName });
  return rows.flatMap(({ text, label }) => (label === null ? [] : [{ text, label }]));
}
