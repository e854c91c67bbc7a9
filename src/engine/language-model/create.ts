// HANDFUL_LLM as a language model: nothing, a server (`http://host/v1#model`), a folder, or the name of a model on the hub.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../clock.js';
import { UserError } from '../errors.js';
import type { LanguageModel, LoadProgress } from './language-model.js';
import { DEVICES, type Device, DTYPES } from './local/settings.js';
import { createOpenAiModel, type OpenAiOptions } from './openai-compatible.js';
import { createTransformersJsModel } from './transformers-js.js';

export interface LanguageModelOptions {
  /** The value of HANDFUL_LLM. */
  readonly model: string;
  /** Folder in which downloaded models are kept, in `models/`. */
  readonly home: string;
  /** Type of a local model's weights; without one, the smallest that runs well. */
  readonly dtype?: string | undefined;
  /** Where a local model computes; `cpu` unless said. */
  readonly device?: string | undefined;
  /** Threads of a local model. */
  readonly threads?: number | undefined;
  /** Bytes that a local model may keep of prompts that it read. */
  readonly cacheBytes?: number | undefined;
  /** Address of the hub or a mirror; HF_ENDPOINT where it is not given. */
  readonly hub?: string | undefined;
  /** Bytes that loading may take; what the system has free where it is not given. */
  readonly availableMemory?: number | undefined;
  /** Downloads and loads, as they go on. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Key of a server. */
  readonly key?: string | undefined;
  /** Context of a server's model; 4096 unless said. */
  readonly contextSize?: number | undefined;
  readonly server?: Pick<OpenAiOptions, 'timeouts' | 'retries' | 'circuit' | 'rng'> | undefined;
  readonly clock?: Clock | undefined;
}

const DEFAULT_CACHE_BYTES = 256 * 2 ** 20;
const DEFAULT_HUB = 'https://huggingface.co/';

/** null: no language model is configured. Loads and calls nothing yet. */
export function createLanguageModel(options: LanguageModelOptions): LanguageModel | null {
  const value = options.model.trim();
  if (value === '' || value.toLowerCase() === 'none') return null;
  const { key, contextSize, clock, onProgress } = options;
  if (/^https?:/i.test(value)) {
    return createOpenAiModel({
      ...parseServer(value),
      key: key === '' ? null : key,
      contextSize,
      clock,
      ...options.server,
    });
  }
  const hub = options.hub ?? process.env.HF_ENDPOINT ?? DEFAULT_HUB;
  if (!URL.canParse(hub)) throw wrong(`The hub address "${hub}" is none. Expected something like ${DEFAULT_HUB}.`);
  return createTransformersJsModel({
    source: parseSource(value),
    cacheDir: path.join(options.home, 'models'),
    hub: hub.endsWith('/') ? hub : `${hub}/`,
    dtype:
      options.dtype === undefined || options.dtype === 'auto' ? null : oneOf(DTYPES, options.dtype, 'weights type'),
    device: options.device === undefined ? 'cpu' : oneOf<Device>(DEVICES, options.device, 'device'),
    threads: options.threads ?? null,
    cacheBytes: options.cacheBytes ?? DEFAULT_CACHE_BYTES,
    availableMemory: options.availableMemory ?? null,
    onProgress,
    clock,
  });
}

/** `http://host/v1#model`. */
function parseServer(value: string): { baseUrl: string; model: string } {
  const expected = 'Expected something like http://localhost:11434/v1#qwen3.';
  if (!URL.canParse(value)) throw wrong(`The address of the language model server is none. ${expected}`);
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    throw wrong('The address of the language model server holds a password. Give the key in HANDFUL_LLM_KEY instead.');
  }
  const model = decodeURIComponent(url.hash.slice(1)).trim();
  if (model === '') {
    throw wrong(`The language model server ${url.host} needs the name of a model after a #. ${expected}`);
  }
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, model };
}

function parseSource(value: string): { kind: 'folder' | 'hub'; name: string } {
  const folder = path.resolve(value === '~' || value.startsWith('~/') ? path.join(homedir(), value.slice(1)) : value);
  const pathLike = /^(?:[.~/\\]|[A-Za-z]:[\\/])/.test(value) || value.split(/[\\/]/).length > 2;
  if (pathLike || existsSync(folder)) return { kind: 'folder', name: folder };
  if (/^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/.test(value)) return { kind: 'hub', name: value };
  throw wrong(
    `"${value}" is no language model. Expected none, a folder, the name of a model on the hub (owner/name), or http://host/v1#model.`,
  );
}

function oneOf<T extends string>(names: readonly T[], value: string, what: string): T {
  const found = names.find((name) => name === value);
  if (found === undefined) throw wrong(`There is no ${what} "${value}". Expected one of ${names.join(', ')}.`);
  return found;
}

const wrong = (message: string): UserError => new UserError('bad-configuration', message);
