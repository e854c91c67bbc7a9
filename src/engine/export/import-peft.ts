// A LoRA that Python's peft trained, as the state of our tuner. Queries, keys and values have pairs of their own there and are
// one layer here: their A stand side by side and their B on the diagonal of one matrix (rank 3r); equal A become one.

import { z } from 'zod';
import { BERT_NAMES } from '../encoders/bert/layer-names.js';
import { readSafetensors } from '../encoders/safetensors.js';
import { UserError } from '../errors.js';
import type { FloatTensor, TunerState } from '../tuners/tuner.js';
import type { ExportedFile } from './describe.js';

const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';

const configSchema = z.object({
  peft_type: z.string(),
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  fan_in_fan_out: z.boolean().nullish(),
  bias: z.string().nullish(),
  modules_to_save: z.array(z.string()).nullish(),
  rank_pattern: z.record(z.string(), z.number()).nullish(),
  alpha_pattern: z.record(z.string(), z.number()).nullish(),
});

/** Where the pair of a module belongs. */
interface Place {
  /** `layer0/qkv` */
  readonly layer: string;
  readonly part: number;
  readonly parts: number;
}

interface Pair {
  readonly part: number;
  readonly parts: number;
  /** [rank, in] */
  readonly a: FloatTensor;
  /** [out, rank] */
  readonly b: FloatTensor;
}

/** Files of a peft folder → the state of a LoRA tuner. Throws a UserError `bad-file` that says what is not supported. */
export function importPeft(files: readonly ExportedFile[]): TunerState {
  const config = readConfig(bytesOf(files, CONFIG));
  const { tensors } = readSafetensors(bytesOf(files, WEIGHTS), WEIGHTS);
  const pairs = new Map<string, Pair[]>();
  const unknown: string[] = [];
  for (const [name, tensor] of Object.entries(tensors)) {
    if (/\.lora_B\.(?:default\.)?weight$/.test(name)) continue;
    const place = placeOf(name);
    const b = tensors[name.replace('.lora_A.', '.lora_B.')];
    if (place === null || b === undefined) {
      unknown.push(name);
      continue;
    }
    const { layer, ...rest } = place;
    pairs.set(layer, [...(pairs.get(layer) ?? []), { ...rest, a: tensor, b }]);
  }
  if (unknown.length > 0 || pairs.size === 0) {
    const found = unknown.length > 0 ? unknown.slice(0, 3).join(', ') : 'nothing';
    throw unsupported(`it has to change linear layers of a BERT-family encoder, and it holds ${found}`);
  }
  const { r: rank, lora_alpha: alpha } = config;
  const rslora = config.use_rslora === true;
  const state: Record<string, FloatTensor> = {};
  for (const [layer, parts] of pairs) {
    const { a, b } = fuse(layer, parts);
    state[`${layer}/a`] = a;
    state[`${layer}/b`] = b;
  }
  const scaling = alpha / (rslora ? Math.sqrt(rank) : rank);
  return { kind: 'lora', settings: { rank, alpha, rslora, dora: false, scaling }, tensors: state };
}

function bytesOf(files: readonly ExportedFile[], name: string): Uint8Array {
  const file = files.find(({ path }) => path === name);
  if (file !== undefined) return file.bytes;
  throw new UserError('bad-file', `A folder of peft holds ${CONFIG} and ${WEIGHTS}; ${name} is missing.`, {
    details: { missing: name },
  });
}

function readConfig(bytes: Uint8Array): z.output<typeof configSchema> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new UserError('bad-file', `${CONFIG} is not JSON.`, { cause: error });
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success)
    throw new UserError('bad-file', `${CONFIG} is not one of a LoRA: ${z.prettifyError(parsed.error)}`);
  const { peft_type, use_dora, fan_in_fan_out, bias, modules_to_save, rank_pattern, alpha_pattern } = parsed.data;
  if (peft_type !== 'LORA') throw unsupported(`its type is ${peft_type}`);
  if (use_dora === true) throw unsupported('it uses DoRA');
  if (fan_in_fan_out === true) throw unsupported('its weights are transposed (fan_in_fan_out)');
  if ((bias ?? 'none') !== 'none') throw unsupported(`it trained biases (bias: ${bias})`);
  if ((modules_to_save ?? []).length > 0)
    throw unsupported(`it trained whole modules (${modules_to_save!.join(', ')})`);
  const patterns = [rank_pattern ?? {}, alpha_pattern ?? {}].flatMap(Object.keys);
  if (patterns.length > 0)
    throw unsupported(`its rank or alpha differs between layers (${patterns.slice(0, 3).join(', ')})`);
  return parsed.data;
}

/** `base_model.model.encoder.layer.0.attention.self.query.lora_A.weight` → query of layer 0. */
function placeOf(name: string): Place | null {
  for (const names of Object.values(BERT_NAMES)) {
    const path = names.path.replaceAll('.', '\\.');
    const match = new RegExp(`(?:^|\\.)${path}\\.(\\d+)\\.([\\w.]+)\\.lora_A\\.(?:default\\.)?weight$`).exec(name);
    if (match === null) continue;
    const [, index, module] = match;
    const part = [names.query, names.key, names.value].indexOf(module!);
    if (part >= 0) return { layer: `layer${index}/qkv`, part, parts: 3 };
    const single = (['output', 'expand', 'contract'] as const).find((own) => names[own] === module);
    if (single !== undefined) return { layer: `layer${index}/${single}`, part: 0, parts: 1 };
  }
  return null;
}

/** Pairs of the parts of one layer as one: A [in, rank], B [rank, out]. */
function fuse(layer: string, pairs: readonly Pair[]): { a: FloatTensor; b: FloatTensor } {
  const [{ parts, a: first, b: firstB }] = pairs as [Pair];
  const inputs = first.shape[1]!;
  const width = firstB.shape[0]!;
  for (const { a, b } of pairs) {
    const fits = a.shape[1] === inputs && b.shape[0] === width && a.shape[0] === b.shape[1];
    if (!fits)
      throw unsupported(`the pair of ${layer} has the shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`);
  }
  const shared = pairs.every(({ a }) => a.shape[0] === first.shape[0] && a.data.every((x, i) => x === first.data[i]));
  const starts = pairs.map((_, p) => (shared ? 0 : pairs.slice(0, p).reduce((sum, { a }) => sum + a.shape[0]!, 0)));
  const rank = shared ? first.shape[0]! : pairs.reduce((sum, { a }) => sum + a.shape[0]!, 0);
  const [down, up] = [new Float32Array(inputs * rank), new Float32Array(rank * parts * width)];
  pairs.forEach(({ part, a, b }, p) => {
    const own = a.shape[0]!;
    for (let r = 0; r < own; r++) {
      const row = starts[p]! + r;
      for (let i = 0; i < inputs; i++) down[i * rank + row] = a.data[r * inputs + i]!;
      for (let o = 0; o < width; o++) up[row * parts * width + part * width + o] = b.data[o * own + r]!;
    }
  });
  return { a: { shape: [inputs, rank], data: down }, b: { shape: [rank, parts * width], data: up } };
}

const unsupported = (why: string): UserError =>
  new UserError(
    'bad-file',
    `This adapter of peft cannot be used: ${why}. Supported is a plain LoRA over linear layers.`,
    {
      details: { why },
    },
  );
