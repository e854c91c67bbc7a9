// A model's folder, read and checked without loading weights: plain data that crosses threads.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../errors.js';
import { openSafetensors } from '../safetensors.js';
import { type BertArchitecture, readArchitecture } from './architecture.js';
import { readSentenceSettings, type SentenceSettings } from './sentence.js';

export interface BertFolder {
  /** As configured: the key of caches and checkpoints. */
  readonly name: string;
  /** The folder, absolute. */
  readonly path: string;
  readonly architecture: BertArchitecture;
  readonly sentence: SentenceSettings;
  /** File of the ONNX weights inside the folder, or null. */
  readonly onnx: string | null;
  /** Changes when the weights, the tokens or the reading change; copying the folder does not change it. */
  readonly fingerprint: string;
}

export const WEIGHTS = 'model.safetensors';
export const NEEDED = ['config.json', 'tokenizer.json', WEIGHTS] as const;

/**
 * Single precision first, as it gives what TensorFlow.js computes from the safetensors; then weights of 8 bits; half precision
 * last, which processors are slow with.
 */
const SUFFIXES = ['', '_quantized', '_int8', '_uint8', '_q4', '_fp16'] as const;
export const ONNX_FILES: readonly string[] = SUFFIXES.flatMap((suffix) => [
  `onnx/model${suffix}.onnx`,
  `model${suffix}.onnx`,
]);

/** Bytes of each tensor that go into the fingerprint: training changes practically every number of a tensor. */
const SAMPLE = 256;

/** Throws a UserError when a file is missing or damaged, or the network is not supported. */
export async function readBertFolder(name: string, folder: string): Promise<BertFolder> {
  checkFiles(name, folder);
  const architecture = readArchitecture(name, await readConfig(path.join(folder, 'config.json')));
  const sentence = await readSentenceSettings(name, folder, architecture.positions);
  return {
    name,
    path: folder,
    architecture,
    sentence,
    onnx: ONNX_FILES.find((file) => existsSync(path.join(folder, file))) ?? null,
    fingerprint: await fingerprintOf(folder, { architecture, sentence }),
  };
}

function checkFiles(name: string, folder: string): void {
  if (!existsSync(folder)) {
    throw new UserError(
      'bad-configuration',
      `There is no folder ${name}. Give the folder of an encoder, or the id of one on the hub (owner/name).`,
    );
  }
  const missing = NEEDED.find((file) => !existsSync(path.join(folder, file)));
  if (missing === undefined) return;
  if (missing === WEIGHTS && existsSync(path.join(folder, 'pytorch_model.bin'))) throw onlyPickle(name);
  throw new UserError(
    'bad-configuration',
    `The folder ${name} has no ${missing}. An encoder needs ${NEEDED.join(', ')}.`,
    { details: { missing } },
  );
}

export const onlyPickle = (name: string): UserError =>
  new UserError(
    'bad-configuration',
    `${name} has its weights only as pytorch_model.bin, which can run programs and is not read. Save the model as ${WEIGHTS}, or choose one that has it.`,
    { details: { missing: WEIGHTS } },
  );

async function readConfig(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UserError('damaged', `${file} is not JSON. Fetch it again.`, { cause: error });
  }
}

async function fingerprintOf(folder: string, settings: Pick<BertFolder, 'architecture' | 'sentence'>): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(settings));
  hash.update(await readFile(path.join(folder, 'tokenizer.json')));
  const weights = await openSafetensors(path.join(folder, WEIGHTS));
  try {
    for (const name of weights.names) {
      hash.update(`${name} ${weights.shapeOf(name).join(' ')}`);
      hash.update(await weights.sample(name, SAMPLE));
    }
  } finally {
    await weights.close();
  }
  return hash.digest('hex').slice(0, 32);
}
