// What everyone reads when a run has news: the first measurement, the swap, or why nothing changed. Pure.

import type { CascadeRecord, MethodName, Rung } from '../engine/index.js';
import { answererName, methodName } from './describe.js';
import type { AnsweredBy, Reply } from './reply.js';
import { adviceOf, labelToTeach, measurementOf, mixedUp } from './report-card.js';
import type { Run, RunEvent, RunOutcome } from './run-types.js';
import type { Context } from './services.js';

type Words = Pick<Context, 'say' | 'format'>;

/** The reply that an event is worth, or null. */
export function announcement(words: Words, event: RunEvent): Reply | null {
  switch (event.kind) {
    case 'queued':
      return event.run.resumed
        ? { kind: 'notice', text: words.say('run.resumed', { task: event.run.taskName }) }
        : null;
    case 'started':
    case 'progress':
    case 'measured':
      return null;
    case 'climbing':
      return climbing(words, event);
    case 'finished':
      return finished(words, event.run, event.outcome);
    default:
      return event satisfies never;
  }
}

/** Nobody asked for this run: say why the machine gets busy. */
function climbing({ say, format }: Words, event: Extract<RunEvent, { kind: 'climbing' }>): Reply | null {
  const { run, from, target } = event;
  if (!run.automatic) return null;
  const values = {
    task: run.taskName,
    accuracy: format.accuracy(from),
    folds: from.folds,
    target: format.percent(target),
  };
  return { kind: 'notice', text: say('notice.belowTarget', values) };
}

function finished(words: Words, run: Run, outcome: RunOutcome): Reply | null {
  const { say } = words;
  const task = run.taskName;
  switch (outcome.kind) {
    case 'promoted':
      return { kind: 'report', task, record: outcome.record, text: promotedText(words, run, outcome) };
    case 'kept':
      return { kind: 'report', task, record: outcome.record, text: keptText(words, run, outcome) };
    case 'labels-changed':
      return { kind: 'notice', text: say('run.labelsChanged', { task }) };
    case 'cancelled':
      return { kind: 'notice', text: say('run.cancelled', { task }) };
    case 'failed': {
      const why = outcome.errorId === null ? outcome.message : say('bug.short', { id: outcome.errorId });
      return { kind: 'notice', text: say('run.failed', { task, why }) };
    }
    case 'dropped':
      return null;
    default:
      return outcome satisfies never;
  }
}

const methodOf = (by: AnsweredBy): MethodName => (by.kind === 'in-context' ? 'in-context' : by.method);

function promotedText(
  words: Words,
  run: Run,
  { before, after, record }: Extract<RunOutcome, { kind: 'promoted' }>,
): string {
  const { say, format } = words;
  const [was, is] = [measurementOf(record, methodOf(before)), measurementOf(record, methodOf(after))];
  const change =
    was === null || is === null || methodOf(before) === methodOf(after)
      ? is === null
        ? ''
        : say('run.after', { accuracy: format.accuracy(is), folds: is.folds })
      : say('run.change', { before: format.accuracy(was), after: format.accuracy(is) });
  const others = record.rungs.filter((rung) => ![methodOf(before), methodOf(after)].includes(rung.method));
  const parts = [change, ...others.flatMap((rung) => otherWords(words, rung))].filter((part) => part !== '');
  const first = say('run.promoted', { task: run.taskName, answerer: answererName(say, after) });
  const time = say('run.time', { time: format.duration(record.seconds) });
  const hint = hintLine(words, record);
  return format.sentences(first, parts.join(say('word.semicolon')) + say('word.stop') + time) + hint;
}

function otherWords({ say, format }: Words, rung: Rung): string[] {
  if (rung.measurement === null) return [];
  return [
    say('run.other', { method: methodName(say, rung.method), accuracy: format.percent(rung.measurement.accuracy) }),
  ];
}

function keptText(words: Words, run: Run, { by, record }: Extract<RunOutcome, { kind: 'kept' }>): string {
  const { say, format } = words;
  const kept = measurementOf(record, record.chosen);
  const hint = hintLine(words, record);
  const values = { task: run.taskName, answerer: answererName(say, by), target: format.percent(record.target) };
  const accuracy = kept === null ? '–' : format.accuracy(kept);
  if (record.stopped === 'target-met') return say('run.keptTarget', { ...values, accuracy }) + hint;
  if (record.stopped === 'cannot-tell') return say('run.keptCannotTell', { ...values, accuracy }) + hint;
  const rival = record.rungs
    .filter((rung) => rung.method !== record.chosen && rung.measurement !== null)
    .sort((a, b) => b.measurement!.accuracy - a.measurement!.accuracy)[0];
  if (rival === undefined) return say('run.keptAlone', { ...values, accuracy }) + hint;
  const compared = { rival: methodName(say, rival.method), reached: format.accuracy(rival.measurement!) };
  return say('run.keptBetter', { ...values, ...compared, accuracy }) + hint;
}

/** Further lines: what is mixed up, what would help, what the advisor and the doctor say. */
function hintLine(words: Words, record: CascadeRecord): string {
  return [mixedUpLine(words, record), ...adviceOf(words, record).map((line) => `\n  ${line}`)].join('');
}

function mixedUpLine({ say, format }: Words, record: CascadeRecord): string {
  const measurement = measurementOf(record, record.chosen);
  if (measurement === null) return '';
  const pair = mixedUp(record.labels, measurement)[0];
  if (pair === undefined) return '';
  const example = measurement.worst.find(
    ({ label, answered }) => (label === pair.a && answered === pair.b) || (label === pair.b && answered === pair.a),
  );
  const text = example === undefined ? '' : say('word.inBrackets', { text: format.quote(example.text, 40) });
  const unsure = measurement.worst.filter(({ label, answered }) => label !== answered).length;
  const better =
    unsure > 0 ? say('run.review', { count: unsure }) : say('report.next', { label: labelToTeach(record) ?? '' });
  return `\n  ${say('run.mixedUp', { a: pair.a, b: pair.b })}${text} · ${better}`;
}
