// What Tab can complete right now: the commands, and the tasks and labels of the space.

import { COMMANDS, shapeOf } from '../commands/index.js';
import type { Services } from '../services.js';
import type { Vocabulary } from './complete.js';

const COMMAND_SHAPES: Vocabulary['commands'] = COMMANDS.filter(({ hidden }) => !hidden).map((command) => {
  const values = Object.entries(command.options).map(([name, option]) => [name, option.values ?? []] as const);
  const shape = shapeOf(command);
  const options = shape.options.filter((option) => option.hidden !== true);
  return { ...shape, options, values: Object.fromEntries(values) };
});

export async function readVocabulary({ workspace }: Services, space: string): Promise<Vocabulary> {
  const tasks = await workspace.tasks(space);
  const current = tasks.length === 0 ? undefined : await workspace.findTask(space);
  return {
    commands: COMMAND_SHAPES,
    tasks: tasks.map((task) => task.name),
    labels: (name) => {
      const task = name === undefined ? current : tasks.find((candidate) => candidate.name === name);
      return task?.labels.map((label) => label.name) ?? [];
    },
  };
}
