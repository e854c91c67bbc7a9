// Trained answerers: one or two experts over encoder vectors (frozen, and tuned), whose logits are averaged: the product of
// their probabilities. What they know is plain data (trained-model.ts).

import type { EncoderLibrary } from '../encoders/load.js';
import { type EncodedTexts, encodersOf, featuresOf } from '../features.js';
import { logisticLogits } from '../heads/logistic-head.js';
import { mergeLora } from '../tuners/lora.js';
import { type Answerer, toPrediction } from './answerer.js';
import { scopeSimilarities } from './scope.js';
import type { TrainedModel } from './trained-model.js';

/** Mean of the experts' logits. */
export function averageLogits(experts: readonly Float32Array[]): Float32Array {
  return experts[0]!.map((_, i) => experts.reduce((sum, logits) => sum + logits[i]!, 0) / experts.length);
}

/** Loads the tuned encoders and answers; dispose it to free them. */
export async function createTrainedAnswerer(model: TrainedModel, library: EncoderLibrary): Promise<Answerer> {
  const tuned = await Promise.all(
    model.experts.map(async (expert) =>
      expert.tuned === null ? null : await mergeLora(await library.tunable(expert.tuned.encoder), expert.tuned.lora),
    ),
  );
  const classes = model.labels.length;
  const encoders = [...new Set([model.scope.space, ...model.experts.map(({ space }) => space)].flatMap(encodersOf))];
  return {
    method: model.method,
    async predict(texts) {
      const encoded = await library.encode(texts, encoders);
      const logits = averageLogits(
        await Promise.all(
          model.experts.map(async ({ space, head }, i) => {
            const encoder = tuned[i];
            return logisticLogits(head, featuresOf(encoder ? await reencoded(encoded, encoder) : encoded, space));
          }),
        ),
      );
      const similarities = scopeSimilarities(encoded, model.scope);
      return texts.map((_, row) =>
        toPrediction(model.method, model.labels, {
          logits: logits.subarray(row * classes, (row + 1) * classes),
          temperature: model.temperature,
          similarity: similarities[row]!,
          threshold: model.scope.threshold,
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
