// Makes sure that an encoder's files are there: a folder is taken as it is, of a hub id what is missing is downloaded to
// `<home>/models/<owner>/<name>`, where transformers.js looks as well.

import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../../errors.js';
import type { EncoderFiles } from '../../types.js';
import { readArchitecture } from './architecture.js';
import { type BertFolder, NEEDED, ONNX_FILES, onlyPickle, readBertFolder, WEIGHTS } from './folder.js';
import { createHub, type FetchProgress, type Hub, type HubFile } from './hub.js';
import { explainFetchError, isNetworkError, lacks, noSuchModel, offlineAndMissing } from './hub-problems.js';
import { sourceOf } from './name.js';
import { ownSuffix } from './part-file.js';
import { moduleFiles } from './sentence.js';

/** Where an encoder's files are found. */
export interface BertFiles extends EncoderFiles {
  /** Nothing is downloaded. */
  readonly offline?: boolean | undefined;
}

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined;
  /** Milliseconds before the first new try after a cut connection. */
  readonly retryMs?: number | undefined;
}

const DEFAULT_HUB = 'https://huggingface.co/';

/** Files that not every model has. */
const OPTIONAL = [
  'tokenizer_config.json',
  'modules.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
] as const;

/** Written when everything is there: says which files there are, and that the hub has no others. */
const COMPLETE = 'handful-complete.json';
const completeSchema = z.object({ commit: z.string().nullable(), files: z.array(z.string()) });

/** Downloads what a hub id lacks, reads the configuration and checks that the network is supported; loads no weights. */
export async function fetchBert(name: string, files: BertFiles, options: FetchOptions = {}): Promise<BertFolder> {
  const source = sourceOf(name);
  if (source === null) {
    throw new UserError(
      'bad-configuration',
      `"${name}" is no encoder. Expected the folder of one, or the id of one on the hub (owner/name).`,
    );
  }
  if (source.kind === 'folder') return readBertFolder(name, source.path);
  const folder = path.join(files.home, 'models', source.owner, source.model);
  if (!(await isComplete(folder))) await complete(name, folder, files, options);
  return readBertFolder(name, folder);
}

async function isComplete(folder: string): Promise<boolean> {
  try {
    const text = await readFile(path.join(folder, COMPLETE), 'utf8');
    const { files } = completeSchema.parse(JSON.parse(text));
    return [...NEEDED, ...files].every((file) => existsSync(path.join(folder, file)));
  } catch {
    return false;
  }
}

async function complete(name: string, folder: string, files: BertFiles, options: FetchOptions): Promise<void> {
  // Somebody may have put the folder there by hand, or begun a download with another program.
  const usable = NEEDED.every((file) => existsSync(path.join(folder, file)));
  if (files.offline === true) {
    if (usable) return;
    throw offlineAndMissing(name);
  }
  const address = addressOf(files.hub);
  const host = new URL(address).host;
  const hub = createHub({ address, id: name, ...options });
  try {
    await download(name, { hub, host, folder, onProgress: options.onProgress ?? (() => {}) });
  } catch (error) {
    options.signal?.throwIfAborted();
    if (usable && isNetworkError(error)) return;
    throw explainFetchError(error, { name, host });
  }
}

interface Download {
  readonly hub: Hub;
  readonly host: string;
  readonly folder: string;
  readonly onProgress: (progress: FetchProgress) => void;
}

async function download(name: string, { hub, host, folder, onProgress }: Download): Promise<void> {
  const got: string[] = [];
  await mkdir(folder, { recursive: true });
  const take = async (found: HubFile): Promise<void> => {
    const { size } = statSync(path.join(folder, found.file), { throwIfNoEntry: false }) ?? { size: null };
    const isThere = size !== null && (found.size === null || found.size === size);
    if (!isThere) await hub.download(found, folder, onProgress);
    got.push(found.file);
  };
  const config = await hub.find('config.json', 'main');
  if (config === null) throw noSuchModel(name, host);
  const revision = config.commit ?? 'main';
  const find = (file: string): Promise<HubFile | null> => hub.find(file, revision);
  await take(config);
  // Said before hundreds of megabytes are fetched.
  readArchitecture(name, await readJson(path.join(folder, 'config.json')));
  const weights = await find(WEIGHTS);
  if (weights === null)
    throw (await find('pytorch_model.bin')) === null ? lacks(name, WEIGHTS, host) : onlyPickle(name);
  const tokenizer = await find('tokenizer.json');
  if (tokenizer === null) throw lacks(name, 'tokenizer.json', host);
  await take(tokenizer);
  for (const file of OPTIONAL) {
    const found = await find(file);
    if (found !== null) await take(found);
  }
  const modules = path.join(folder, 'modules.json');
  for (const file of existsSync(modules) ? moduleFiles(await readJson(modules)) : []) {
    const found = await find(file);
    if (found !== null) await take(found);
  }
  await take(weights);
  for (const file of ONNX_FILES) {
    const found = await find(file);
    if (found === null) continue;
    // Large networks keep their numbers beside the graph.
    const numbers = await find(`${file}_data`);
    if (numbers !== null) await take(numbers);
    await take(found);
    break;
  }
  const temporary = path.join(folder, `${COMPLETE}.${ownSuffix()}`);
  await writeFile(temporary, `${JSON.stringify({ commit: config.commit, files: got }, null, 1)}\n`);
  await rename(temporary, path.join(folder, COMPLETE));
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UserError('damaged', `${file} is not JSON. Delete it, it is fetched again.`, { cause: error });
  }
}

function addressOf(hub: string | null): string {
  const address = hub ?? DEFAULT_HUB;
  if (!/^https?:/i.test(address) || !URL.canParse(address)) {
    throw new UserError(
      'bad-configuration',
      `The hub address "${address}" is none. Expected something like ${DEFAULT_HUB}.`,
    );
  }
  return address.endsWith('/') ? address : `${address}/`;
}
