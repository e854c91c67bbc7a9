// What `npm run bench -- concepts --tune` found (bench/concepts-tune.js); written by it, not by hand. Out of fold (ten folds):
//   105 questions to answer: first 95.2 %, in the first three 98.1 %, refused by mistake 1.0 %
//   737 names that the base did not have: first 57.4 %, in the first three 77.3 %, refused by mistake 13.8 %
//   54 questions to refuse: refused 92.6 %
// The surest of the texts of data/samples (train) reached 0.975.

import type { ConfidenceFeatures, RankFeatures } from './retrieve.js';

export interface Weights {
  readonly rank: RankFeatures;
  readonly confidence: ConfidenceFeatures;
  readonly bias: number;
  /** From here on a question is answered. */
  readonly answer: number;
  /** From here on a line that nobody called a question about concepts is taken for one, where it could be meant for a task. */
  readonly sure: number;
}

export const WEIGHTS: Weights = {
  rank: {
    name: -0.188,
    nameInside: 2.368,
    words: 1.506,
    answerWords: 1.75,
    nameVector: 6.237,
    sentenceVector: 3.317,
    answerVector: 2.471,
    wordVectors: 3.879,
    bothSides: 1.179,
    oneSide: 0.48,
    comparisonAsked: 0.911,
    comparisonNotAsked: -1.175,
  },
  confidence: {
    fit: 1.874,
    lead: -0.941,
    known: 2.049,
    knownVectors: 3.951,
    name: -0.426,
    words: 1.347,
    nameVector: 3.03,
    answerVector: 1.746,
  },
  bias: -8.104,
  answer: 0.4,
  sure: 0.988,
};
