// The picture of a report card as a Vega-Lite specification: accuracy by method above, what the chosen method mixes up below.
// Pure; texts are cut to their places here, because nothing after this knows where they may end.

import type { TopLevelSpec } from 'vega-lite';
import type { CascadeRecord } from '../../engine/index.js';
import { measurementOf } from '../report-card.js';
import type { Context } from '../services.js';
import { accuracyChart } from './accuracy-chart.js';
import { confusionChart } from './confusion-chart.js';
import { mixedUpChart } from './mixed-up-chart.js';
import { CONFIG } from './theme.js';

export type Words = Pick<Context, 'say' | 'format'>;

/** Labels of the largest matrix that can be read on a phone; more are shown as their most mixed-up pairs. */
export const LARGEST_MATRIX = 12;

/** Null when the chosen method was not measured: then there is nothing to draw. */
export function reportCardSpec(record: CascadeRecord, words: Words): TopLevelSpec | null {
  const chosen = measurementOf(record, record.chosen);
  if (chosen === null) return null;
  const errors = record.labels.length > LARGEST_MATRIX ? mixedUpChart : confusionChart;
  return {
    config: CONFIG,
    vconcat: [accuracyChart(words, record), errors(words, record, chosen)],
  };
}
