// /model rollback: back to what answered before.

import { answererName } from '../describe.js';
import { fail } from '../fail.js';
import type { News } from '../journal.js';
import { defineCommand } from './command.js';
import { findTask } from './lookup.js';
import * as option from './option.js';

export const modelRollback = defineCommand({
  name: 'model rollback',
  summary: 'model.rollback.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: { task: option.task() },
  rest: 'task',
  examples: ['/model rollback'],
  run: async (services, context, input) => {
    const { say, person } = context;
    const { workspace, answers } = services;
    const task = await findTask(services, context, input.task);
    const previous = await workspace.previous(task);
    if (previous === undefined) throw fail(say, 'unknown-version', say('rollback.nothing', { task: task.name }));
    if (previous !== null) await answers.warmUp(task, previous);
    const rolledBack = await workspace.rollback(task, person);
    const versions = await workspace.versions(rolledBack);
    const now = versions.find((version) => version.number === rolledBack.activeVersion);
    const answerer = answererName(say, now === undefined ? { kind: 'in-context' } : { kind: 'version', ...now });
    const said = say('rollback.done', { task: task.name, answerer });
    const kept = task.activeVersion === null ? '' : say('rollback.kept', { version: task.activeVersion });
    const news: News =
      now === undefined
        ? { key: 'journal.rolledBackInContext', task, values: {} }
        : { key: 'journal.rolledBack', task, values: { version: now.number } };
    return { kind: 'status', news: [news], text: context.format.sentences(said, kept) };
  },
});
