// The in-context answerer without a language model: it reads the demonstrations that a prompt would hold by similarity. Nothing
// is trained; it is ready at the first example, and before that it compares a text with the labels' names and descriptions
// (zero-shot), which go on counting as demonstrations.

import { blocksFor, type WeightedBlock } from '../encoders/blocks.js';
import type { EncoderLibrary } from '../encoders/load.js';
import { fitTemperature } from '../evaluate/calibration.js';
import { type EncodedTexts, type FeatureSpace, featuresOf, fitFeatureSpace } from '../features.js';
import { innerProducts } from '../heads/inner-products.js';
import { createPrototypes, EXPECTED_TEMPERATURE, nearestShots, type Prototypes } from '../heads/prototype.js';
import { type EncodedShots, labelText, plainShots, type Shots, withLabelNames } from '../heads/shots.js';
import type { TaskData } from '../types.js';
import { type Answerer, toPrediction } from './answerer.js';
import { thresholdFor, withOtherScript } from './other-script.js';
import { fitScope, scopeSimilarities } from './scope.js';

/** Examples that a prediction names: so many together where a task has few labels, and this many of each in any case. */
const NAMED = 16;
const LEAST_NAMED_PER_LABEL = 3;

export const namedPerLabel = (classes: number): number => Math.max(LEAST_NAMED_PER_LABEL, Math.ceil(NAMED / classes));

/** Shots and label names, laid out for comparison. */
export interface Demonstrations extends Shots {
  readonly space: FeatureSpace;
  readonly prototypes: Prototypes;
}

export async function createDemonstrations(
  { encoded, labels, weights }: EncodedShots,
  classes: number,
  join: readonly WeightedBlock[],
): Promise<Demonstrations> {
  const space = fitFeatureSpace(encoded, join);
  const features = featuresOf(encoded, space);
  const shots = { features, labels, weights, classes };
  return { ...shots, space, prototypes: createPrototypes(shots, await innerProducts(features, features)) };
}

/** Cosines [texts, shots] and logits [texts, classes]. */
export async function compareWith(shots: Demonstrations, encoded: EncodedTexts) {
  const cosines = await innerProducts(featuresOf(encoded, shots.space), shots.features);
  return { cosines, logits: shots.prototypes.logits(cosines) };
}

/** Temperature by leave-one-out over the first `examples` shots: the label names after them are never left out. */
function leaveOneOutTemperature(shots: Demonstrations, examples: number): number {
  const logits = shots.prototypes.leaveOneOut(examples);
  return fitTemperature(logits, shots.labels.subarray(0, examples), shots.classes, EXPECTED_TEMPERATURE);
}

export async function createInContextAnswerer(
  data: TaskData,
  encoder: string,
  library: EncoderLibrary,
): Promise<Answerer> {
  const labels = data.labels.map(({ name }) => name);
  const index = new Map(labels.map((label, c) => [label, c]));
  const examples = data.examples.filter(({ label }) => index.has(label));
  const texts = examples.map(({ text }) => text);
  const names = data.labels.map(labelText);
  const { encoders, join, scope: scopeBlocks } = blocksFor(encoder, texts.length === 0 ? names : texts);
  const encoded = await library.encode(texts, encoders);
  const right = Int32Array.from(examples, ({ label }) => index.get(label)!);
  const shots = await createDemonstrations(
    withLabelNames(plainShots(encoded, right), await library.encode(names, encoders)),
    labels.length,
    join,
  );
  const temperature = leaveOneOutTemperature(shots, examples.length);
  const taught = fitScope(encoded, right, labels.length, scopeBlocks);
  const scope = await withOtherScript(taught, texts, scopeBlocks, library);
  return {
    method: 'in-context',
    async predict(questions) {
      const asked = await library.encode(questions, encoders);
      const { cosines, logits } = await compareWith(shots, asked);
      const similarities = scopeSimilarities(asked, scope);
      return questions.map((question, row) => {
        const start = row * shots.labels.length;
        const own = cosines.subarray(start, start + examples.length);
        return toPrediction('in-context', labels, {
          logits: logits.subarray(row * labels.length, (row + 1) * labels.length),
          temperature,
          similarity: similarities[row]!,
          threshold: thresholdFor(question, scope),
          nearest: nearestShots(own, right, namedPerLabel(labels.length)).map((shot) => ({
            ...examples[shot]!,
            similarity: own[shot]!,
          })),
        });
      });
    },
    dispose() {},
  };
}
