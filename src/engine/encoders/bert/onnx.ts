// Frozen vectors by ONNX Runtime, through transformers.js: the same network from the folder's ONNX file, a few times faster than
// TensorFlow.js without a GPU. Nothing can be tuned in it.

import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AutoModel, env, LogLevel, type PreTrainedModel, Tensor } from '@xenova/transformers';
import { UserError } from '../../errors.js';
import { uninterrupted } from '../../native-guard.js';
import type { Encoder } from '../encoder.js';
import { batchesByLength } from './batch.js';
import type { BertFolder } from './folder.js';
import { poolRows } from './pooling.js';
import { createTokenize } from './tokens.js';
import { createTunableBert } from './tunable.js';

export interface BertEncoderOptions {
  /** Threads of ONNX Runtime; its own default (one a core) unless said. Where training threads share the cores, 1 is best. */
  readonly threads?: number | undefined;
}

const BATCH = { texts: 16, tokens: 2048 };

/** Suffixes of files as transformers.js names the types of weights. */
const DTYPES = { '': 'fp32', _quantized: 'q8', _int8: 'int8', _uint8: 'uint8', _q4: 'q4', _fp16: 'fp16' } as const;

/** Vectors of unit length. ONNX Runtime computes where the folder has an ONNX file, else TensorFlow.js. */
export async function createBertEncoder(folder: BertFolder, options: BertEncoderOptions = {}): Promise<Encoder> {
  if (folder.onnx === null) return createTunableBert(folder);
  const { name, sentence, architecture } = folder;
  const { hiddenSize: size, padId } = architecture;
  const tokenize = await createTokenize(folder);
  const file = folder.onnx;
  const model = await uninterrupted(() => load(folder, file, options));
  return {
    name,
    dimensions: size,
    async encode(texts) {
      const out = new Float32Array(texts.length * size);
      const ids = texts.map(tokenize);
      const lengths = ids.map(({ length }) => length);
      for (const indices of batchesByLength(lengths, BATCH)) {
        const rows = indices.map((i) => ids[i]!);
        const { data, tokens } = await uninterrupted(() => run(model, rows, padId, folder));
        // Lets other requests of this thread in between.
        await setImmediate();
        indices.forEach((text, row) => {
          const shape = { tokens: rows[row]!.length, width: size, pooling: sentence.pooling };
          out.set(unit(poolRows(data, row * tokens * size, shape)), text * size);
        });
      }
      return out;
    },
  };
}

async function load(folder: BertFolder, file: string, { threads }: BertEncoderOptions): Promise<PreTrainedModel> {
  // What transformers.js logs of a failed run are the tokens of people's texts.
  env.logLevel = LogLevel.NONE;
  const { dir, name } = path.posix.parse(file);
  const suffix = name.slice('model'.length) as keyof typeof DTYPES;
  try {
    return await AutoModel.from_pretrained(folder.path, {
      local_files_only: true,
      subfolder: dir,
      dtype: DTYPES[suffix],
      device: 'cpu',
      session_options: {
        // An arena keeps the memory of the largest batch for good.
        enableCpuMemArena: false,
        // Threads that wait busily take the cores from training: measured beside it, that more than doubles the time of a batch.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      },
    });
  } catch (error) {
    throw damaged(folder, file, error);
  }
}

/** The padded output [rows, tokens, D] of one batch. */
async function run(
  model: PreTrainedModel,
  rows: readonly (readonly number[])[],
  padId: number,
  folder: BertFolder,
): Promise<{ data: Float32Array; tokens: number }> {
  const tokens = Math.max(...rows.map(({ length }) => length));
  const shape = [rows.length, tokens];
  const ids = new BigInt64Array(rows.length * tokens).fill(BigInt(padId));
  const mask = new BigInt64Array(rows.length * tokens);
  rows.forEach((row, r) => {
    row.forEach((id, t) => {
      ids[r * tokens + t] = BigInt(id);
      mask[r * tokens + t] = 1n;
    });
  });
  const output: Record<string, Tensor | undefined> = await model({
    input_ids: new Tensor('int64', ids, shape),
    attention_mask: new Tensor('int64', mask, shape),
    token_type_ids: new Tensor('int64', new BigInt64Array(rows.length * tokens), shape),
  });
  const hidden = output.last_hidden_state ?? output.token_embeddings;
  const size = folder.architecture.hiddenSize;
  if (hidden === undefined || hidden.dims.length !== 3 || hidden.dims[2] !== size) {
    const came = Object.entries(output).map(([name, tensor]) => `${name} [${tensor?.dims.join(', ')}]`);
    throw damaged(
      folder,
      folder.onnx!,
      new Error(`expected last_hidden_state [, , ${size}], it gives ${came.join(', ')}`),
    );
  }
  return { data: hidden.to('float32').data as Float32Array, tokens };
}

const damaged = (folder: BertFolder, file: string, cause: unknown): UserError =>
  new UserError(
    'damaged',
    `${path.join(folder.path, file)} cannot be used by ONNX Runtime: ${firstLine(cause)} Fetch it again, or delete it: then ` +
      `TensorFlow.js computes from the safetensors.`,
    { cause },
  );

function firstLine(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim().slice(0, 200);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function unit(row: Float32Array): Float32Array {
  let square = 0;
  for (const x of row) square += x * x;
  const inverse = 1 / Math.sqrt(Math.max(square, 1e-12));
  for (let d = 0; d < row.length; d++) row[d]! *= inverse;
  return row;
}
