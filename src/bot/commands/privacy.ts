// /privacy show | export | forget: what is kept of a person, as a file, and its deletion.

import type { Context, Services } from '../services.js';
import type { Example, Task } from '../workspace/types.js';
import { defineCommand } from './command.js';
import { confirmChoices } from './confirm.js';
import * as option from './option.js';

interface Submitted {
  readonly task: Task;
  readonly examples: readonly Example[];
}

async function submittedBy({ workspace }: Services, { space, person }: Context): Promise<Submitted[]> {
  const all = (await workspace.tasks(space)).map(async (task) => ({
    task,
    examples: (await workspace.examples(task)).filter((example) => example.submittedBy === person),
  }));
  return (await Promise.all(all)).filter(({ examples }) => examples.length > 0);
}

const countOf = (submitted: readonly Submitted[]): number =>
  submitted.reduce((sum, { examples }) => sum + examples.length, 0);

export const privacyShow = defineCommand({
  name: 'privacy show',
  summary: 'privacy.show.summary',
  options: {},
  examples: ['/privacy show'],
  run: async (services, context) => {
    const { say } = context;
    const submitted = await submittedBy(services, context);
    const lines = submitted.map(
      ({ task, examples }) => `  ${task.name}: ${say('count.examples', { count: examples.length })}`,
    );
    const text = say('privacy.kept', {
      count: countOf(submitted),
      tasks: submitted.length,
      place: services.config.store,
    });
    return { kind: 'privacy', text: [text, ...lines, say('privacy.use')].join('\n') };
  },
});

export const privacyExport = defineCommand({
  name: 'privacy export',
  summary: 'privacy.export.summary',
  options: { file: option.fileName({ summary: 'option.exportFile' }) },
  rest: 'file',
  examples: ['/privacy export'],
  run: async (services, context, input) => {
    const { say, files } = context;
    const submitted = await submittedBy(services, context);
    const content = submitted.map(({ task, examples }) => ({
      task: task.name,
      examples: examples.map(({ text, label, submittedAt }) => ({
        text,
        label,
        submittedAt: new Date(submittedAt).toISOString(),
      })),
    }));
    const place = await files.write(input.file ?? 'handful-my-data.json', `${JSON.stringify(content, null, 2)}\n`);
    return { kind: 'file', text: say('privacy.exported', { count: countOf(submitted), place }) };
  },
});

export const privacyForget = defineCommand({
  name: 'privacy forget',
  summary: 'privacy.forget.summary',
  options: { confirm: option.yesNo({ summary: 'option.confirm' }) },
  examples: ['/privacy forget confirm:yes'],
  run: async (services, context, input) => {
    const { say, format, space, person } = context;
    const { workspace, runs, memory } = services;
    if (input.confirm !== true) {
      const submitted = await submittedBy(services, context);
      return {
        kind: 'privacy',
        text: say('privacy.confirm', { count: countOf(submitted), tasks: submitted.length }),
        choices: confirmChoices(
          context,
          { command: 'privacy forget', options: { confirm: 'yes' } },
          { command: 'privacy show', options: {} },
        ),
      };
    }
    const forgotten = await workspace.forgetPerson(space, person);
    for (const { task } of forgotten) {
      await memory.forgetTexts(task.id);
      runs.changed(task);
    }
    const examples = forgotten.reduce((sum, { removed }) => sum + removed.length, 0);
    const stale = forgotten.reduce((sum, { staleVersions }) => sum + staleVersions.length, 0);
    const said = say('privacy.forgotten', { count: examples, tasks: forgotten.length });
    return { kind: 'privacy', text: format.sentences(said, stale === 0 ? '' : say('privacy.stale', { count: stale })) };
  },
});
