// /model compare: the versions of a task side by side, and the methods of the last run on the same folds.

import { methodName, whenWords } from '../describe.js';
import { type Part, textPart, withParts } from '../parts.js';
import { methodTable } from '../report-card.js';
import type { Context } from '../services.js';
import type { Task, Version } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const modelCompare = defineCommand({
  name: 'model compare',
  summary: 'model.compare.summary',
  options: { task: option.task() },
  rest: 'task',
  examples: ['/model compare task:support'],
  run: async (services, context, input) => {
    const { say } = context;
    const task = await findTask(services, context, input.task);
    const versions = await services.workspace.versions(task);
    const last = await services.memory.last(task.id);
    const record = last?.record ?? versions.at(-1)?.record ?? null;
    if (record === null)
      return { kind: 'report', task: task.name, record, text: say('compare.nothing', { task: task.name }) };
    const parts = [
      ...(versions.length === 0 ? [] : versionTable(context, task, { versions, now: services.clock.now() })),
      textPart(say('compare.methods', { examples: record.examples })),
      ...methodTable(context, record),
    ];
    return { kind: 'report', task: task.name, record, ...withParts(parts) };
  },
});

function versionTable(
  { say, format, person, nameOf }: Context,
  task: Task,
  { versions, now }: { versions: readonly Version[]; now: number },
): Part[] {
  const rows = versions.map(({ number, method, record, createdBy, createdAt, stale }) => {
    const measurement = record.rungs.find((rung) => rung.method === method)?.measurement;
    return [
      `${say('version', { version: number })}${number === task.activeVersion ? ' ★' : ''}${stale ? ' !' : ''}`,
      methodName(say, method),
      measurement == null ? '–' : format.accuracy(measurement),
      String(record.examples),
      createdBy === person ? say('word.you') : nameOf(createdBy),
      whenWords(say, createdAt, now),
    ];
  });
  const head = [
    '',
    say('compare.method'),
    say('compare.accuracy'),
    say('compare.examples'),
    say('compare.by'),
    say('compare.when'),
  ];
  const notes = [say('compare.active')];
  if (versions.some((version) => version.stale)) notes.push(say('compare.stale'));
  const fingerprints = new Set(versions.map((version) => version.record.fingerprint));
  if (fingerprints.size > 1) notes.push(say('compare.differentExamples'));
  return [{ kind: 'table', rows: [head, ...rows] }, textPart(notes.join('\n'))];
}
