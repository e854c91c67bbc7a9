// What a command is: a name, options, examples and one function from input to reply. Help, completion, the parser and Discord's
// registration all read this one declaration.

import { suggest, type UserError } from '../../engine/index.js';
import type { PlainKey, SentenceKey } from '../catalogue/index.js';
import { fail } from '../fail.js';
import type { Reply } from '../reply.js';
import type { Context, Services } from '../services.js';
import type { CommandShape } from '../syntax/parse.js';
import type { InputOf, Option, Options } from './option.js';

/** Who may run a command where a community has moderators. */
export type Audience = 'everyone' | 'moderators';

/** Who sees the reply where several people read along; an error is always for the asker alone. */
export type Visibility = 'asker' | 'everyone';

export interface Command {
  /** As typed after the slash: `ask`, `task create`. */
  readonly name: string;
  /** A shorter way to type it: `concept` for `concept ask`. */
  readonly alias?: string;
  readonly summary: PlainKey;
  readonly audience: Audience;
  readonly visibility: Visibility;
  /** Not typed by people: faces send it for a button or a form. It is in no list of commands. */
  readonly hidden: boolean;
  /** Saves texts or labels of the person, to train on: the first time, the reply says what happens to them. */
  readonly teaches: boolean;
  readonly options: Options;
  /** The option that takes text typed without an option name. */
  readonly rest?: string | undefined;
  readonly examples: readonly string[];
  /** Parse what was typed and run; throws a UserError when a value is missing or wrong. */
  invoke(services: Services, context: Context, typed: Readonly<Record<string, string>>): Promise<Reply>;
}

export function defineCommand<O extends Options>(command: {
  readonly name: string;
  readonly alias?: string;
  readonly summary: PlainKey;
  readonly audience?: Audience;
  readonly visibility?: Visibility;
  readonly hidden?: boolean;
  readonly teaches?: boolean;
  readonly options: O;
  readonly rest?: keyof O & string;
  readonly examples: readonly [string, ...string[]];
  readonly run: (services: Services, context: Context, input: InputOf<O>) => Promise<Reply>;
}): Command {
  const { run, audience = 'everyone', visibility = 'asker', hidden = false, teaches = false, ...declaration } = command;
  return {
    ...declaration,
    audience,
    visibility,
    hidden,
    teaches,
    invoke: (services, context, typed) => run(services, context, parseInput(command, context, typed)),
  };
}

export function shapeOf(command: Command): CommandShape {
  const options = Object.entries(command.options).map(([name, { kind, hidden }]) => ({ name, kind, hidden }));
  return { name: command.name, alias: command.alias, options, rest: command.rest };
}

function parseInput<O extends Options>(
  command: { readonly name: string; readonly options: O; readonly examples: readonly string[] },
  { say, format }: Context,
  typed: Readonly<Record<string, string>>,
): InputOf<O> {
  const input: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(command.options)) {
    const value = typed[name]?.trim() === '' && !option.required ? undefined : typed[name];
    if (option.required && (value === undefined || value.trim() === '')) {
      const values = { command: `/${command.name}`, option: name, example: command.examples[0]! };
      throw fail(say, 'bad-input', say('input.missing', values), { command: command.name, option: name });
    }
    const parsed = option.schema.safeParse(value);
    if (!parsed.success) throw wrongValue(name, option, { value: value ?? '', say, format });
    input[name] = parsed.data;
  }
  return input as InputOf<O>;
}

function wrongValue(
  name: string,
  option: Option,
  { value, say, format }: Pick<Context, 'say' | 'format'> & { value: string },
): UserError {
  const values = option.values ?? [];
  const meant = suggest(value, values);
  const sentence = say('input.wrong', {
    option: name,
    value,
    expected: (say as (key: SentenceKey, values: object) => string)(option.expected, { values: values.join(', ') }),
  });
  const code = option.kind === 'method' ? 'unknown-method' : 'bad-input';
  const message = meant === null ? sentence : format.sentences(sentence, say('meant', { meant }));
  return fail(say, code, message, { option: name, value, meant });
}
