// Labels that mean the same: taken for one another both ways, and no nearer to their own examples than to the other's. Related
// labels are mixed up too, but their examples still lie nearer to their own kind.

/** Two labels whose examples nothing seems to tell apart. */
export interface SameMeaning {
  readonly a: string;
  readonly b: string;
  /** Held-out examples of each that were answered as the other. */
  readonly asB: number;
  readonly asA: number;
  /** Examples of both, and how many of them lie nearer to the centre of the other label than to that of their own. */
  readonly examples: number;
  readonly nearerToOther: number;
}

export interface SameMeaningInput {
  readonly labels: readonly string[];
  /** confusion[i][j]: held-out examples of label i answered as label j. */
  readonly confusion: readonly (readonly number[])[];
  /** [examples] index of the label of each. */
  readonly right: ArrayLike<number>;
  /** Row-major [examples, width] features of the examples; asked for only where two labels are mixed up both ways. */
  readonly features: () => { readonly dense: Float32Array; readonly width: number };
}

/** Share of either label's examples that must be answered as the other: two labels of one meaning are told apart by a coin. */
const LEAST_SHARE = 0.25;
/** Fewer mistakes each way say nothing. */
const LEAST_MISTAKES = 2;
/** Share of both labels' examples that lie nearer to the other's centre; half of them where nothing tells the labels apart. */
const LEAST_NEARER = 0.35;

/** Examples of each label that are compared: the first ones of a larger label. */
const MOST_COMPARED = 50;

/** Features of some examples. */
type Rows = readonly Float32Array[];

/** Most mixed-up pairs first. */
export function sameMeaning({ labels, confusion, right, features }: SameMeaningInput): SameMeaning[] {
  const total = (label: number): number => confusion[label]!.reduce((sum, count) => sum + count, 0);
  const isMixed = (from: number, to: number): boolean => {
    const mistakes = confusion[from]![to]!;
    return mistakes >= LEAST_MISTAKES && mistakes >= LEAST_SHARE * total(from);
  };
  const candidates = labels.flatMap((_, i) =>
    labels.flatMap((_, j) => (i < j && isMixed(i, j) && isMixed(j, i) ? [[i, j] as const] : [])),
  );
  if (candidates.length === 0) return [];
  const { dense, width } = features();
  const rowsOf = (label: number): Rows => {
    const members = Array.from(right).flatMap((given, example) => (given === label ? [example] : []));
    return members.slice(0, MOST_COMPARED).map((i) => dense.subarray(i * width, (i + 1) * width));
  };
  const pairs = candidates.flatMap(([i, j]): SameMeaning[] => {
    const [ofI, ofJ] = [rowsOf(i), rowsOf(j)];
    const nearer = nearerToOther(ofI, ofJ) + nearerToOther(ofJ, ofI);
    const examples = ofI.length + ofJ.length;
    if (nearer < LEAST_NEARER * examples) return [];
    const [asB, asA] = [confusion[i]![j]!, confusion[j]![i]!];
    return [{ a: labels[i]!, b: labels[j]!, asB, asA, examples, nearerToOther: nearer }];
  });
  return pairs.sort((x, y) => y.asA + y.asB - (x.asA + x.asB));
}

/**
 * How many of `own` are nearer to the centre of `others`. An example is compared with the centre of its label without itself,
 * and with as many of the other label, since a centre of more examples is nearer to everything.
 */
function nearerToOther(own: Rows, others: Rows): number {
  if (own.length < 2 || others.length < 1) return 0;
  const most = Math.min(own.length - 1, others.length);
  return own.filter((row, i) => {
    // The next ones in a circle: who is taken depends on no chance and treats every example alike.
    const [kin, rest] = [centre(own, i + 1, most), centre(others, i, most)];
    return cosine(row, rest) > cosine(row, kin);
  }).length;
}

/** The sum of so many rows from this one on, in a circle. */
function centre(rows: Rows, from: number, most: number): Float32Array {
  const sum = new Float32Array(rows[0]!.length);
  for (let k = 0; k < most; k++) {
    const row = rows[(from + k) % rows.length]!;
    for (let d = 0; d < sum.length; d++) sum[d]! += row[d]!;
  }
  return sum;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, squareA, squareB] = [0, 0, 0];
  for (let d = 0; d < a.length; d++) {
    product += a[d]! * b[d]!;
    squareA += a[d]! ** 2;
    squareB += b[d]! ** 2;
  }
  return product === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}
