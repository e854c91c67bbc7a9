// The in-context answerer without a language model: it reads the demonstrations that a prompt would hold (similar to the text,
// balanced over the labels) by similarity. Nothing is trained; it is ready at the first example, and before it compares a text
// with the labels' names and descriptions (zero-shot).

import { blocksFor, type EncoderName } from '../encoders/blocks.js';
import { fitLexicon, type Lexicon, lexicalRows, type SparseRows } from '../encoders/lexical.js';
import type { EncoderLibrary } from '../encoders/load.js';
import { fitTemperature } from '../evaluate/calibration.js';
import { type EncodedTexts, rowOf } from '../features.js';
import { knnLogits, NEIGHBOURS, nearestShots } from '../heads/knn.js';
import type { LabelSpec, TaskData } from '../types.js';
import { type Answerer, toPrediction } from './answerer.js';
import { fitScope, scopeSimilarities } from './scope.js';

/** Temperature of cosines where there are too few examples to fit one. */
const DEFAULT_TEMPERATURE = 0.05;

/** Examples needed before the temperature is fitted by leave-one-out. */
const LEAST_EXAMPLES = 8;

/** Demonstrations of each label that a prediction names. */
const NAMED_PER_LABEL = NEIGHBOURS;

/** The shots as the answerer compares with them. */
export interface Demonstrations {
  readonly encoded: EncodedTexts;
  readonly blocks: readonly string[];
  readonly lexicon: Lexicon;
  readonly sparse: SparseRows;
  readonly labels: Int32Array;
  readonly classes: number;
}

export function createDemonstrations(
  encoded: EncodedTexts,
  blocks: readonly string[],
  labels: Int32Array,
  classes: number,
): Demonstrations {
  const lexicon = fitLexicon(encoded.texts);
  return { encoded, blocks, lexicon, sparse: lexicalRows(encoded.texts, lexicon), labels, classes };
}

/** Mean cosine over the blocks and the n-grams of each text with each demonstration: row-major [texts, shots]. */
export function demonstrationSimilarities(encoded: EncodedTexts, shots: Demonstrations): Float32Array {
  const columns = shots.encoded.texts.length;
  const out = new Float32Array(encoded.texts.length * columns);
  const share = 1 / (shots.blocks.length + 1);
  for (const name of shots.blocks) {
    const [mine, theirs] = [encoded.vectors[name]!, shots.encoded.vectors[name]!];
    const norms = Float32Array.from({ length: columns }, (_, shot) => norm(rowOf(theirs, shot)));
    for (let row = 0; row < encoded.texts.length; row++) {
      const vector = rowOf(mine, row);
      const length = norm(vector);
      for (let shot = 0; shot < columns; shot++) {
        const scale = length * norms[shot]!;
        if (scale > 0)
          out[row * columns + shot]! += (share * dot(vector, theirs.data, shot * theirs.dimensions)) / scale;
      }
    }
  }
  addSparseCosines(lexicalRows(encoded.texts, shots.lexicon), shots.sparse, share, out);
  return out;
}

/** Logits of each text. [texts, classes] */
export function inContextLogits(encoded: EncodedTexts, shots: Demonstrations): Float32Array {
  const similarities = demonstrationSimilarities(encoded, shots);
  const out = new Float32Array(encoded.texts.length * shots.classes);
  const columns = shots.encoded.texts.length;
  for (let row = 0; row < encoded.texts.length; row++) {
    const logits = knnLogits(similarities.subarray(row * columns, (row + 1) * columns), shots.labels, shots.classes);
    out.set(logits, row * shots.classes);
  }
  return out;
}

/** Leave-one-out temperature: how sharply similarity tells the labels apart on the demonstrations themselves. */
export function leaveOneOutTemperature(shots: Demonstrations): number {
  const rows = shots.encoded.texts.length;
  if (rows < LEAST_EXAMPLES) return DEFAULT_TEMPERATURE;
  const similarities = demonstrationSimilarities(shots.encoded, shots);
  const logits = new Float32Array(rows * shots.classes);
  for (let row = 0; row < rows; row++) {
    logits.set(
      knnLogits(similarities.subarray(row * rows, (row + 1) * rows), shots.labels, shots.classes, row),
      row * shots.classes,
    );
  }
  return fitTemperature(logits, shots.labels, shots.classes);
}

/** A label without examples is compared by its name and description. */
const labelText = ({ name, description }: LabelSpec): string => {
  const words = name.replace(/[_-]+/g, ' ');
  return description === undefined ? words : `${words}: ${description}`;
};

export async function createInContextAnswerer(
  data: TaskData,
  encoder: EncoderName,
  library: EncoderLibrary,
): Promise<Answerer> {
  const labels = data.labels.map(({ name }) => name);
  const index = new Map(labels.map((label, c) => [label, c]));
  const examples = data.examples.filter(({ label }) => index.has(label));
  const taught = new Set(examples.map(({ label }) => label));
  const standIns = data.labels.filter(({ name }) => !taught.has(name));
  const texts = [...examples.map(({ text }) => text), ...standIns.map(labelText)];
  const right = Int32Array.from(
    [...examples.map(({ label }) => label), ...standIns.map(({ name }) => name)],
    (label) => index.get(label)!,
  );
  const { frozen } = blocksFor(encoder, texts);
  const encoded = await library.encode(texts, frozen);
  const shots = createDemonstrations(encoded, frozen, right, labels.length);
  const temperature =
    examples.length === 0 || standIns.length > 0 ? DEFAULT_TEMPERATURE : leaveOneOutTemperature(shots);
  const scope = fitScope(encoded, right, labels.length, frozen);
  return {
    method: 'in-context',
    async predict(questions) {
      const asked = await library.encode(questions, frozen);
      const similarities = demonstrationSimilarities(asked, shots);
      const inScope = scopeSimilarities(asked, scope);
      return questions.map((_, row) => {
        const own = similarities.subarray(row * texts.length, (row + 1) * texts.length);
        const nearest = nearestShots(own, right, NAMED_PER_LABEL)
          .filter((shot) => shot < examples.length)
          .map((shot) => ({ ...examples[shot]!, similarity: own[shot]! }));
        return toPrediction('in-context', labels, {
          logits: knnLogits(own, right, labels.length),
          temperature,
          similarity: inScope[row]!,
          threshold: scope.threshold,
          nearest,
        });
      });
    },
    dispose() {},
  };
}

function addSparseCosines(mine: SparseRows, theirs: SparseRows, share: number, out: Float32Array): void {
  const dense = new Float32Array(theirs.columns);
  for (let row = 0; row < mine.rows; row++) {
    for (let i = mine.offsets[row]!; i < mine.offsets[row + 1]!; i++) dense[mine.indices[i]!] = mine.values[i]!;
    for (let shot = 0; shot < theirs.rows; shot++) {
      let sum = 0;
      for (let i = theirs.offsets[shot]!; i < theirs.offsets[shot + 1]!; i++)
        sum += theirs.values[i]! * dense[theirs.indices[i]!]!;
      out[row * theirs.rows + shot]! += share * sum;
    }
    for (let i = mine.offsets[row]!; i < mine.offsets[row + 1]!; i++) dense[mine.indices[i]!] = 0;
  }
}

const norm = (vector: Float32Array): number => Math.sqrt(dot(vector, vector, 0));

function dot(vector: Float32Array, data: Float32Array, start: number): number {
  let sum = 0;
  for (let d = 0; d < vector.length; d++) sum += vector[d]! * data[start + d]!;
  return sum;
}
