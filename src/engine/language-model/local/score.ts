// Log-probabilities of continuations. The prompt is read once; each continuation costs only the tokens that it does not share
// with the others, and continuations of similar length go through the decoder together.

import type { ContinuationScore } from '../language-model.js';
import { bytesOf, dispose, isFlexible, type Past, repeat } from './past.js';
import { sharedPrefix } from './prefix-cache.js';
import { type Reader, readPrompt } from './read.js';

export interface ScoreRequest {
  readonly reader: Reader;
  /** Each continuation with the prompt before it, tokenised as one text. */
  readonly whole: readonly (readonly number[])[];
  /** First token that counts, the same for all; at least 1. */
  readonly start: number;
  /** Memory that repeating the prompt's past for a batch may take. */
  readonly batchBytes: number;
}

export async function scoreWhole({ reader, whole, start, batchBytes }: ScoreRequest): Promise<ContinuationScore[]> {
  if (whole.length === 0) return [];
  const shared = sharedPrefix(whole);
  const prefix = whole[0]!.slice(0, shared);
  const { logits, past, cached } = await readPrompt(reader, prefix, shared - start + 1);
  let common = 0;
  for (let i = start; i < shared; i++) common += logProbability(logits.at(0, i - start), prefix[i]!);
  const afterPrefix = logits.at(0, shared - start);
  const normaliser = logSum(afterPrefix);
  const rests = whole.map((ids) => ids.slice(shared));
  const sums = rests.map(([first]) => common + (first === undefined ? 0 : afterPrefix[first]! - normaliser));
  const longer = rests.flatMap((rest, index) => (rest.length > 1 ? [{ index, rest }] : []));
  for (const batch of batches(longer, rowsFor(past, batchBytes))) {
    reader.checkpoint();
    const length = batch[0]!.rest.length - 1;
    // Shorter rows are filled up behind their end, where nothing before can see it.
    const rows = batch.map(({ rest }) => [
      ...rest.slice(0, -1),
      ...Array<number>(length + 1 - rest.length).fill(rest[0]!),
    ]);
    const before = batch.length === 1 ? past : repeat(past, batch.length);
    const step = await reader.decoder.feed(rows, before, { keep: length, past: false });
    if (before !== past) dispose(before);
    batch.forEach(({ index, rest }, row) => {
      for (let i = 1; i < rest.length; i++) sums[index]! += logProbability(step.logits.at(row, i - 1), rest[i]!);
    });
  }
  if (!cached) dispose(past);
  return whole.map((ids, i) => ({ logProbability: sums[i]!, tokens: ids.length - start }));
}

interface Row {
  readonly index: number;
  readonly rest: readonly number[];
}

/** Rows of similar length together, the longest of each batch first. */
function batches(rows: readonly Row[], maxRows: number): Row[][] {
  const out: Row[][] = [];
  for (const row of [...rows].sort((a, b) => b.rest.length - a.rest.length)) {
    const batch = out.at(-1);
    if (batch === undefined || batch.length === maxRows || batch[0]!.rest.length > 2 * row.rest.length) out.push([row]);
    else batch.push(row);
  }
  return out;
}

const rowsFor = (past: Past, batchBytes: number): number =>
  isFlexible(past) ? Math.max(1, Math.floor(batchBytes / Math.max(1, bytesOf(past)))) : 1;

/** Of a token, by softmax of the raw scores, in double precision. */
export const logProbability = (scores: Float32Array, token: number): number => scores[token]! - logSum(scores);

function logSum(scores: Float32Array): number {
  let max = -Infinity;
  for (const score of scores) if (score > max) max = score;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - max);
  return max + Math.log(sum);
}
