// The picture in words, for people who hear it read out and where pictures are not shown.

import type { CascadeRecord } from '../../engine/index.js';
import { methodName } from '../describe.js';
import { shorten } from '../format.js';
import { measurementOf, mixedUp, pairWords } from '../report-card.js';
import { measuredMethods } from './accuracy-chart.js';
import { plainText } from './plain-text.js';
import type { Words } from './report-card-spec.js';

/** Discord's limit for the description of an attachment. */
export const MAX_ALT_LENGTH = 1024;
const LONGEST_LABEL = 60;
const PAIRS_SAID = 3;

export function altText(record: CascadeRecord, words: Words): string {
  const { say, format } = words;
  const chosen = measurementOf(record, record.chosen);
  const methods = measuredMethods(record).map(({ method, measurement }) =>
    say(method === record.chosen ? 'picture.alt.chosen' : 'picture.alt.method', {
      method: methodName(say, method),
      accuracy: format.accuracy(measurement),
    }),
  );
  const { folds, examples } = chosen ?? { folds: 0, examples: record.examples };
  const target = format.percent(record.target);
  const accuracy = say('picture.alt.accuracy', { folds, examples, methods: format.list(methods), target });
  const text = format.sentences(accuracy, chosen === null ? '' : errors(words, record, chosen));
  return shorten(text, MAX_ALT_LENGTH);
}

function errors({ say, format }: Words, { labels }: CascadeRecord, chosen: Parameters<typeof mixedUp>[1]): string {
  const pairs = mixedUp(labels, chosen).slice(0, PAIRS_SAID);
  if (pairs.length === 0) return say('picture.noErrors');
  const short = (label: string): string => shorten(plainText(label), LONGEST_LABEL);
  const said = pairs.map(({ a, b, count }) => pairWords(say, { a: short(a), b: short(b), count }));
  return `${say('report.mixedUp', { pairs: format.list(said) })}${say('word.stop').trimEnd()}`;
}
