// Trained answerers: one or two experts over encoder vectors (frozen, and tuned), whose logits are mixed: the product of
// their probabilities. What they know is plain data (trained-model.ts).

import type { EncoderLibrary } from '../encoders/load.js';
import { UserError } from '../errors.js';
import { type EncodedTexts, encodersOf, featuresOf } from '../features.js';
import { logisticLogits } from '../heads/logistic-head.js';
import { restoreTuned } from '../tuners/index.js';
import { type Answerer, toPrediction } from './answerer.js';
import { mixLogits } from './mix.js';
import { thresholdFor } from './other-script.js';
import { scopeSimilarities } from './scope.js';
import type { TrainedModel } from './trained-model.js';

/**
 * Loads the tuned encoders and answers; dispose it to free them. Throws a UserError `damaged` when the encoder's files are not
 * those that the model was trained on.
 */
export async function createTrainedAnswerer(model: TrainedModel, library: EncoderLibrary): Promise<Answerer> {
  if (model.weights !== null && (await library.weights(model.encoder)) !== model.weights) {
    throw new UserError(
      'damaged',
      `The files of the encoder ${model.encoder} changed since this version was trained on them. Train again.`,
    );
  }
  const tuned = await Promise.all(
    model.experts.map(async (expert) =>
      expert.tuned === null ? null : restoreTuned(await library.tunable(expert.tuned.encoder), expert.tuned.tuner),
    ),
  );
  const classes = model.labels.length;
  const encoders = [...new Set([model.scope.space, ...model.experts.map(({ space }) => space)].flatMap(encodersOf))];
  return {
    method: model.method,
    async predict(texts) {
      const encoded = await library.encode(texts, encoders);
      const logits = mixLogits(
        await Promise.all(
          model.experts.map(async ({ space, head }, i) => {
            const encoder = tuned[i];
            return logisticLogits(head, featuresOf(encoder ? await reencoded(encoded, encoder) : encoded, space));
          }),
        ),
        model.shares,
      );
      const similarities = scopeSimilarities(encoded, model.scope);
      return texts.map((text, row) =>
        toPrediction(model.method, model.labels, {
          logits: logits.subarray(row * classes, (row + 1) * classes),
          temperature: model.temperature,
          similarity: similarities[row]!,
          threshold: thresholdFor(text, model.scope),
          nearest: [],
        }),
      );
    },
    dispose() {
      for (const encoder of tuned) encoder?.dispose();
    },
  };
}

/** The same texts with the vectors of one encoder replaced by those of its tuned copy. */
export async function reencoded(
  encoded: EncodedTexts,
  encoder: {
    readonly name: string;
    readonly dimensions: number;
    encode(texts: readonly string[]): Promise<Float32Array>;
  },
): Promise<EncodedTexts> {
  const data = await encoder.encode(encoded.texts);
  return {
    texts: encoded.texts,
    vectors: { ...encoded.vectors, [encoder.name]: { dimensions: encoder.dimensions, data } },
  };
}
