// The options of a command line: `label:billing text:"I was charged twice"`, in any order, quoted or not, and the text that
// stands before them without a name. An unquoted value reaches to the next option of the command.

import { suggest } from '../../engine/index.js';
import type { CommandShape, ParseProblem } from './parse.js';

export type ReadOptions = { readonly options: Readonly<Record<string, string>> } | { readonly problem: ParseProblem };

const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '“': '”',
  '”': '”',
  '„': '“”',
  '‘': '’',
  '「': '」',
  '『': '』',
  '《': '》',
  '«': '»',
  '＂': '＂',
};

const YES_NO = /^(?:yes|no|true|false|on|off|y|n|是|否|对|不)(?=\s|$)/i;

/** Kinds whose values are one word: what follows it is the text that has no name (`/ask task:support it crashes`). */
const ONE_WORD = new Set(['yes-no', 'task', 'version', 'method', 'number', 'choice']);

export function readOptions(line: string, command: CommandShape): ReadOptions {
  const options: Record<string, string> = {};
  const unquoted = new Set<string>();
  const known = offered(command);
  const first = nextOption(line, { command, from: 0, spaced: false });
  const free = line.slice(0, first?.start ?? line.length).trim();
  if (free !== '') {
    const problem = freeTextProblem(free, command, known);
    if (problem !== null) return { problem };
    options[command.rest!] = unwrap(free);
  }
  for (let found = first; found !== null; ) {
    if (options[found.name] !== undefined) {
      return { problem: { kind: 'repeated-option', command: command.name, option: found.name } };
    }
    const value = readValue(line, found, { command, spaced: free === '' });
    if ('problem' in value) return value;
    options[found.name] = value.text;
    if (!value.quoted) unquoted.add(found.name);
    if (value.trailing !== '') {
      const { rest } = command;
      const text = value.trailing;
      if (rest === undefined || options[rest] !== undefined) {
        return { problem: { kind: 'stray-text', command: command.name, text, known } };
      }
      options[rest] = unwrap(text);
    }
    found = value.next;
  }
  return { options: withFreeWords(options, unquoted, command) };
}

/** Words after a one-word value are the text without a name, when that is not given otherwise. */
function withFreeWords(
  options: Record<string, string>,
  unquoted: ReadonlySet<string>,
  { rest, options: declared }: CommandShape,
): Record<string, string> {
  if (rest === undefined || options[rest] !== undefined) return options;
  const holder = declared.find(
    ({ name, kind }) => ONE_WORD.has(kind) && unquoted.has(name) && /\s/.test(options[name]!),
  );
  if (holder === undefined) return options;
  const [, word, words] = /^(\S+)\s+([\s\S]+)$/.exec(options[holder.name]!)!;
  return { ...options, [holder.name]: word!, [rest]: unwrap(words!) };
}

interface FoundOption {
  readonly name: string;
  /** Where its name starts, and where its value does. */
  readonly start: number;
  readonly valueStart: number;
}

interface Scan {
  readonly command: CommandShape;
  /** Whether "label: x" with a space counts; not inside text that has no option name, where people write colons. */
  readonly spaced: boolean;
}

function nextOption(line: string, scan: Scan & { readonly from: number }): FoundOption | null {
  const names = /(^|\s)([\p{L}-]+)[:：](\s*)/gu;
  names.lastIndex = scan.from;
  for (let match = names.exec(line); match !== null; match = names.exec(line)) {
    const [whole, before = '', typed = '', space = ''] = match;
    const option = scan.command.options.find((candidate) => candidate.name === typed.toLowerCase());
    const valueStart = match.index + whole.length;
    const start = match.index + before.length;
    const atStart = line.slice(0, start).trim() === '';
    const fits = option?.kind !== 'yes-no' || YES_NO.test(line.slice(valueStart));
    const counts = space === '' || scan.spaced || atStart;
    if (option !== undefined && fits && counts && !isInQuotes(line, start))
      return { name: option.name, start, valueStart };
    names.lastIndex = start + typed.length;
  }
  return null;
}

