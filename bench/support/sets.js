// Labelled sets to measure on: the samples that come with Handful, and the folders of `HANDFUL_BENCH_DATA` (else `../shared/data`
// beside the repository, where it is). A folder holds train.jsonl and test.jsonl, perhaps official few-shot files and out-of-scope texts.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLES = fileURLToPath(new URL('../../data/samples/', import.meta.url));
const BESIDE = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Every test part is cut by this seed, so that all runs answer the same texts. */
const TEST_SEED = 0;

/** Han characters on at least half of the letters. */
const CHINESE_SHARE = 0.5;

/**
 * @typedef {{ text: string, label: string }} Example
 * @typedef {{
 *   name: string, language: 'en' | 'zh', labels: readonly string[], train: readonly Example[], test: readonly Example[],
 *   outOfScope: readonly string[], folder: string,
 * }} LabelledSet
 */

export const dataFolder = () => process.env.HANDFUL_BENCH_DATA ?? (existsSync(BESIDE) ? BESIDE : null);

/** Names of the sets that are here, the samples first. */
export function setNames() {
  const folder = dataFolder();
  return [...namesIn(SAMPLES), ...(folder === null ? [] : namesIn(folder))];
}

const namesIn = (folder) =>
  readdirSync(folder)
    .filter(
      (name) => existsSync(path.join(folder, name, 'train.jsonl')) && existsSync(path.join(folder, name, 'test.jsonl')),
    )
    .sort();

/**
 * Throws for a name that is not here. `most` bounds the test part and the out-of-scope texts.
 * @param {string} name
 * @param {{ most?: number }} [options]
 * @returns {Promise<LabelledSet>}
 */
export async function loadSet(name, { most = Number.POSITIVE_INFINITY } = {}) {
  const { createRng } = await import('../../dist/engine/index.js');
  const folder = [SAMPLES, dataFolder()].find(
    (each) => each !== null && existsSync(path.join(each, name, 'train.jsonl')),
  );
  if (folder === undefined) {
    throw new Error(
      `There is no set "${name}". Expected one of ${setNames().join(', ')}; HANDFUL_BENCH_DATA names a folder of more.`,
    );
  }
  const read = (file) => readJsonl(path.join(folder, name, file));
  const cut = (rows) => (rows.length <= most ? rows : createRng(TEST_SEED, 'bench', name).shuffle(rows).slice(0, most));
  const train = read('train.jsonl');
  const outside = existsSync(path.join(folder, name, 'oos_test.jsonl')) ? read('oos_test.jsonl') : [];
  return {
    name,
    language: languageOf(train.slice(0, 200)),
    labels: [...new Set(train.map(({ label }) => label))],
    train,
    test: cut(read('test.jsonl')),
    outOfScope: cut(outside).map(({ text }) => text),
    folder: path.join(folder, name),
  };
}

/**
 * `shots` examples a label. The official file where the set has one (`train_10.jsonl` is draw 0 of 10 shots; `train_0.jsonl` …
 * are whole draws of FewCLUE, from which fewer shots are drawn), else drawn by the seed, as `handful eval --shots --seed` draws.
 * @param {LabelledSet} set @param {number} shots @param {number} seed
 * @returns {Promise<{ examples: readonly Example[], draw: 'official' | 'seeded' }>}
 */
export async function drawShots(set, shots, seed) {
  const { createRng, sampleShots } = await import('../../dist/engine/index.js');
  const sample = (rows) => sampleShots(rows, shots, createRng(seed, 'shots')).sample;
  const draws = officialDraws(set);
  if (draws.length > 0) {
    const rows = readJsonl(draws[seed % draws.length]);
    const most = rows.length / set.labels.length;
    if (shots === most && seed < draws.length) return { examples: rows, draw: 'official' };
    if (shots < most) return { examples: sample(rows), draw: 'seeded' };
  } else {
    const file = path.join(set.folder, `train_${shots}.jsonl`);
    if (seed === 0 && existsSync(file)) return { examples: readJsonl(file), draw: 'official' };
  }
  return { examples: sample(set.train), draw: 'seeded' };
}

/** Files of whole draws, `train_0.jsonl`, `train_1.jsonl` …: only with both of these is the number that of a draw. */
function officialDraws({ folder }) {
  const file = (draw) => path.join(folder, `train_${draw}.jsonl`);
  if (!existsSync(file(0)) || !existsSync(file(1))) return [];
  const draws = [];
  for (let draw = 0; existsSync(file(draw)); draw++) draws.push(file(draw));
  return draws;
}

function languageOf(rows) {
  const letters = rows.map(({ text }) => text.match(/\p{L}/gu)?.length ?? 0).reduce((sum, n) => sum + n, 0);
  const han = rows.map(({ text }) => text.match(/\p{Script=Han}/gu)?.length ?? 0).reduce((sum, n) => sum + n, 0);
  return han / Math.max(1, letters) >= CHINESE_SHARE ? 'zh' : 'en';
}

/** @returns {Example[]} */
const readJsonl = (file) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { text, label } = JSON.parse(line);
      return { text, label };
    });
