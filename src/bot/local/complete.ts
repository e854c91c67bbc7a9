// Tab completion: commands, then their options, then tasks, labels, versions and choices as values. Pure: the candidates that the
// store holds are handed in.

import type { CommandShape } from '../syntax/parse.js';

export interface Vocabulary {
  readonly commands: readonly (CommandShape & { readonly values: Readonly<Record<string, readonly string[]>> })[];
  readonly tasks: readonly string[];
  /** Labels of a task; of the one used last without a name. */
  readonly labels: (task: string | undefined) => readonly string[];
}

/** As node:readline wants it: the candidates, and the end of the line that they replace. */
export function complete(line: string, vocabulary: Vocabulary): [candidates: string[], replaced: string] {
  const arrow = /(?:=>|⇒)\s*([^>]*)$/.exec(line);
  if (!line.startsWith('/')) {
    return arrow === null ? [[], line] : [starting(vocabulary.labels(undefined), arrow[1]!), arrow[1]!];
  }
  const typed = line.slice(1);
  const command = vocabulary.commands
    .filter(({ name }) => typed.startsWith(`${name} `))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (command === undefined) {
    const names = vocabulary.commands.map(({ name }) => `/${name} `);
    return [names.filter((name) => name.startsWith(line)), line];
  }
  const value = /(?:^|\s)([a-z]+):("?)([^":]*)$/.exec(line);
  const option = command.options.find((candidate) => candidate.name === value?.[1]);
  if (value !== null && option !== undefined)
    return values(vocabulary, command, { line, option, quote: value[2]!, begun: value[3]! });
  const word = /\S*$/.exec(line)?.[0] ?? '';
  const free = command.options.filter(({ name }) => !line.includes(` ${name}:`)).map(({ name }) => `${name}:`);
  return [starting(free, word), word];
}

function values(
  vocabulary: Vocabulary,
  command: Vocabulary['commands'][number],
  at: { line: string; option: CommandShape['options'][number]; quote: string; begun: string },
): [string[], string] {
  const { line, option, quote, begun } = at;
  const task = /\stask:(?:"([^"]*)"|(\S+))/.exec(line);
  const known = valuesOf(vocabulary, command, { option, task: task?.[1] ?? task?.[2] });
  const written = known.map((value) => (/\s/.test(value) || quote !== '' ? `"${value}" ` : `${value} `));
  return [starting(written, quote + begun).concat(quote === '' ? starting(written, `"${begun}`) : []), quote + begun];
}

function valuesOf(
  { tasks, labels }: Vocabulary,
  command: Vocabulary['commands'][number],
  { option, task }: { option: CommandShape['options'][number]; task: string | undefined },
): readonly string[] {
  switch (option.kind) {
    case 'task':
      return tasks;
    case 'label':
      return labels(task);
    case 'yes-no':
      return ['yes', 'no'];
    default:
      return command.values[option.name] ?? [];
  }
}

const starting = (candidates: readonly string[], begun: string): string[] =>
  candidates.filter((candidate) => candidate.toLowerCase().startsWith(begun.toLowerCase()));
