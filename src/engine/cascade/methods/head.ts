// head: a new last layer (logistic regression) over frozen features; the encoder is not touched.

import type { Expert } from '../../answerers/trained-model.js';
import { type EncodedTexts, featuresOf, fitFeatureSpace } from '../../features.js';
import { fitLogistic } from '../../heads/logistic.js';
import { logisticLogits } from '../../heads/logistic-head.js';
import type { Method } from '../method.js';

export const head: Method = {
  name: 'head',
  async fit({ shots, right, classes, blocks, held }) {
    const expert = await fitExpert({ shots, right, classes, blocks });
    return { logits: logisticLogits(expert.head, featuresOf(held, expert.space)), experts: [expert] };
  },
};

/** A logistic head on the joined blocks of these shots. */
export async function fitExpert(options: {
  readonly shots: EncodedTexts;
  readonly right: Int32Array;
  readonly classes: number;
  readonly blocks: readonly string[];
}): Promise<Expert> {
  const { shots, right, classes, blocks } = options;
  const space = fitFeatureSpace(shots, blocks);
  return {
    space,
    head: await fitLogistic({ features: featuresOf(shots, space), labels: right, classes }),
    tuned: null,
  };
}
