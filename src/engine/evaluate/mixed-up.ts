// Which labels are taken for one another, from a confusion matrix.

export interface Mixed {
  readonly a: string;
  readonly b: string;
  /** Held-out examples of either label that were answered as the other. */
  readonly count: number;
}

/** Pairs of labels taken for one another, most often first. */
export function mixedUp(
  labels: readonly string[],
  { confusion }: { readonly confusion: readonly (readonly number[])[] },
): Mixed[] {
  const pairs: Mixed[] = [];
  for (let i = 0; i < labels.length; i++) {
    for (let j = i + 1; j < labels.length; j++) {
      const count = (confusion[i]?.[j] ?? 0) + (confusion[j]?.[i] ?? 0);
      if (count > 0) pairs.push({ a: labels[i]!, b: labels[j]!, count });
    }
  }
  return pairs.sort((x, y) => y.count - x.count);
}
