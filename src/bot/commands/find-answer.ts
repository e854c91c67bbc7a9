// The answer that a person speaks of, and its task, which may have another name by now.

import { type AskedRecord, KEPT_DAYS } from '../asked.js';
import { fail } from '../fail.js';
import type { Context, Services } from '../services.js';
import type { Task } from '../workspace/types.js';

/** By its id; without one the last answer that the person got. */
export async function findAnswer(
  { asked, workspace }: Pick<Services, 'asked' | 'workspace'>,
  { space, person, say }: Context,
  id: string | undefined,
): Promise<{ readonly answered: AskedRecord; readonly task: Task }> {
  const answered = id === undefined ? await asked.last(space, person) : await asked.find(space, id);
  if (answered === null) {
    const sentence = say(id === undefined ? 'asked.none' : 'asked.gone', { days: KEPT_DAYS });
    throw fail(say, 'unknown-example', sentence, { answer: id });
  }
  const task = (await workspace.tasks(space)).find((candidate) => candidate.id === answered.task);
  if (task === undefined) {
    throw fail(say, 'unknown-task', say('asked.taskGone', { task: answered.taskName }), { name: answered.taskName });
  }
  return { answered, task };
}
