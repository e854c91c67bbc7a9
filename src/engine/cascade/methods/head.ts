// head: a new last layer (logistic regression) over frozen features; the encoder is not touched.

import type { Expert } from '../../answerers/trained-model.js';
import { type EncodedTexts, featuresOf, fitFeatureSpace } from '../../features.js';
import { fitLogistic } from '../../heads/logistic.js';
import { logisticLogits } from '../../heads/logistic-head.js';
import { type EncodedShots, plainShots, withLabelNames } from '../../heads/shots.js';
import type { FitInput, Method } from '../method.js';

export const head: Method<'head'> = {
  name: 'head',
  async fit(input) {
    const expert = await fitExpert(input, unchanged);
    return { logits: [await expertLogits(expert, input.held)], experts: [expert] };
  },
};

/** Texts as the frozen encoders see them. */
export const unchanged = (texts: EncodedTexts): Promise<EncodedTexts> => Promise.resolve(texts);

/** Weights of n-grams in a head (n-grams × labels): bounds the memory of a fit and the size of a checkpoint (10 MB). */
const MAX_NGRAM_WEIGHTS = 2_500_000;

type Shots = Pick<FitInput, 'shots' | 'right' | 'classes' | 'names' | 'join'>;

/** A logistic head on the joined blocks of the shots, as `encode` sees them: frozen, or through a tuned encoder. */
export async function fitExpert(
  { shots, right, classes, names, join }: Shots,
  encode: (texts: EncodedTexts) => Promise<EncodedTexts>,
): Promise<Expert> {
  const own = plainShots(await encode(shots), right);
  return fitWeighted(join.names ? withLabelNames(own, await encode(names)) : own, { classes, join });
}

/** A logistic head on shots that count differently. */
export async function fitWeighted(
  { encoded, labels, weights }: EncodedShots,
  { classes, join }: Pick<FitInput, 'classes' | 'join'>,
): Promise<Expert> {
  const space = fitFeatureSpace(encoded, join.blocks, 1, Math.floor(MAX_NGRAM_WEIGHTS / classes));
  return {
    space,
    head: await fitLogistic({ features: featuresOf(encoded, space), labels, weights, classes }),
    tuned: null,
  };
}

export const expertLogits = async ({ head, space }: Expert, encoded: EncodedTexts): Promise<Float32Array> =>
  logisticLogits(head, featuresOf(encoded, space));
