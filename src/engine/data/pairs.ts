// Pairs of shots for contrastive tuning (Tunstall et al., 2022, https://arxiv.org/abs/2209.11055): two shots of one label are
// alike, two of different labels are not. Pairs are counted and drawn by their number, never all written down: 1,000 shots
// have half a million.

import type { Rng } from '../random.js';

/**
 * `oversampling`: as many alike as unlike pairs, the rarer kind repeated; `undersampling`: as many, the more frequent kind cut;
 * `unique`: each pair once.
 */
export const PAIR_SAMPLINGS = ['oversampling', 'undersampling', 'unique'] as const;
export type PairSampling = (typeof PAIR_SAMPLINGS)[number];

/**
 * `supervised`: the texts of a batch of pairs are contrasted with one another (Khosla et al., 2020); `cosine`: the cosine of each
 * pair is brought to 1 or 0, SetFit's own.
 */
export const PAIR_LOSSES = ['supervised', 'cosine'] as const;
export type PairLoss = (typeof PAIR_LOSSES)[number];

/** Two different rows. */
export interface Pair {
  readonly first: number;
  readonly second: number;
  /** Whether they have the same label. */
  readonly alike: boolean;
}

export interface PairOptions {
  readonly sampling: PairSampling;
  /** Pairs at most. */
  readonly most: number;
}

/** How many different pairs there are. */
export interface PairCounts {
  readonly alike: number;
  readonly unlike: number;
}

export function countPairs(labels: ArrayLike<number>): PairCounts {
  const alike = rowsByLabel(labels).reduce((sum, { length }) => sum + triangle(length), 0);
  return { alike, unlike: triangle(labels.length) - alike };
}

/**
 * Pairs in random order. No pair comes twice before every other of its kind has come once. The cap keeps the proportion of the
 * two kinds; a kind of which there is none (one label, or one shot a label) is left out.
 */
export function drawPairs(labels: ArrayLike<number>, { sampling, most }: PairOptions, rng: Rng): Pair[] {
  const rows = rowsByLabel(labels);
  const counts = countPairs(labels);
  const wanted = wantedPairs(counts, sampling, most);
  return rng.shuffle([
    ...drawNumbers(counts.alike, wanted.alike, rng).map((number) => alikePair(rows, number)),
    ...drawNumbers(counts.unlike, wanted.unlike, rng).map((number) => unlikePair(rows, number)),
  ]);
}

function wantedPairs({ alike, unlike }: PairCounts, sampling: PairSampling, most: number): PairCounts {
  const total = alike + unlike;
  if (alike === 0 || unlike === 0 || sampling === 'unique') {
    const kept = total > most ? Math.round((most * alike) / total) : alike;
    return { alike: kept, unlike: Math.min(unlike, most - kept) };
  }
  const each = Math.min(
    sampling === 'oversampling' ? Math.max(alike, unlike) : Math.min(alike, unlike),
    Math.max(1, Math.floor(most / 2)),
  );
  return { alike: each, unlike: Math.min(each, most - 1) };
}

/** `count` numbers below `of`: each floor(count / of) times, and some once more. */
function drawNumbers(of: number, count: number, rng: Rng): number[] {
  if (of === 0) return [];
  const whole = Math.floor(count / of);
  const all = whole === 0 ? [] : Array.from({ length: of }, (_, number) => number);
  return [...Array.from({ length: whole }, () => all).flat(), ...distinct(of, count % of, rng)];
}

/** `count` different numbers below `of`, by chance (Floyd's algorithm). */
function distinct(of: number, count: number, rng: Rng): Set<number> {
  const taken = new Set<number>();
  for (let last = of - count; last < of; last++) {
    const number = rng.integer(last + 1);
    taken.add(taken.has(number) ? last : number);
  }
  return taken;
}

/** Pair `number` of those within a label: labels in turn. */
function alikePair(rows: readonly (readonly number[])[], number: number): Pair {
  let left = number;
  for (const own of rows) {
    const here = triangle(own.length);
    if (left < here) {
      const second = Math.floor((1 + Math.sqrt(1 + 8 * left)) / 2);
      return { first: own[left - triangle(second)]!, second: own[second]!, alike: true };
    }
    left -= here;
  }
  throw new RangeError(`there is no pair ${number}`);
}

/** Pair `number` of those across labels: each label in turn with the rows of all labels before it. */
function unlikePair(rows: readonly (readonly number[])[], number: number): Pair {
  let left = number;
  const before: number[] = [];
  for (const own of rows) {
    const here = own.length * before.length;
    if (left < here)
      return { first: before[left % before.length]!, second: own[Math.floor(left / before.length)]!, alike: false };
    left -= here;
    before.push(...own);
  }
  throw new RangeError(`there is no pair ${number}`);
}

/** Pairs of `count` things. */
const triangle = (count: number): number => (count * count - count) / 2;

function rowsByLabel(labels: ArrayLike<number>): number[][] {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const own = rows.get(labels[row]!);
    if (own === undefined) rows.set(labels[row]!, [row]);
    else own.push(row);
  }
  return [...rows.values()];
}
