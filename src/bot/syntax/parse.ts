// A chat line → what the person wants: a command with its options, "text => label", or a plain text. Pure; knows the commands
// only by their names and options. Full-width ／ ： ＝＞ and every pair of quotes that keyboards produce are accepted.

import { suggest } from '../../engine/index.js';
import { readOptions } from './options.js';

/** What the parser must know of a command. */
export interface CommandShape {
  /** `ask`, `task create` */
  readonly name: string;
  /** A shorter way to type it, where no other command has that name. */
  readonly alias?: string | undefined;
  readonly options: readonly OptionShape[];
  /** The option that takes text given without an option name. */
  readonly rest?: string | undefined;
}

export interface OptionShape {
  readonly name: string;
  /** `yes-no` options take nothing but yes or no, so that "why: it failed" stays text. */
  readonly kind: string;
  /** Understood, but never offered. */
  readonly hidden?: boolean | undefined;
}

export type ParsedLine =
  | { readonly kind: 'command'; readonly name: string; readonly options: Readonly<Record<string, string>> }
  | { readonly kind: 'teach'; readonly text: string; readonly label: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wrong'; readonly problem: ParseProblem };

/** What could not be understood; dispatch makes a sentence of it. */
export type ParseProblem =
  | { readonly kind: 'unknown-command'; readonly typed: string; readonly meant: string | null }
  | { readonly kind: 'needs-subcommand'; readonly typed: string; readonly subcommands: readonly string[] }
  | {
      readonly kind: 'unknown-option';
      readonly command: string;
      readonly typed: string;
      readonly meant: string | null;
      readonly known: readonly string[];
    }
  | { readonly kind: 'repeated-option'; readonly command: string; readonly option: string }
  | { readonly kind: 'unclosed-quote'; readonly quote: string; readonly after: string }
  | { readonly kind: 'stray-text'; readonly command: string; readonly text: string; readonly known: readonly string[] }
  | { readonly kind: 'half-arrow'; readonly missing: 'text' | 'label' };

const ARROW = /=>|⇒|＝＞|=＞|＝>/g;

export function parseLine(line: string, commands: readonly CommandShape[]): ParsedLine {
  const trimmed = line.trim();
  if (trimmed === '') return { kind: 'nothing' };
  if (/^[/／]/.test(trimmed)) return parseCommand(trimmed.slice(1), commands);
  const taught = splitArrow(trimmed);
  if (taught === null) return { kind: 'text', text: trimmed };
  return 'missing' in taught
    ? { kind: 'wrong', problem: { kind: 'half-arrow', missing: taught.missing } }
    : { kind: 'teach', ...taught };
}

/** "text => label" split at the last arrow; null without one. Quotes around the whole text or label are taken off. */
export function splitArrow(
  line: string,
): { readonly text: string; readonly label: string } | { readonly missing: 'text' | 'label' } | null {
  const last = [...line.matchAll(ARROW)].at(-1);
  if (last === undefined) return null;
  const text = unquote(line.slice(0, last.index).trim());
  const label = unquote(line.slice(last.index + last[0].length).trim());
  if (label === '') return { missing: 'label' };
  if (text === '') return { missing: 'text' };
  return { text, label };
}

function unquote(text: string): string {
  const inside = /^"([^"]*)"$|^“([^“”]*)”$|^「([^「」]*)」$/.exec(text);
  return inside === null ? text : (inside[1] ?? inside[2] ?? inside[3] ?? '').trim();
}

function parseCommand(line: string, commands: readonly CommandShape[]): ParsedLine {
  const found = findCommand(line, commands);
  if ('problem' in found) return { kind: 'wrong', problem: found.problem };
  const read = readOptions(found.rest, found.command);
  return 'problem' in read
    ? { kind: 'wrong', problem: read.problem }
    : { kind: 'command', name: found.command.name, options: read.options };
}

function findCommand(
  line: string,
  commands: readonly CommandShape[],
): { readonly command: CommandShape; readonly rest: string } | { readonly problem: ParseProblem } {
  const [, first = '', second = ''] = /^\s*(\S*)(?:\s+([^\s:：]+)(?=\s|$))?/.exec(line) ?? [];
  for (const name of [`${first} ${second}`, first].map((words) => words.toLowerCase())) {
    const command =
      commands.find((candidate) => candidate.name === name) ?? commands.find((candidate) => candidate.alias === name);
    if (command !== undefined) return { command, rest: afterWords(line, name.split(' ').length) };
  }
  const group = commands.filter((command) => command.name.startsWith(`${first.toLowerCase()} `));
  if (group.length > 0 && second === '') {
    const subcommands = group.map((command) => command.name.slice(first.length + 1));
    return { problem: { kind: 'needs-subcommand', typed: `/${first}`, subcommands } };
  }
  return { problem: { kind: 'unknown-command', ...didYouMean({ first, second, group, commands }) } };
}

function afterWords(line: string, words: number): string {
  return line.replace(new RegExp(`^\\s*(?:\\S+\\s*){${words}}`), '');
}

/** `/tsak create` → `/task create`; `/tsak` → `/task create` too when only the group is near. */
function didYouMean(typed: {
  readonly first: string;
  readonly second: string;
  readonly group: readonly CommandShape[];
  readonly commands: readonly CommandShape[];
}): { readonly typed: string; readonly meant: string | null } {
  const { first, second, group, commands } = typed;
  if (group.length > 0) {
    const meant = suggest(
      second,
      group.map((command) => command.name.slice(first.length + 1)),
    );
    return { typed: `/${first} ${second}`, meant: meant === null ? null : `/${first.toLowerCase()} ${meant}` };
  }
  const whole =
    second === ''
      ? null
      : suggest(
          `${first} ${second}`,
          commands.map((command) => command.name),
        );
  const heads = [...new Set(commands.map((command) => command.name.split(' ')[0]!))];
  const head = suggest(first, heads);
  const ofHead =
    commands.find((command) => command.name === head) ??
    commands.find((command) => command.name.startsWith(`${head} `));
  const meant = whole ?? ofHead?.name ?? null;
  return { typed: `/${first}`, meant: meant === null ? null : `/${meant}` };
}
