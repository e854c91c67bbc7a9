// Nearest neighbours, balanced over the labels: a label's logit is the mean similarity of the text to the few shots of that
// label that are most like it. Every label reads equally many, so a label with more shots has no advantage.

/** Shots read a label. */
export const NEIGHBOURS = 3;

/**
 * `similarities` [shots] of one text to each shot, `labels` [shots] → [classes]; a label without shots gets the least
 * similarity there is, −1. A shot can be left out (leave-one-out).
 */
export function knnLogits(
  similarities: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  leaveOut = -1,
): Float32Array {
  const top = new Float32Array(classes * NEIGHBOURS).fill(Number.NEGATIVE_INFINITY);
  for (let shot = 0; shot < similarities.length; shot++) {
    if (shot === leaveOut) continue;
    let value = similarities[shot]!;
    const start = labels[shot]! * NEIGHBOURS;
    for (let i = start; i < start + NEIGHBOURS; i++) {
      if (value > top[i]!) [top[i], value] = [value, top[i]!];
    }
  }
  return Float32Array.from({ length: classes }, (_, c) => {
    const found = top
      .subarray(c * NEIGHBOURS, (c + 1) * NEIGHBOURS)
      .filter((value) => value > Number.NEGATIVE_INFINITY);
    return found.length === 0 ? -1 : found.reduce((a, b) => a + b, 0) / found.length;
  });
}

/** Indices of the shots most similar to the text, best first: `perLabel` of each label. */
export function nearestShots(similarities: Float32Array, labels: ArrayLike<number>, perLabel: number): number[] {
  const taken = new Map<number, number>();
  return Array.from(similarities.keys())
    .sort((a, b) => similarities[b]! - similarities[a]!)
    .filter((shot) => {
      const count = (taken.get(labels[shot]!) ?? 0) + 1;
      taken.set(labels[shot]!, count);
      return count <= perLabel;
    });
}
