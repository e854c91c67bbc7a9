// What can be wrong with a model, as sentences: what was expected, what is there, what to do.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors.js';
import { NoCacheError } from './decoder.js';
import type { Dtype, LocalModelSettings } from './settings.js';

const NEEDED = ['config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;

/** Throws when the folder cannot be a model, naming the first file that is missing. */
export function checkFolder(folder: string): void {
  if (!existsSync(folder)) {
    throw configuration(`There is no folder ${folder}. Give the folder of a model, or the name of one on the hub.`);
  }
  const missing = NEEDED.find((file) => !existsSync(path.join(folder, file)));
  if (missing !== undefined) {
    throw configuration(
      `The folder ${folder} has no ${missing}. A model needs ${NEEDED.join(', ')} and its weights in onnx/.`,
    );
  }
}

export const notADecoder = (name: string, type: string | undefined, { architectures }: { architectures?: unknown }) =>
  configuration(
    `${name} is not a decoder: ${
      Array.isArray(architectures) && typeof architectures[0] === 'string' ? architectures[0] : (type ?? 'its kind')
    } cannot write text. Choose a model for text generation, such as one of the Llama, Qwen or SmolLM families.`,
  );

/** `missing`: where a cache was looked at, the hub may have more. */
export const noWeights = (name: string): UserError =>
  configuration(
    `${name} has no weights for ONNX Runtime: expected onnx/model.onnx or a quantised one beside it, such as onnx/model_q4.onnx.`,
    { missing: true },
  );

export const noSuchDtype = (name: string, wanted: Dtype, there: readonly Dtype[]): UserError =>
  configuration(`${name} has no weights of type ${wanted}; it has ${there.join(', ')}.`, { missing: true });

export const tooLarge = (
  name: string,
  { bytes, needed, free }: { bytes: number; needed: number; free: number },
): UserError =>
  new UserError(
    'limit',
    `${name} does not fit into memory: its weights have ${sizeOf(bytes)}, loading them takes about ${sizeOf(needed)}, and ${sizeOf(free)} are free. Choose a smaller model or smaller weights (q4).`,
    { details: { bytes, needed, free } },
  );

/** The UserError that says what a failed load means, or the error itself where it is a bug. */
export function explainLoadError(error: unknown, settings: LocalModelSettings): unknown {
  if (error instanceof UserError) return error;
  const { source, hub, cacheDir, device } = settings;
  const { name } = source;
  const message = error instanceof Error ? error.message : String(error);
  const host = URL.canParse(hub) ? new URL(hub).host : hub;
  if (error instanceof NoCacheError) {
    return configuration(
      `The weights of ${name} were exported without past keys and values. Export them with a cache (text-generation-with-past).`,
    );
  }
  const damaged = damagedJson(source.kind === 'folder' ? name : path.join(cacheDir, name));
  if (damaged !== null) return damage(damaged, error);
  if (/^Unsupported device/.test(message)) {
    return configuration(`The device ${device} is not there for models on this system. Use cpu, or another device.`);
  }
  const { status } = error as { status?: number | null };
  if (source.kind === 'hub' && (status === 401 || status === 403)) {
    return configuration(
      `${host} gives no model ${name} (${status}): the name is wrong, or the model is private or gated. Check the name, or accept its terms there and set HF_TOKEN.`,
    );
  }
  const file = /"([^"]+)"/.exec(message)?.[1]?.split('/').pop() ?? 'a file';
  if (source.kind === 'hub' && status === 404) {
    return file === 'config.json'
      ? configuration(`There is no model ${name} on ${host}. Check the name.`)
      : configuration(`The model ${name} on ${host} has no ${file}. Choose one that was exported for transformers.js.`);
  }
  if (error instanceof Error && error.name === 'ModelFileNotFoundError') {
    return configuration(`The model ${name} has no ${file}.`);
  }
  if (isNetworkError(error)) {
    return new UserError(
      'language-model',
      `The model ${name} is not on this machine, and ${host} could not be reached. Check the network, or set HF_ENDPOINT to a mirror.`,
      { cause: error },
    );
  }
  if (/occurred while trying to load file/i.test(message)) {
    return new UserError('language-model', `${host} could not give the model ${name}: ${firstLine(message)}`, {
      cause: error,
    });
  }
  if (/bad_?alloc|failed to allocate|out of memory/i.test(message)) {
    return new UserError('limit', `${name} does not fit into memory. Choose a smaller model or smaller weights (q4).`, {
      cause: error,
    });
  }
  if (/^Load model|protobuf|onnx|ORT_/i.test(message)) return damage(`${name} (its weights)`, error);
  return error;
}

const configuration = (message: string, details: Record<string, unknown> = {}): UserError =>
  new UserError('bad-configuration', message, { details });

const damage = (what: string, cause: unknown): UserError =>
  new UserError(
    'damaged',
    `${what} cannot be read: ${firstLine(cause instanceof Error ? cause.message : String(cause))} Delete it and fetch it again.`,
    { cause },
  );

/** The first of a model's JSON files that is none. */
function damagedJson(folder: string): string | null {
  for (const name of [...NEEDED, 'generation_config.json']) {
    const file = path.join(folder, name);
    try {
      JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      if (error instanceof SyntaxError) return file;
    }
  }
  return null;
}

function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message === 'fetch failed' || error.name === 'AbortError' || isNetworkError(error.cause);
}

function firstLine(text: string): string {
  const line = text.split('\n')[0]!.trim().slice(0, 200);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** `1.5 GiB`. */
export function sizeOf(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