/** Whether a position lies between two straight double quotes; a single one is an inch. */
function isInQuotes(line: string, position: number): boolean {
  const before = [...line.slice(0, position).replace(/\\"/g, '')].filter((letter) => letter === '"').length;
  return before % 2 === 1 && line.slice(position).includes('"');
}

type ReadValue =
  | {
      readonly text: string;
      readonly quoted: boolean;
      readonly next: FoundOption | null;
      /** Words between a quoted value and the next option. */
      readonly trailing: string;
    }
  | { readonly problem: ParseProblem };

function readValue(line: string, found: FoundOption, scan: Scan): ReadValue {
  const start = found.valueStart;
  const quoted = readQuoted(line, start);
  if (quoted === 'unclosed') {
    return { problem: { kind: 'unclosed-quote', quote: line[start]!, after: line.slice(start + 1, start + 31) } };
  }
  if (quoted === null) return readUnquoted(line, start, scan);
  const next = nextOption(line, { ...scan, from: quoted.end });
  const trailing = line.slice(quoted.end, next?.start ?? line.length).trim();
  const stray = /^([\p{L}-]+)[:：]/u.exec(trailing);
  if (stray !== null) return { problem: unknownOption(stray[1]!, scan.command) };
  const kind = scan.command.options.find(({ name }) => name === found.name)?.kind ?? '';
  // `text:"no" means no`: the quotes are part of a longer text.
  if (trailing !== '' && !ONE_WORD.has(kind)) return readUnquoted(line, start, scan);
  return { text: quoted.text, quoted: true, next, trailing };
}

function readUnquoted(line: string, start: number, scan: Scan): ReadValue {
  // From one before the value, so that an option right at its start (`text: label:bug`) is seen as one.
  const next = nextOption(line, { ...scan, from: Math.max(0, start - 1) });
  const text = line.slice(start, next?.start ?? line.length).trim();
  const mistyped = [...text.matchAll(/(?:^|\s)([\p{L}-]{4,})[:：](?=\S)/gu)]
    .map((match) => match[1]!)
    .find((word) => suggest(word, offered(scan.command)) !== null);
  return mistyped === undefined
    ? { text, quoted: false, next, trailing: '' }
    : { problem: unknownOption(mistyped, scan.command) };
}

/** A quoted value: its text and the position after the closing quote; null when no quote starts it. */
function readQuoted(line: string, start: number): { readonly text: string; readonly end: number } | 'unclosed' | null {
  const quote = line[start] ?? '';
  const closing = CLOSING[quote];
  if (closing === undefined) return null;
  let text = '';
  for (let i = start + 1; i < line.length; i++) {
    const letter = line[i]!;
    const escaped = letter === '\\' ? line[i + 1] : undefined;
    if (escaped !== undefined && (escaped === '\\' || escaped === quote || closing.includes(escaped))) {
      text += escaped;
      i++;
    } else if (closing.includes(letter) && (quote !== "'" || /^(?:\s|$)/.test(line.slice(i + 1)))) {
      return { text, end: i + 1 };
    } else text += letter;
  }
  // An apostrophe that opens a word ('tis) is no quote.
  return quote === "'" || quote === '‘' ? null : 'unclosed';
}

/** Free text that is wholly in quotes loses them. */
function unwrap(text: string): string {
  const quoted = readQuoted(text, 0);
  return quoted !== null && quoted !== 'unclosed' && quoted.end === text.length ? quoted.text : text;
}

function freeTextProblem(free: string, command: CommandShape, known: readonly string[]): ParseProblem | null {
  const named = /^([\p{L}-]+)[:：]\S/u.exec(free);
  if (command.rest === undefined) {
    return named === null
      ? { kind: 'stray-text', command: command.name, text: free, known }
      : unknownOption(named[1]!, command);
  }
  if (named !== null && suggest(named[1]!, known) !== null) return unknownOption(named[1]!, command);
  return null;
}

const offered = (command: CommandShape): string[] =>
  command.options.filter(({ hidden }) => hidden !== true).map(({ name }) => name);

function unknownOption(typed: string, command: CommandShape): ParseProblem {
  const known = offered(command);
  return { kind: 'unknown-option', command: command.name, typed, meant: suggest(typed, known), known };
}
