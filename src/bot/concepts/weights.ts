// What `npm run bench -- concepts --tune` found (bench/concepts-tune.js); written by it, not by hand. Out of fold (ten folds):
//   105 questions to answer: first 95.2 %, in the first three 99.0 %, refused by mistake 1.0 %
//   971 names that the base did not have: first 58.0 %, in the first three 80.8 %, refused by mistake 11.6 %
//   54 questions to refuse: refused 92.6 %
// The surest of the texts of data/samples (train) with the name of a topic in them reached 0.000.

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
    name: 0.202,
    nameInside: 2.214,
    words: 1.634,
    answerWords: 1.537,
    nameVector: 6.936,
    sentenceVector: 3.335,
    answerVector: 2.301,
    wordVectors: 3.926,
    bothSides: 1.325,
    oneSide: 0.276,
    comparisonAsked: 0.546,
    comparisonNotAsked: -1.135,
  },
  confidence: {
    fit: 2.025,
    lead: -1.262,
    known: 2.56,
    knownVectors: 3.186,
    name: -0.395,
    words: 1.095,
    nameVector: 4.762,
    answerVector: 1.61,
  },
  bias: -9.228,
  answer: 0.359,
  sure: 0.5,
};
