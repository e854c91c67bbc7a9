// The report of a run: before → after with intervals, every method on the same folds, which labels are mixed up, the worst
// examples, what to teach next, and a sentence of the advisor and of the doctor. Pure text out of a record.

import {
  type CascadeRecord,
  diagnose,
  type Measurement,
  type MethodName,
  type Mixed,
  mixedUp,
  type Rung,
  type RungReason,
} from '../engine/index.js';
import { methodAdvice } from './advice.js';
import { methodName } from './describe.js';
import { findingLine } from './findings.js';
import { type Part, textPart } from './parts.js';
import type { Context } from './services.js';

export { type Mixed, mixedUp };

type Words = Pick<Context, 'say' | 'format'>;
const WORST_SHOWN = 3;
const PAIRS_SHOWN = 3;
const LARGEST_TABLE = 12;

export function measurementOf(record: CascadeRecord, method: MethodName): Measurement | null {
  return record.rungs.find((rung) => rung.method === method)?.measurement ?? null;
}

/** One line: how good the chosen answerer is, and on what that was measured. */
export function measuredLine({ say, format }: Words, record: CascadeRecord): string {
  const measurement = measurementOf(record, record.chosen);
  if (measurement === null) return say('status.notMeasured');
  const { examples, folds } = measurement;
  return say('report.measured', { accuracy: format.accuracy(measurement), examples, folds });
}

/** The whole card, as `handful train` prints it. */
export function reportCard(words: Words, record: CascadeRecord): Part[] {
  const { say, format } = words;
  const chosen = measurementOf(record, record.chosen);
  return [
    textPart(measuredLine(words, record)),
    ...methodTable(words, record),
    textPart(stopLine(words, record)),
    ...(chosen === null
      ? []
      : [
          ...confusionTable(words, record.labels, chosen),
          ...[...worstLines(words, chosen), nextLine(words, record), ...adviceOf(words, record)].map(textPart),
        ]),
    textPart(
      say('report.made', {
        encoder: record.encoder,
        backend: record.backend,
        seed: record.seed,
        time: format.duration(record.seconds),
      }),
    ),
  ];
}

/** Methods on the same folds; ★ marks the chosen one. A method that was not measured says why. */
export function methodTable({ say, format }: Words, record: CascadeRecord): Part[] {
  const measured = record.rungs.filter((rung) => rung.measurement !== null);
  const rows = measured.map((rung) => [
    `${methodName(say, rung.method)}${rung.method === record.chosen ? ' ★' : ''}`,
    format.accuracy(rung.measurement!),
    rung.measurement!.macroF1.toFixed(2),
    rung.measurement!.ece.toFixed(2),
    timeOf(rung) === 0 ? '–' : format.duration(timeOf(rung)),
  ]);
  const head = ['', say('report.accuracy'), say('report.macroF1'), say('report.calibration'), say('report.time')];
  const others = record.rungs
    .filter((rung) => rung.measurement === null)
    .map((rung) =>
      say(rung.status === 'failed' ? 'report.failed' : 'report.skipped', {
        method: methodName(say, rung.method),
        why: reasonText({ say, format }, rung.reason),
      }),
    );
  const parts = measured
    .filter((rung) => rung.measurement!.examples < record.examples)
    .map((rung) =>
      say('report.part', {
        method: methodName(say, rung.method),
        measured: rung.measurement!.examples,
        examples: record.examples,
      }),
    );
  const notes = measured.flatMap((rung) => rungNotes({ say }, rung));
  return [{ kind: 'table', rows: [head, ...rows] }, ...[...notes, ...parts, ...others].map(textPart)];
}

/** What was out of the ordinary: settings of a person or of a search, and memory that ran out. */
function rungNotes({ say }: Pick<Words, 'say'>, { method: name, options = {}, memory }: Rung): string[] {
  const method = methodName(say, name);
  const settings = Object.entries(options).map(([option, value]) => `${option}=${value}`);
  return [
    ...(settings.length === 0 ? [] : [say('report.options', { method, options: settings.join(' ') })]),
    ...(memory === undefined || memory.parts === 1 ? [] : [say('report.memoryParts', { method, parts: memory.parts })]),
    ...(memory?.backend == null ? [] : [say('report.memoryBackend', { method, backend: memory.backend })]),
  ];
}

