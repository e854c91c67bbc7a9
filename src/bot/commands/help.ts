// /help: one screen of what can be done, with examples; one command in full when it is named.

import { suggest } from '../../engine/index.js';
import { fail } from '../fail.js';
import { padEnd } from '../format.js';
import { textPart, withParts } from '../parts.js';
import type { Reply } from '../reply.js';
import type { Context } from '../services.js';
import { type Command, defineCommand } from './command.js';
import * as option from './option.js';

/** The table of commands is handed in, since it holds this command too. */
export function createHelp(commands: () => readonly Command[]): Command {
  return defineCommand({
    name: 'help',
    summary: 'help.summary',
    options: { command: option.text({ summary: 'option.command' }) },
    rest: 'command',
    examples: ['/help', '/help teach'],
    run: async (_services, context, input) =>
      input.command === undefined ? overview(context, commands()) : details(context, commands(), input.command),
  });
}

function overview({ say, format, role }: Context, commands: readonly Command[]): Reply {
  const heads = [...new Set(commands.map((command) => command.name.split(' ')[0]!))];
  const rows = heads.map((head) => {
    const members = commands.filter((command) => command.name.startsWith(`${head} `));
    const names = format.list(members.map((command) => command.name.slice(head.length + 1)));
    const group = GROUPS[head];
    if (group !== undefined) return [`/${head} …`, say(group, { commands: names })] as const;
    const command = members[0] ?? commands.find(({ name }) => name === head)!;
    return [`/${command.name}`, say(command.summary)] as const;
  });
  return {
    kind: 'help',
    ...withParts([
      textPart(say('help.start')),
      { kind: 'terms', terms: rows },
      textPart(say(role === 'owner' ? 'help.end' : 'help.endCommunity')),
    ]),
  };
}

/** What a family of commands is about. */
const GROUPS: Readonly<Record<string, 'help.task' | 'help.model' | 'help.concept' | 'help.privacy' | undefined>> = {
  task: 'help.task',
  model: 'help.model',
  concept: 'help.concept',
  privacy: 'help.privacy',
};

function details({ say, format }: Context, commands: readonly Command[], typed: string): Reply {
  const wanted = typed
    .trim()
    .replace(/^[/／]/, '')
    .toLowerCase();
  const found = commands.filter((command) => command.name === wanted || command.name.startsWith(`${wanted} `));
  if (found.length === 0) {
    const meant = suggest(
      wanted,
      commands.map((command) => command.name),
    );
    const help = meant === null ? say('unknown.help') : say('meant', { meant: `/${meant}` });
    throw fail(say, 'unknown-command', format.sentences(say('unknown.command', { typed: `/${wanted}` }), help));
  }
  const text = found.map((command) => {
    const shown = Object.entries(command.options).filter(([, { hidden }]) => hidden !== true);
    const options = shown.map(([name, { summary, required, values }]) => {
      const choices = values === undefined ? '' : ` (${format.list(values)})`;
      return `  ${padEnd(`${name}:`, 13)} ${say(summary)}${choices}${required ? '' : ` · ${say('help.optional')}`}`;
    });
    return [
      `/${command.name}  ${say(command.summary)}`,
      ...options,
      ...command.examples.map((line) => `  ${say('help.example')} ${line}`),
    ].join('\n');
  });
  return { kind: 'help', text: text.join('\n') };
}
