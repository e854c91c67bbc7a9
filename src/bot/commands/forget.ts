// /forget: take one example back, by its text or id.

import { countsLine } from '../describe.js';
import { fail } from '../fail.js';
import { defineCommand } from './command.js';
import { findExample, findTask } from './lookup.js';
import * as option from './option.js';

export const forget = defineCommand({
  name: 'forget',
  summary: 'forget.summary',
  options: {
    example: option.example({ summary: 'option.example', required: true }),
    task: option.task(),
  },
  rest: 'example',
  examples: ['/forget example:"I was charged twice"'],
  run: async (services, context, input) => {
    const { say, format, person, role } = context;
    const { workspace, runs, memory } = services;
    const task = await findTask(services, context, input.task);
    const example = findExample(context, task, await workspace.examples(task), input.example);
    // Members take back what they taught themselves.
    if (role === 'member' && example.submittedBy !== person) throw fail(say, 'forbidden', say('forget.others'));
    const forgotten = await workspace.forget(task, [example.id], person);
    await memory.forgetTexts(task.id, [example.text]);
    runs.changed(forgotten.task);
    const said = say('forget.done', { text: format.quote(example.text) });
    const stale =
      forgotten.staleVersions.length === 0
        ? ''
        : `\n${say('forget.stale', { versions: format.list(forgotten.staleVersions.map(String)), count: forgotten.staleVersions.length })}`;
    const standing = countsLine(context, forgotten.task, await workspace.counts(forgotten.task));
    const news = [{ key: 'journal.forgot', task, values: { count: 1 } }] as const;
    return { kind: 'task', news, text: `${said}  ${standing}${stale}` };
  },
});
