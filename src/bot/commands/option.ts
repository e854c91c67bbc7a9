// The options of commands. One declaration gives the zod schema that parses what was typed, the words for help and errors, and
// the kind that completion (and Discord's registration) goes by.

import { z } from 'zod';
import { METHOD_NAMES } from '../../engine/index.js';
import type { PlainKey, SentenceKey } from '../catalogue/index.js';

export type OptionKind =
  | 'text'
  | 'task'
  | 'label'
  | 'labels'
  | 'example'
  | 'version'
  | 'method'
  | 'file'
  /** The name of a file to write. */
  | 'file-name'
  | 'role'
  | 'channel'
  | 'number'
  | 'choice'
  | 'yes-no';

export interface Option<T = unknown> {
  readonly kind: OptionKind;
  readonly summary: PlainKey;
  readonly required: boolean;
  /** Not for people to type: faces send it with a button or a form. Help and completion leave it out. */
  readonly hidden?: boolean;
  /** From the typed characters; undefined when the option was left out. */
  readonly schema: z.ZodType<T>;
  /** What a right value looks like, for the error sentence. */
  readonly expected: SentenceKey;
  /** The values of a `choice` or `method`. */
  readonly values?: readonly string[];
}

export type Options = Readonly<Record<string, Option>>;

export type InputOf<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never;
};

interface About<Required extends boolean> {
  readonly summary: PlainKey;
  readonly required?: Required;
  readonly hidden?: boolean;
}
type Value<T, Required extends boolean> = Required extends true ? T : T | undefined;

function option<T, Required extends boolean>(
  kind: OptionKind,
  about: About<Required>,
  value: { readonly schema: z.ZodType<T>; readonly expected: SentenceKey; readonly values?: readonly string[] },
): Option<Value<T, Required>> {
  const required = about.required === true;
  const schema = (required ? value.schema : value.schema.optional()) as z.ZodType<Value<T, Required>>;
  const hidden = about.hidden === true ? { hidden: true } : {};
  return { kind, summary: about.summary, required, ...hidden, ...value, schema };
}

const typed = z.string().trim().min(1);
const words = <R extends boolean>(kind: OptionKind, about: About<R>) =>
  option(kind, about, { schema: typed, expected: 'expected.text' });

export const text = <R extends boolean = false>(about: About<R>) => words('text', about);
export const task = <R extends boolean = false>(about: Partial<About<R>> = {}) =>
  words('task', { summary: 'option.task', ...about });
export const label = <R extends boolean = false>(about: About<R>) => words('label', about);
export const labels = <R extends boolean = false>(about: About<R>) => words('labels', about);
export const file = <R extends boolean = false>(about: About<R>) => words('file', about);
export const fileName = <R extends boolean = false>(about: About<R>) => words('file-name', about);
/** A role or channel of the community, as its id. */
export const role = (about: About<false>) => words('role', about);
export const channel = (about: About<false>) => words('channel', about);
/** Id of an answer that was given (asked.ts); left out: the last one the person got. */
export const answer = () => words('text', { summary: 'option.answer', hidden: true });
export const example = <R extends boolean = false>(about: About<R>) => words('example', about);

const WORDS_FOR_YES = new Set(['yes', 'y', 'true', 'on', '1', '是', '对', '开']);
const WORDS_FOR_NO = new Set(['no', 'n', 'false', 'off', '0', '否', '不', '关']);

export const yesNo = (about: About<false>): Option<boolean | undefined> =>
  option('yes-no', about, {
    schema: z
      .string()
      .trim()
      .toLowerCase()
      .refine((word) => WORDS_FOR_YES.has(word) || WORDS_FOR_NO.has(word))
      .transform((word) => WORDS_FOR_YES.has(word)),
    expected: 'expected.yesNo',
  });

const numeral = z
  .string()
  .trim()
  .regex(/^\d+(?:\.\d+)?$/)
  .transform(Number);

/** A version number, or `in-context` / 0 for the examples in context. */
export const version = <R extends boolean = false>(about: About<R>) =>
  option('version', about, {
    schema: z.union([
      z.literal(['in-context', 'in context', '0']).transform(() => null),
      numeral.refine((value) => Number.isInteger(value) && value > 0),
    ]),
    expected: 'expected.version',
  });

export const seconds = (about: About<false>): Option<number | undefined> =>
  option('number', about, {
    schema: numeral.refine((value) => value >= 1 && value <= 86_400),
    expected: 'expected.seconds',
  });

/** An accuracy: 0.9, 90 or 90 %. */
export const accuracy = (about: About<false>): Option<number | undefined> =>
  option('number', about, {
    schema: z
      .string()
      .trim()
      .regex(/^\d+(?:\.\d+)?\s*[%％]?$/)
      .transform((value) => {
        const given = Number.parseFloat(value);
        return given > 1 || /[%％]$/.test(value) ? given / 100 : given;
      })
      .refine((value) => value > 0 && value <= 1),
    expected: 'expected.accuracy',
  });

const METHODS = ['auto', 'search', ...METHOD_NAMES] as const;

export const method = (about: About<false>): Option<(typeof METHODS)[number] | undefined> =>
  option('method', about, {
    schema: z.string().trim().toLowerCase().pipe(z.enum(METHODS)),
    expected: 'expected.method',
    values: METHODS,
  });

export const choice = <T extends string>(values: readonly [T, ...T[]], about: About<false>): Option<T | undefined> =>
  option('choice', about, {
    schema: z.string().trim().toLowerCase().pipe(z.enum(values)),
    expected: 'expected.choice',
    values,
  });
