// Taught in one language, asked in another. A multilingual encoder puts the same meaning in both close together, but texts of one
// language closer still: measured against the threshold of its shots, nearly every text in another language looks out of scope
// (multilingual-e5-small: 73 % of the Chinese questions to a task taught in English, all of the English ones to a Chinese task).
//
// So texts in a script that the task was not taught in get a threshold of their own: how near everyday sentences of that script,
// which are about nothing in particular, come to the task's labels.

import { scriptShares } from '../data/scripts.js';
import type { WeightedBlock } from '../encoders/blocks.js';
import { sliceOf } from '../encoders/blocks.js';
import type { EncoderLibrary } from '../encoders/load.js';
import { type EncodedTexts, featuresOf, fitFeatureSpace } from '../features.js';
import { EVERYDAY } from './everyday-sentences.js';
import { quantile, type Scope, scopeSimilarities } from './scope.js';

/**
 * Quantile of the everyday sentences that is the threshold. On the sample tasks (five labels; 5, 10 and 20 shots, three draws,
 * multilingual-e5-small) it answers 97 to 100 % of the questions in the other language, against 0 to 29 % before, and 16 to 21 %
 * of Chinese headlines put to a task taught in English, as many as where that was taught in Chinese. The median refuses one in
 * ten good Chinese questions, the upper quartile half of them.
 */
const EVERYDAY_SHARE = 0.25;

/** Share of the sentences whose translation is the nearest one, from which an encoder counts as knowing both languages. */
const LEAST_FOUND = 0.75;

/** Share of the shots below which a script counts as not taught. */
const UNTAUGHT = 0.1;

/** A Chinese text may name things in Latin letters. */
const LEAST_HAN = 0.2;

type Script = keyof typeof EVERYDAY;

/** The script of most of a text's words; null where it has none of both. */
export function scriptOf(text: string): Script | null {
  const { latin, han } = scriptShares([text]);
  if (han >= LEAST_HAN) return 'han';
  return latin >= 0.5 ? 'latin' : null;
}

/** Cosine below which this text is out of scope. */
export const thresholdFor = (text: string, { threshold, otherScript }: Scope): number =>
  otherScript !== undefined && scriptOf(text) === otherScript.script ? otherScript.threshold : threshold;

/** The scope with a threshold for the script that was not taught, where the encoders know both languages. */
export async function withOtherScript(
  scope: Scope,
  texts: readonly string[],
  blocks: readonly WeightedBlock[],
  library: Pick<EncoderLibrary, 'encode'>,
): Promise<Scope> {
  const script = untaught(texts);
  const encoders = [...new Set(blocks.map(({ name }) => sliceOf(name).encoder))];
  // use-lite knows Latin script alone.
  if (script === null || scope.threshold === -1 || encoders.includes('use-lite')) return scope;
  const latin = await library.encode(EVERYDAY.latin, encoders);
  const han = await library.encode(EVERYDAY.han, encoders);
  if (translationsFound(latin, han, blocks) < LEAST_FOUND) return scope;
  const near = scopeSimilarities(script === 'han' ? han : latin, scope);
  return { ...scope, otherScript: { script, threshold: quantile([...near], EVERYDAY_SHARE) } };
}

/** The one of both scripts that hardly any shot is written in; null where there are shots in both, or in none. */
function untaught(texts: readonly string[]): Script | null {
  const scripts = texts.map(scriptOf);
  const share = (script: Script): number => scripts.filter((own) => own === script).length / texts.length;
  const [latin, han] = [share('latin'), share('han')];
  if (latin < UNTAUGHT && han >= 0.5) return 'latin';
  return han < UNTAUGHT && latin >= 0.5 ? 'han' : null;
}

/** Share of the sentences whose nearest one in the other language, each language centred, is their translation. */
function translationsFound(latin: EncodedTexts, han: EncodedTexts, blocks: readonly WeightedBlock[]): number {
  const centred = (texts: EncodedTexts) => featuresOf(texts, fitFeatureSpace(texts, blocks));
  const [own, others] = [centred(latin), centred(han)];
  const { rows, width } = own;
  let found = 0;
  for (let row = 0; row < rows; row++) {
    const cosines = Array.from({ length: rows }, (_, other) => {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += own.dense[row * width + d]! * others.dense[other * width + d]!;
      return sum;
    });
    if (cosines.indexOf(Math.max(...cosines)) === row) found++;
  }
  return found / rows;
}
