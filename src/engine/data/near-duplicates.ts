// Texts that say the same with a slip or a word changed. Cross-validation must not learn one and be asked the other, so that
// folds keep a group together. Exact Jaccard similarity of character n-grams, found without comparing all pairs by prefix
// filtering: two sets can only be similar when their rarest members meet (Bayardo, Ma & Srikant 2007, "Scaling up all pairs
// similarity search"; Xiao et al. 2008, PPJoin). Unlike MinHash it misses nothing and needs no chance.

import { duplicateKey } from './duplicates.js';

/** Share of common n-grams from which two texts are near duplicates. */
export const NEAR_DUPLICATE_JACCARD = 0.8;

/** A gram that leads more texts than this (a template with thousands of copies) is followed to its latest texts only. */
const MAX_FOLLOWED = 250;

const ROUNDING = 1e-9;

/**
 * Near-duplicate groups: for each text the number of its group, counted from 0 in order of first appearance. Texts are in one
 * group when their keys are equal or a chain of texts with Jaccard similarity >= NEAR_DUPLICATE_JACCARD joins them.
 * 10,000 chat messages take well under a second.
 */
export function groupNearDuplicates(texts: readonly string[]): Int32Array {
  const distinct = new Map<string, number>();
  const distinctOf = Int32Array.from(texts, (text) => {
    const key = duplicateKey(text);
    const known = distinct.get(key);
    if (known !== undefined) return known;
    distinct.set(key, distinct.size);
    return distinct.size - 1;
  });
  const parent = joinSimilar([...distinct.keys()].map(charGrams));
  const numbers = new Map<number, number>();
  return distinctOf.map((index) => {
    const root = find(parent, index);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}

/** Union-find over the sets of grams: `find(parent, i)` is the same for joined sets. */
function joinSimilar(grams: readonly Float64Array[]): Int32Array {
  const sets = rankByRarity(grams);
  const order = sets.map((_, i) => i).sort((a, b) => sets[a]!.length - sets[b]!.length || a - b);
  const parent = Int32Array.from(sets, (_, i) => i);
  const signatures = sign(sets);
  const checkedFor = new Int32Array(sets.length).fill(-1);
  const leads = new Map<number, number[]>();
  for (const i of order) {
    const set = sets[i]!;
    const shortest = Math.ceil(NEAR_DUPLICATE_JACCARD * set.length - ROUNDING);
    for (let p = 0; p < set.length - shortest + 1; p++) {
      const led = leads.get(set[p]!) ?? [];
      for (let q = led.length - 1, end = Math.max(0, led.length - MAX_FOLLOWED); q >= end; q--) {
        const j = led[q]!;
        // Shorter sets came first: from here on they are too short.
        if (sets[j]!.length < shortest) break;
        if (checkedFor[j] === i) continue;
        checkedFor[j] = i;
        if (differInBits(signatures, i, j) > allowedDifference(set.length + sets[j]!.length)) continue;
        const a = find(parent, i);
        const b = find(parent, j);
        if (a !== b && areSimilar(set, sets[j]!)) parent[Math.max(a, b)] = Math.min(a, b);
      }
      // Whoever looks for this set is at least as long, so that a shorter beginning is enough to be found by.
      if (p >= allowedDifference(2 * set.length) / 2 + 1) continue;
      led.push(i);
      leads.set(set[p]!, led);
    }
  }
  return parent;
}

function find(parent: Int32Array, start: number): number {
  let i = start;
  while (parent[i] !== i) {
    parent[i] = parent[parent[i]!]!;
    i = parent[i]!;
  }
  return i;
}

/** How many members two similar sets may not share: |a ∩ b| / |a ∪ b| >= t  ⇔  |a Δ b| <= (1 - t) / (1 + t) · (|a| + |b|). */
const allowedDifference = (members: number): number =>
  ((1 - NEAR_DUPLICATE_JACCARD) / (1 + NEAR_DUPLICATE_JACCARD)) * members + ROUNDING;

/** Jaccard similarity >= threshold of two ascending sets; stops as soon as too many members differ. */
function areSimilar(a: Int32Array, b: Int32Array): boolean {
  const allowed = allowedDifference(a.length + b.length);
  let different = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length && different <= allowed) {
    const order = a[i]! - b[j]!;
    if (order !== 0) different++;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return different + (a.length - i) + (b.length - j) <= allowed;
}

/**
 * 128 bits a set: each member flips one. Two signatures cannot differ in more bits than the sets differ in members, which
 * refuses most pairs in a few operations (bitmap filter; Sandes, Teodoro & Melo 2020).
 */
function sign(sets: readonly Int32Array[]): Int32Array {
  const signatures = new Int32Array(sets.length * 4);
  sets.forEach((set, i) => {
    for (const member of set) {
      const bit = Math.imul(member, 0x9e3779b1) >>> 25;
      signatures[4 * i + (bit >>> 5)]! ^= 1 << (bit & 31);
    }
  });
  return signatures;
}

function differInBits(signatures: Int32Array, i: number, j: number): number {
  let bits = 0;
  for (let word = 0; word < 4; word++) bits += countBits(signatures[4 * i + word]! ^ signatures[4 * j + word]!);
  return bits;
}

/** Ones in 32 bits, added up in pairs, nibbles and bytes. */
function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The sets with their members renamed to ranks, rarest first, each ascending and without repeats. */
function rankByRarity(grams: readonly Float64Array[]): Int32Array[] {
  const counts = new Map<number, number>();
  for (const list of grams) for (const gram of list) counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const byRarity = [...counts].sort(([gramA, a], [gramB, b]) => a - b || gramA - gramB);
  const ranks = new Map(byRarity.map(([gram], rank) => [gram, rank]));
  return grams.map((list) => {
    const ranked = Int32Array.from(list, (gram) => ranks.get(gram)!).sort();
    return ranked.filter((rank, i) => rank !== ranked[i - 1]);
  });
}

/** Trigrams of the text between blanks, bigrams where they begin with an ideograph (a Chinese word is short); packed in 48 bits. */
function charGrams(key: string): Float64Array {
  const text = ` ${key} `;
  const grams = new Float64Array(text.length - 1);
  for (let i = 0; i < grams.length; i++) {
    const first = text.charCodeAt(i);
    const third = isIdeograph(first) || i + 2 >= text.length ? 0 : text.charCodeAt(i + 2);
    grams[i] = (first * 65536 + text.charCodeAt(i + 1)) * 65536 + third;
  }
  return grams;
}

const isIdeograph = (code: number): boolean => code >= 0x2e80 && code <= 0x9fff;
