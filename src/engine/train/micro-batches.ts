// A batch in parts, for a device whose memory does not hold all of it at once.
//
// Gradients of the cross-entropy add up to those of the whole batch. The contrastive loss compares the rows of a part alone:
// it sees fewer texts of other labels, but as parts end between labels wherever they can, each text keeps those of its own.

/** The rows in order, cut into `parts` lists, none of them empty (given at least as many rows): near equal shares, between two labels where one is near. */
export function microBatches(rows: readonly number[], labels: ArrayLike<number>, parts: number): number[][] {
  const share = rows.length / parts;
  const cuts = [0];
  for (let part = 1; part < parts; part++) {
    const even = Math.round(part * share);
    const [least, most] = [cuts.at(-1)! + 1, rows.length - (parts - part)];
    const between = (at: number): boolean => at >= least && at <= most && labels[rows[at - 1]!] !== labels[rows[at]!];
    let cut = Math.min(most, Math.max(least, even));
    for (let distance = 0; distance <= share / 2; distance++) {
      const near = [even - distance, even + distance].find(between);
      if (near !== undefined) {
        cut = near;
        break;
      }
    }
    cuts.push(cut);
  }
  return cuts.map((start, part) => rows.slice(start, cuts[part + 1] ?? rows.length));
}
