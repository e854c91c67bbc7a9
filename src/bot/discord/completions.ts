// What Discord offers while somebody types an option: tasks, labels, versions, examples. At most 25, each of at most 100 characters.

import type { ApplicationCommandOptionChoiceData } from 'discord.js';
import { findName } from '../../engine/index.js';
import { createSay, type Say } from '../catalogue/index.js';
import type { Command } from '../commands/index.js';
import { answererName } from '../describe.js';
import type { Services, Speaker } from '../services.js';
import type { Task } from '../workspace/types.js';
import { visible } from './components.js';

const MOST = 25;
const LONGEST = 100;

interface Candidate {
  readonly name: string;
  readonly value: string;
}

export async function completions(
  { workspace }: Pick<Services, 'workspace'>,
  speaker: Speaker,
  asked: { command: Command; option: string; typed: string; given: Readonly<Record<string, string>> },
): Promise<ApplicationCommandOptionChoiceData<string>[]> {
  const { command, option, typed, given } = asked;
  const kind = command.options[option]?.kind;
  const tasks = await workspace.tasks(speaker.space);
  const candidates = await (async (): Promise<Candidate[]> => {
    if (kind === 'task') return tasks.map(({ name }) => same(name));
    const task = await taskMeant();
    if (task === null) return [];
    switch (kind) {
      case 'label':
        return task.labels.map(({ name }) => same(name));
      case 'version':
        return versions(task, createSay(speaker.language));
      case 'example':
        return (await workspace.examples(task)).map(({ id, text }) => ({ name: text, value: id }));
      default:
        return [];
    }
  })();
  return best(candidates, typed);

  /** None where the name that was typed is no task's. */
  async function taskMeant(): Promise<Task | null> {
    if (tasks.length === 0) return null;
    if (given.task === undefined) return workspace.findTask(speaker.space);
    const names = tasks.map(({ name }) => name);
    const named = findName(given.task, names);
    return named === null ? null : workspace.findTask(speaker.space, named);
  }

  async function versions(task: Task, say: Say): Promise<Candidate[]> {
    const kept = (await workspace.versions(task)).map((version) => ({
      name: answererName(say, { kind: 'version', ...version }),
      value: String(version.number),
    }));
    return [...kept.reverse(), { name: answererName(say, { kind: 'in-context' }), value: 'in-context' }];
  }
}

const same = (name: string): Candidate => ({ name, value: name });

/** What begins with the typed characters first, then what holds them; a value that Discord would refuse is left out. */
function best(candidates: readonly Candidate[], typed: string): ApplicationCommandOptionChoiceData<string>[] {
  const wanted = typed.trim().toLowerCase();
  const fitting = candidates.filter(({ value }) => value.length <= LONGEST);
  const starting = fitting.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  const holding = fitting.filter((each) => !starting.includes(each) && each.name.toLowerCase().includes(wanted));
  return [...starting, ...holding].slice(0, MOST).map(({ name, value }) => ({ name: visible(name, LONGEST), value }));
}
