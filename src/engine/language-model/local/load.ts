// Loading a model of transformers.js: offline when its files are there, else from the hub; what cannot work is said before
// gigabytes are fetched or memory runs out.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  AutoConfig,
  AutoModelForCausalLM,
  AutoTokenizer,
  env,
  LogLevel,
  ModelFileNotFoundError,
  ModelRegistry,
  type PretrainedConfig,
  type ProgressInfo,
} from '@xenova/transformers';
import { UserError } from '../../errors.js';
import type { LoadProgress } from '../language-model.js';
import { checkFolder, explainLoadError, noSuchDtype, notADecoder, noWeights, tooLarge } from './load-problems.js';
import { createLocalModel, type LocalModel } from './local-model.js';
import type { Dtype, LocalModelSettings } from './settings.js';

export interface LoadedModel {
  readonly model: LocalModel;
  readonly dtype: Dtype;
  /** Of the weights, on disk. */
  readonly bytes: number;
}

/** Small ones first, as far as a processor computes with them; those of half precision are slow there. */
const PREFERRED: readonly Dtype[] = [
  'q4',
  'q8',
  'int8',
  'uint8',
  'bnb4',
  'fp32',
  'fp16',
  'q4f16',
  'q2',
  'q2f16',
  'q1',
  'q1f16',
];

/** A graph is read whole before its weights are packed for the processor: both are in memory for a moment. */
const PEAK_FACTOR = 2;
const PEAK_BASE = 256 * 2 ** 20;

export async function loadLocalModel(
  settings: LocalModelSettings,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadedModel> {
  const { source, cacheDir, hub } = settings;
  env.logLevel = LogLevel.NONE;
  env.cacheDir = cacheDir;
  env.localModelPath = cacheDir;
  env.remoteHost = hub;
  if (source.kind === 'folder') checkFolder(source.name);
  try {
    return await load(settings, true, onProgress).catch((error: unknown) => {
      const missing = error instanceof ModelFileNotFoundError || (error instanceof UserError && error.details.missing);
      if (source.kind === 'folder' || !missing) throw error;
      return load(settings, false, onProgress);
    });
  } catch (error) {
    throw explainLoadError(error, settings);
  }
}

async function load(
  settings: LocalModelSettings,
  offline: boolean,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadedModel> {
  const { source, cacheDir, device, threads, cacheBytes } = settings;
  const { name } = source;
  const where = {
    cache_dir: cacheDir,
    local_files_only: offline,
    progress_callback: (info: ProgressInfo) => {
      if (info.status === 'progress') onProgress({ file: info.file, bytes: info.loaded, total: info.total });
    },
  };
  const config = await AutoConfig.from_pretrained(name, where);
  const { model_type: type, is_encoder_decoder: twoParts } = config as { model_type?: string } & PretrainedConfig;
  if (typeof type !== 'string' || !AutoModelForCausalLM.supports(type) || twoParts)
    throw notADecoder(name, type, config as { architectures?: unknown });
  const dtype = await chooseDtype(settings, config, where);
  const bytes = await weigh(name, { ...where, config, dtype, device });
  const needed = PEAK_FACTOR * bytes + PEAK_BASE;
  const free = settings.availableMemory ?? process.availableMemory();
  if (needed > free) throw tooLarge(name, { bytes, needed, free });
  const tokenizer = await AutoTokenizer.from_pretrained(name, where);
  const model = await AutoModelForCausalLM.from_pretrained(name, {
    ...where,
    config,
    dtype,
    device,
    // An arena keeps the largest step's memory for good; without one steps are as fast.
    session_options: { enableCpuMemArena: false, ...(threads === null ? {} : { intraOpNumThreads: threads }) },
  });
  try {
    const template = templateOf(tokenizer.chat_template) ?? (await templateFile(settings));
    return { model: createLocalModel({ name, model, tokenizer, template, cacheBytes }), dtype, bytes };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

type Where = { readonly cache_dir: string; readonly local_files_only: boolean };

async function chooseDtype(
  { source: { name }, dtype: wanted }: LocalModelSettings,
  config: PretrainedConfig,
  { cache_dir, local_files_only }: Where,
): Promise<Dtype> {
  const found = await ModelRegistry.get_available_dtypes(name, { config, cache_dir, local_files_only });
  const there = PREFERRED.filter((dtype) => found.includes(dtype));
  if (there.length === 0) throw noWeights(name);
  if (wanted !== null && !there.includes(wanted)) throw noSuchDtype(name, wanted, there);
  const told = (config['transformers.js_config'] as { dtype?: unknown } | undefined)?.dtype;
  return wanted ?? there.find((dtype) => dtype === told) ?? there[0]!;
}

/** Bytes of the weights, without reading them. */
async function weigh(
  name: string,
  { config, dtype, device, ...where }: Where & { config: PretrainedConfig; dtype: Dtype; device: string },
): Promise<number> {
  const files = await ModelRegistry.get_model_files(name, { config, dtype, device: device as never });
  const weights = files.filter((file) => file.startsWith('onnx/'));
  const sizes = await Promise.all(
    weights.map(async (file) => {
      const { exists, size } = await ModelRegistry.get_file_metadata(name, file, where);
      if (!exists) throw new ModelFileNotFoundError(`"${file}" is missing`);
      return size ?? 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A tokenizer may have several templates by name. */
function templateOf(template: unknown): string | null {
  if (typeof template === 'string') return template;
  const named = (template as Record<string, unknown> | null)?.default;
  return typeof named === 'string' ? named : null;
}

/** Newer exports keep the template in a file of its own, which transformers.js does not read. */
async function templateFile({ source, cacheDir }: LocalModelSettings): Promise<string | null> {
  const folder = source.kind === 'folder' ? source.name : path.join(cacheDir, source.name);
  return readFile(path.join(folder, 'chat_template.jinja'), 'utf8').catch(() => null);
}
