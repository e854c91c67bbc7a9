// The result of `handful eval` for people. Pure.

import type { Rung } from '../../engine/index.js';
import { createSay } from '../catalogue/index.js';
import { createFormat, table } from '../format.js';
import { reasonText } from '../report-card.js';
import type { EvalResult, EvaluatedAnswerer } from './eval.js';

/** The command line speaks English, as its JSON does. */
const ENGLISH = { say: createSay('en'), format: createFormat(createSay('en')) };

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export function evalTable(result: EvalResult, rungs: readonly Rung[]): string {
  const outOfScope = result.answerers.some((answerer) => answerer.outOfScope !== undefined);
  const head = [
    '',
    'accuracy',
    'macro-F1',
    'calibration',
    'train',
    'texts/s',
    ...(outOfScope ? ['oos refused', 'others answered'] : []),
  ];
  const rows = result.answerers.map((answerer) => row(answerer, answerer.method === result.chosen));
  const skipped = rungs
    .filter((rung) => rung.status !== 'measured')
    .map((rung) => `${rung.method}: ${rung.status}. ${reasonText(ENGLISH, rung.reason)}`);
  const { trainExamples, labels, testExamples, encoder, backend, seed } = result;
  return [
    `${trainExamples} training and ${testExamples} test texts, ${labels} labels · encoder ${encoder} · backend ${backend} · seed ${seed}`,
    table([head, ...rows]),
    ...skipped,
    chosenLine(result, rungs),
  ].join('\n');
}

function row(answerer: EvaluatedAnswerer, chosen: boolean): string[] {
  const { outOfScope } = answerer;
  return [
    `${answerer.method}${chosen ? ' ★' : ''}`,
    percent(answerer.accuracy),
    answerer.macroF1.toFixed(2),
    answerer.ece.toFixed(3),
    answerer.trainSeconds === 0 ? '–' : `${answerer.trainSeconds.toFixed(1)} s`,
    String(answerer.textsPerSecond),
    ...(outOfScope === undefined ? [] : [percent(outOfScope.recall), percent(outOfScope.acceptance)]),
  ];
}

function chosenLine({ chosen }: EvalResult, rungs: readonly Rung[]): string {
  const measurement = rungs.find((rung) => rung.method === chosen)?.measurement;
  if (measurement == null) return '★ chosen on the training examples alone';
  const half = Math.round((measurement.interval[1] - measurement.interval[0]) * 50);
  return `★ chosen on the training examples alone (cross-validated ${percent(measurement.accuracy)} ± ${half})`;
}
