// The concept base that ships with Handful (data/concepts), read once a process.

import { readdir, readFile } from 'node:fs/promises';
import { parseConcept } from './parse.js';
import type { Concept } from './types.js';

// src/bot/concepts and dist/bot/concepts lie equally deep.
const FOLDER = new URL('../../../data/concepts/', import.meta.url);

let loaded: Promise<readonly Concept[]> | null = null;

/** All topics, in the order of their ids. */
export function loadConcepts(): Promise<readonly Concept[]> {
  loaded ??= readFolder(FOLDER);
  return loaded;
}

/** Throws with the file and line of the first mistake: a folder of ours with one in it is a bug. */
export async function readFolder(folder: URL): Promise<readonly Concept[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.md') && file !== 'README.md').sort();
  return Promise.all(
    files.map(async (file) => {
      const parsed = parseConcept(await readFile(new URL(file, folder), 'utf8'));
      if ('concept' in parsed) return parsed.concept;
      const { line, expected, found } = parsed.problem;
      throw new Error(`${file}, line ${line}: expected ${expected}, found "${found}"`);
    }),
  );
}
