// What `npm run bench -- concepts --tune` found (bench/concepts-tune.js); written by it, not by hand. Out of fold (ten folds):
//   105 questions to answer: first 92.4 %, in the first three 98.1 %, refused by mistake 1.0 %
//   737 names that the base did not have: first 58.6 %, in the first three 77.9 %, refused by mistake 13.0 %
//   54 questions to refuse: refused 94.4 %
// The surest of the texts of data/samples (train) reached 0.969.

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
    name: -0.386,
    nameInside: 0.751,
    words: 1.742,
    answerWords: 1.580,
    nameVector: 6.412,
    sentenceVector: 3.646,
    answerVector: 3.030,
    wordVectors: 3.493,
    bothSides: 1.215,
    oneSide: 0.310,
    comparisonAsked: 1.072,
    comparisonNotAsked: -1.172,
  },
  confidence: {
    fit: 2.279,
    lead: -1.656,
    known: 1.700,
    knownVectors: 4.072,
    name: -1.122,
    words: 1.579,
    nameVector: 3.004,
    answerVector: -0.093,
  },
  bias: -7.060,
  answer: 0.482,
  sure: 0.985,
};
