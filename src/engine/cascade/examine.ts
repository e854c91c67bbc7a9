// What the record of a run says of its data: facts for the advisor, and labels that look wrong or mean the same for the doctor,
// from what the run measured and encoded anyway.

import { NGRAMS } from '../encoders/blocks.js';
import type { Contender } from '../evaluate/comparison.js';
import { suspectsOf } from '../evaluate/confident-learning.js';
import { sameMeaning } from '../evaluate/same-meaning.js';
import { featuresOf, fitFeatureSpace } from '../features.js';
import type { CascadeRecord, Rung } from '../types.js';
import { type DataFacts, withMeasured } from './facts.js';
import type { Join } from './method.js';
import type { Run } from './run.js';

export interface Examined {
  /** Of the run's data; what was measured of it since is added. */
  readonly facts: DataFacts;
  readonly rungs: readonly Rung[];
  /** The answerer that was chosen, as it was measured. */
  readonly chosen: { readonly contender: Contender; readonly join: Join };
}

export function examine(
  { labels, texts, right, encoded }: Pick<Run, 'labels' | 'texts' | 'right' | 'encoded'>,
  { facts, rungs, chosen: { contender, join } }: Examined,
): Required<Pick<CascadeRecord, 'facts' | 'suspects' | 'sameMeaning'>> {
  const { method } = contender;
  const confusion = rungs.find((rung) => rung.method === method)?.measurement?.confusion ?? null;
  const features = () => {
    const blocks = join.blocks.filter(({ name }) => name !== NGRAMS);
    return featuresOf(encoded, fitFeatureSpace(encoded, blocks));
  };
  return {
    facts: withMeasured(facts, { labels, rungs, chosen: method }),
    suspects: suspectsOf(contender, { texts, right, labels }),
    sameMeaning: confusion === null ? [] : sameMeaning({ labels, confusion, right, features }),
  };
}
