// One step of a decoder of transformers.js: tokens in, log-odds of the next tokens and the grown past out. Only what is asked
// for is copied out of the runtime: a past is tens of megabytes, and scoring the end of a text needs none.

import { DynamicCache, type PreTrainedModel, Tensor } from '@xenova/transformers';
import { disposeTensors, type Past } from './past.js';

export interface Logits {
  /** Positions kept of each row. */
  readonly positions: number;
  /** Raw scores of every token after position `position` of row `row`. */
  at(row: number, position: number): Float32Array;
}

export interface Step {
  readonly logits: Logits;
  /** null when it was not asked for. */
  readonly past: Past | null;
}

export interface Decoder {
  /**
   * Reads the rows (all of one length) after `past`, which stays as it is. `keep`: positions, counted from the end, whose
   * logits are wanted.
   */
  feed(rows: readonly (readonly number[])[], past: Past | null, want: { keep: number; past: boolean }): Promise<Step>;
  release(): Promise<void>;
}

/** What is used of an ONNX Runtime session; transformers.js does not type it. */
interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly inputMetadata: unknown;
  readonly config: unknown;
  run(feeds: unknown, fetches?: readonly string[]): Promise<unknown>;
  release(): Promise<void>;
}

const PRESENT = /^present(?=[._])/;

export function createDecoder(model: PreTrainedModel): Decoder {
  const sessions = model.sessions as Record<string, Session>;
  const name = Object.keys(sessions).find((key) => sessions[key]!.outputNames.includes('logits'));
  const session = name === undefined ? undefined : sessions[name];
  if (name === undefined || session === undefined || !session.outputNames.some((output) => PRESENT.test(output)))
    throw new NoCacheError();
  const pastNames = session.outputNames.filter((output) => PRESENT.test(output));
  let fetches: readonly string[] = session.outputNames;
  // transformers.js fills in positions, masks and empty pasts, and always fetches every output; this session narrows that down.
  sessions[name] = {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    inputMetadata: session.inputMetadata,
    config: session.config,
    run: (feeds) => session.run(feeds, fetches),
    release: () => session.release(),
  };
  const keepsLast = session.inputNames.includes('num_logits_to_keep');

  return {
    async feed(rows, past, want) {
      const tokens = rows[0]!.length;
      const total = (past?.length ?? 0) + tokens;
      const inputs = {
        input_ids: new Tensor('int64', BigInt64Array.from(rows.flat(), BigInt), [rows.length, tokens]),
        attention_mask: new Tensor('int64', new BigInt64Array(rows.length * total).fill(1n), [rows.length, total]),
        past_key_values: past === null ? null : new DynamicCache({ ...past.tensors }),
        ...(keepsLast ? { num_logits_to_keep: new Tensor('int64', [BigInt(Math.max(1, want.keep))], []) } : {}),
      };
      // The call below reaches `run` before it waits for anything, so no other call's choice comes in between.
      fetches = [...(want.keep > 0 ? ['logits'] : []), ...(want.past ? pastNames : [])];
      const outputs: Record<string, Tensor> = await model(inputs);
      disposeTensors([inputs.input_ids, inputs.attention_mask]);
      const grown = want.past ? { length: total, tensors: pastOf(outputs, pastNames) } : null;
      return { logits: want.keep > 0 ? readLogits(outputs.logits!, want.keep) : NO_LOGITS, past: grown };
    },
    async release() {
      await model.dispose();
    },
  };
}

/** The weights were exported without past keys and values. */
export class NoCacheError extends Error {
  override readonly name = 'NoCacheError';
}

const NO_LOGITS: Logits = { positions: 0, at: () => new Float32Array() };

function readLogits(tensor: Tensor, keep: number): Logits {
  const [, given, vocabulary] = tensor.dims as [number, number, number];
  const data = tensor.to('float32').data as Float32Array;
  const positions = Math.min(keep, given);
  return {
    positions,
    at(row, position) {
      const start = (row * given + given - positions + position) * vocabulary;
      return data.subarray(start, start + vocabulary);
    },
  };
}

/** Names of outputs as the next step's inputs: `present.0.key` → `past_key_values.0.key`, `present_conv.0` → `past_conv.0`. */
const pastOf = (outputs: Record<string, Tensor>, names: readonly string[]): Record<string, Tensor> =>
  Object.fromEntries(
    names.map((name) => [name.replace(/^present_/, 'past_').replace(/^present\b/, 'past_key_values'), outputs[name]!]),
  );
