// /model promote: let a kept version answer (or the examples in context).

import { answererName } from '../describe.js';
import { fail } from '../fail.js';
import type { News } from '../journal.js';
import { defineCommand } from './command.js';
import { findTask, findVersion } from './lookup.js';
import * as option from './option.js';

export const modelPromote = defineCommand({
  name: 'model promote',
  summary: 'model.promote.summary',
  audience: 'moderators',
  visibility: 'everyone',
  options: {
    version: option.version({ summary: 'option.version' }),
    task: option.task(),
    instead: option.version({ summary: 'option.instead', hidden: true }),
  },
  rest: 'version',
  examples: ['/model promote version:2', '/model promote version:in-context'],
  run: async (services, context, input) => {
    const { say, person } = context;
    const { workspace, answers } = services;
    const task = await findTask(services, context, input.task);
    const versions = await workspace.versions(task);
    if (input.instead !== undefined && input.instead !== task.activeVersion) {
      const active = versions.find(({ number }) => number === task.activeVersion);
      const answerer = answererName(
        say,
        active === undefined ? { kind: 'in-context' } : { kind: 'version', ...active },
      );
      return { kind: 'status', text: say('promote.already', { task: task.name, answerer }) };
    }
    // Left out: the newest version that does not answer yet.
    const wanted =
      input.version === undefined
        ? versions.findLast((version) => version.number !== task.activeVersion)?.number
        : input.version;
    if (wanted === undefined) throw fail(say, 'unknown-version', say('version.none', { task: task.name }));
    const version = wanted === null ? null : findVersion(context, task, versions, wanted);
    const name = answererName(say, version === null ? { kind: 'in-context' } : { kind: 'version', ...version });
    if (task.activeVersion === wanted)
      return { kind: 'status', text: say('promote.already', { task: task.name, answerer: name }) };
    if (version !== null) await answers.warmUp(task, version.number);
    await workspace.promote(task, wanted, person);
    const news: News =
      wanted === null
        ? { key: 'journal.promotedInContext', task, values: {} }
        : { key: 'journal.promoted', task, values: { version: wanted } };
    return { kind: 'status', news: [news], text: say('promote.done', { task: task.name, answerer: name }) };
  },
});
