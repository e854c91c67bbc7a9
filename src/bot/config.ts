// The environment, parsed once. A wrong value stops the start with its name, the value and what was expected; secrets are named
// but never shown. Every variable is documented in the README with the default written here.

import { homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { ENCODER_NAMES, type EngineOptions, isEncoderName, UserError } from '../engine/index.js';
import { PROMPT_KINDS, type PromptKind } from '../prompts/index.js';
import { type Language, languageOfLocale } from './catalogue/index.js';

export interface Config {
  /** Folder of the store, the history and the log. */
  readonly home: string;
  /** SQLite file of the store, or `memory:`. */
  readonly store: string;
  readonly encoder: string;
  /** Further encoders that moderators may choose for a task. */
  readonly encoders: readonly string[];
  /** Model hub or a mirror of it; null: the hub that everybody uses. */
  readonly hub: string | null;
  readonly backend: EngineOptions['backend'];
  /** off: nothing is ever trained; answers stay in context. */
  readonly training: boolean;
  /** Accuracy at which a new task stops fine-tuning. */
  readonly target: number;
  readonly seed: number;
  readonly budgetSeconds: number;
  readonly threads: number | undefined;
  readonly language: Language;
  readonly colour: boolean;
  readonly logLevel: LogLevel;
  /** Port of /healthz on every interface of this machine; undefined: none. */
  readonly port: number | undefined;
  /** Days that the data of a community is kept after the bot was removed from it. */
  readonly keepDays: number;
  /** null: no language model. */
  readonly languageModel: LanguageModelConfig | null;
  /** Where Handful runs as a Discord bot; null: only in the local chat. The token itself stays in the environment. */
  readonly discord: DiscordConfig | null;
}

/** The key of a server is a secret: it stays in the environment (language-model/open.ts). */
export interface LanguageModelConfig {
  /** A model of the hub, a folder, or `http://host/v1#model`. */
  readonly model: string;
  readonly dtype: string | undefined;
  readonly device: string | undefined;
  /** Tokens that a server's model reads at once. */
  readonly contextSize: number | undefined;
  /** The way to prompt; undefined: what measures best. */
  readonly prompt: PromptKind | undefined;
}

export interface DiscordConfig {
  /** Register commands in this guild alone (at once, for trying out); null: everywhere. */
  readonly guild: string | null;
  /** Another REST root than Discord's own, without version and trailing slash. */
  readonly apiUrl: string | null;
  /** Ask for the privileged message content intent: watching channels needs it. */
  readonly messageContent: boolean;
}

export type LogLevel = (typeof LOG_LEVELS)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
const PROMPTS = ['auto', ...PROMPT_KINDS] as const;
const BACKENDS = ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;

const oneOf = (values: readonly string[]): string => `one of ${values.join(', ')}`;
const number = (low: number, high: number, expected: string) =>
  z
    .string()
    .regex(/^\s*\d+(?:\.\d+)?\s*$/, expected)
    .transform(Number)
    .refine((value) => value >= low && value <= high, expected);
const whole = (low: number, high: number, expected: string) =>
  number(low, high, expected).refine(Number.isInteger, expected);

const onOff = z.enum(['on', 'off'], oneOf(['on', 'off']));
const PORT = 'a port from 1 to 65535';
const KEEP_DAYS = 'days from 0 to 3650';
const ENCODER = `${oneOf(ENCODER_NAMES)}, a folder of a sentence encoder, or its hub id (owner/name)`;
const ENCODERS = 'encoders with commas: hub ids (owner/name) and folders';
const ENDPOINT = 'the http or https address of a model hub';
const GUILD = 'the id of a Discord server (17 to 20 digits: Developer Mode, right click on the server, Copy Server ID)';
const API_URL =
  'an http or https address without version and without a slash at the end, such as https://discord.com/api';
const TARGET = 'an accuracy above 0 and up to 1, such as 0.9';
const CONTEXT = 'a whole number of tokens from 256 to 10000000';
const SEED = 'a whole number from 0 to 4294967295';
const BUDGET = 'seconds from 1 to 86400';
const THREADS = 'a whole number of worker threads from 1 to 64';
const STORE =
  'the path of an SQLite file, or memory: (servers such as redis:// and postgres:// are not part of this version)';

const schema = z.object({
  HANDFUL_HOME: z.string().default('~/.handful'),
  HANDFUL_STORE: z
    .string()
    .refine((value) => value === 'memory:' || !/^[a-z][a-z0-9+.-]+:/i.test(value), STORE)
    .optional(),
  HANDFUL_ENCODER: z.string().refine(isEncoderName, ENCODER).default('embedded'),
  HANDFUL_ENCODERS: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .refine((names) => names.every(isEncoderName), ENCODERS)
    .optional(),
  HF_ENDPOINT: z.url({ protocol: /^https?$/, error: ENDPOINT }).optional(),
  HANDFUL_BACKEND: z.enum(BACKENDS, oneOf(BACKENDS)).default('auto'),
  HANDFUL_TRAINING: onOff.default('on'),
  HANDFUL_TARGET: number(1e-9, 1, TARGET).default(0.9),
  HANDFUL_SEED: whole(0, 4294967295, SEED).default(0),
  HANDFUL_BUDGET_SECONDS: number(1, 86400, BUDGET).default(1800),
  HANDFUL_THREADS: whole(1, 64, THREADS).optional(),
  HANDFUL_LANGUAGE: z.enum(['en', 'zh'], oneOf(['en', 'zh'])).optional(),
  HANDFUL_LOG_LEVEL: z.enum(LOG_LEVELS, oneOf(LOG_LEVELS)).default('info'),
  HANDFUL_PORT: whole(1, 65535, PORT).optional(),
  HANDFUL_KEEP_DAYS: whole(0, 3650, KEEP_DAYS).default(30),
  HANDFUL_LLM: z.string().default('none'),
  HANDFUL_LLM_DTYPE: z.string().optional(),
  HANDFUL_LLM_DEVICE: z.string().optional(),
  HANDFUL_LLM_CONTEXT: whole(256, 10_000_000, CONTEXT).optional(),
  HANDFUL_LLM_PROMPT: z.enum(PROMPTS, oneOf(PROMPTS)).default('auto'),
  HANDFUL_MESSAGE_CONTENT: onOff.default('off'),
  DISCORD_GUILD: z
    .string()
    .regex(/^\d{17,20}$/, GUILD)
    .optional(),
  DISCORD_API_URL: z
    .url({ protocol: /^https?$/, error: API_URL })
    .refine((url) => !/\/$|\/v\d+$/.test(url), API_URL)
    .optional(),
});

export const CONFIG_VARIABLES = Object.keys(schema.shape);

/** Parse an environment; throws a UserError `bad-configuration` that names every wrong variable. */
export function readConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    CONFIG_VARIABLES.map((name) => [name, environment[name]?.trim()]).filter(
      ([, value]) => value !== undefined && value !== '',
    ),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const wrong = new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]));
    const lines = [...wrong].map(([name, expected]) => wrongVariable(name, given, expected));
    throw new UserError('bad-configuration', lines.join('\n'), {
      details: { variables: [...wrong.keys()] },
    });
  }
  const env = parsed.data;
  const home = path.resolve(expandHome(env.HANDFUL_HOME));
  return {
    home,
    hub: env.HF_ENDPOINT ?? null,
    store: storeOf(env.HANDFUL_STORE ?? path.join(home, 'handful.sqlite')),
    encoder: env.HANDFUL_ENCODER,
    encoders: env.HANDFUL_ENCODERS ?? [],
    backend: env.HANDFUL_BACKEND,
    training: env.HANDFUL_TRAINING === 'on',
    target: env.HANDFUL_TARGET,
    seed: env.HANDFUL_SEED,
    budgetSeconds: env.HANDFUL_BUDGET_SECONDS,
    threads: env.HANDFUL_THREADS,
    language:
      env.HANDFUL_LANGUAGE ?? languageOfLocale(environment.LC_ALL || environment.LC_MESSAGES || environment.LANG),
    colour: !environment.NO_COLOR,
    logLevel: env.HANDFUL_LOG_LEVEL,
    port: env.HANDFUL_PORT,
    keepDays: env.HANDFUL_KEEP_DAYS,
    languageModel:
      env.HANDFUL_LLM.toLowerCase() === 'none'
        ? null
        : {
            model: env.HANDFUL_LLM,
            dtype: env.HANDFUL_LLM_DTYPE,
            device: env.HANDFUL_LLM_DEVICE,
            contextSize: env.HANDFUL_LLM_CONTEXT,
            prompt: env.HANDFUL_LLM_PROMPT === 'auto' ? undefined : env.HANDFUL_LLM_PROMPT,
          },
    discord: environment.DISCORD_TOKEN?.trim()
      ? {
          guild: env.DISCORD_GUILD ?? null,
          apiUrl: env.DISCORD_API_URL ?? null,
          messageContent: env.HANDFUL_MESSAGE_CONTENT === 'on',
        }
      : null,
  };
}

function wrongVariable(name: string, given: Readonly<Record<string, unknown>>, expected: string): string {
  return `${name} is "${String(given[name])}": expected ${expected}.`;
}

const storeOf = (place: string): string => (place === 'memory:' ? place : path.resolve(expandHome(place)));

/** `~/x` → the file in the person's home folder. */
export function expandHome(file: string): string {
  return file === '~' || file.startsWith('~/') ? path.join(homedir(), file.slice(1)) : file;
}

/** The environment with the `.env` file of the working folder, where there is one; variables already set win. */
export function loadEnvironment(): Environment {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new UserError('bad-configuration', `The file .env could not be read: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  return process.env;
}