/** Why a method was not measured, as a sentence. */
export function reasonText({ say, format }: Words, reason: RungReason | null): string {
  switch (reason?.kind) {
    case 'nothing-to-tune':
      return say('reason.nothing-to-tune', { encoder: reason.encoder });
    case 'no-unlabelled':
      return say('reason.no-unlabelled', { found: reason.found, least: reason.least });
    case 'no-related':
      return say('reason.no-related');
    case 'over-budget':
      return say('reason.over-budget', { needed: format.duration(reason.needed), left: format.duration(reason.left) });
    case 'unfinished':
      return say('reason.unfinished', { budget: format.duration(reason.budget) });
    case 'error':
      return reason.message;
    case undefined:
      return '';
    default:
      return reason satisfies never;
  }
}

const timeOf = (rung: Rung): number => rung.measureSeconds + rung.trainSeconds;

export function stopLine({ say, format }: Words, record: CascadeRecord): string {
  return say(`stopped.${record.stopped}`, { target: format.percent(record.target) });
}

/** Rows: the right label; columns: what was answered. Many labels are shown as their most mixed-up pairs. */
export function confusionTable({ say, format }: Words, labels: readonly string[], measurement: Measurement): Part[] {
  if (labels.length > LARGEST_TABLE) {
    const pairs = mixedUp(labels, measurement).slice(0, PAIRS_SHOWN);
    if (pairs.length === 0) return [];
    return [textPart(say('report.mixedUp', { pairs: format.list(pairs.map((pair) => pairWords(say, pair))) }))];
  }
  const rows = labels.map((label, i) => [label, ...labels.map((_, j) => String(measurement.confusion[i]?.[j] ?? 0))]);
  return [textPart(say('report.confusion')), { kind: 'table', rows: [['', ...labels], ...rows], gap: '  ' }];
}

export function pairWords(say: Words['say'], { a, b, count }: Mixed): string {
  return say('report.pair', { a, b, count });
}

export function worstLines({ say, format }: Words, { worst }: Measurement): string[] {
  const wrong = worst.filter((example) => example.answered !== example.label).slice(0, WORST_SHOWN);
  if (wrong.length === 0) return [];
  const line = ({ text, label, answered, probability }: (typeof wrong)[number]): string =>
    `  ${say('report.wrong', { text: format.quote(text), label, answered, probability: format.percent(probability) })}`;
  return [say('report.worst'), ...wrong.map(line)];
}

/** The label that most of the errors touch, when there is one: teaching it helps most. */
export function labelToTeach(record: CascadeRecord): string | null {
  const measurement = measurementOf(record, record.chosen);
  if (measurement === null) return null;
  const errors = record.labels.map((label, i) => {
    const missed = (measurement.confusion[i] ?? []).reduce((sum, count, j) => (i === j ? sum : sum + count), 0);
    const taken = measurement.confusion.reduce((sum, row, j) => (i === j ? sum : sum + (row[i] ?? 0)), 0);
    return { label, errors: missed + taken };
  });
  const most = errors.reduce((best, entry) => (entry.errors > best.errors ? entry : best), { label: '', errors: 0 });
  return most.errors === 0 ? null : most.label;
}

export function nextLine({ say }: Words, record: CascadeRecord): string {
  const label = labelToTeach(record);
  return label === null ? '' : say('report.next', { label });
}

/** What fits the data, and the worst thing that stands in the way; records of older versions know neither. */
export function adviceOf(words: Words, record: CascadeRecord): string[] {
  const { facts } = record;
  if (facts === undefined) return [];
  const worst = diagnose({ record, facts })[0];
  return [methodAdvice(words, facts), ...(worst === undefined ? [] : [findingLine(words, worst)])];
}
