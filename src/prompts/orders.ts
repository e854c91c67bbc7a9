// Orders of the demonstrations. A model heeds the last ones most (Lu et al. 2022, https://arxiv.org/abs/2104.08786), so answers
// are averaged over several. Where a prompt holds all examples, its orders are the same for every question: the model reads them once.

import type { Neighbour, Rng } from '../engine/index.js';

/** `demonstrations`: best last. `whole`: they are all the examples of the task. */
export function ordersOf(
  demonstrations: readonly Neighbour[],
  { count, whole, rng }: { readonly count: number; readonly whole: boolean; readonly rng: (order: number) => Rng },
): Neighbour[][] {
  if (demonstrations.length < 2) return [[...demonstrations]];
  if (!whole) {
    return Array.from({ length: count }, (_, i) => (i === 0 ? [...demonstrations] : rng(i).shuffle(demonstrations)));
  }
  const key = ({ label, text }: Neighbour): string => JSON.stringify([label, text]);
  const fixed = [...demonstrations].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  return Array.from({ length: count }, (_, i) => rng(i).shuffle(fixed));
}
