// A LoRA over a BERT-family encoder as Python's peft keeps one: adapter_config.json and adapter_model.safetensors
// (https://huggingface.co/docs/peft/developer_guides/checkpoint). The fused layer of queries, keys and values becomes three
// that share A; what alpha and rank cannot say (the strength that cross-validation chose) is multiplied into B.

import type { Expert } from '../answerers/trained-model.js';
import { BERT_NAMES, type BertNames } from '../encoders/bert/layer-names.js';
import { writeSafetensors } from '../encoders/safetensors.js';
import { UserError } from '../errors.js';
import { type ExportedFile, jsonBytes } from './describe.js';
import { columnLengths, type LoraPair, loraPairs } from './merge.js';
import { type AnswererParts, publicName } from './parts.js';
import { linearsOf, type NamedTensor, type PlainTransformer } from './transformer.js';

type Part = Exclude<keyof BertNames, 'path' | 'attentionNorm' | 'feedForwardNorm'>;

const PARTS: Readonly<Record<string, readonly Part[]>> = {
  qkv: ['query', 'key', 'value'],
  output: ['output'],
  expand: ['expand'],
  contract: ['contract'],
};

export function exportPeft(parts: AnswererParts): ExportedFile[] {
  const { bert, transformers } = parts;
  const tuned = parts.model.experts.find((expert) => expert.tuned !== null)?.tuned ?? null;
  const change = requireLora(tuned);
  if (bert === null || change.encoder !== bert.name) {
    throw cannot(`the tuned encoder is ${publicName(change.encoder)}, and peft knows encoders of the BERT family`);
  }
  const { rank, alpha, rslora, dora, scaling } = change.tuner.settings;
  const said = Number(alpha) / (rslora === true ? Math.sqrt(Number(rank)) : Number(rank));
  const names = BERT_NAMES[bert.architecture.names];
  const pairs = loraPairs(change.tuner);
  const context = { names, factor: Number(scaling) / said, encoder: transformers.get(bert.name)! };
  const tensors = pairs.flatMap((pair) => pairTensors(pair, context));
  const config = {
    peft_type: 'LORA',
    task_type: 'FEATURE_EXTRACTION',
    base_model_name_or_path: publicName(bert.name),
    inference_mode: true,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    use_rslora: rslora === true,
    use_dora: dora === true,
    bias: 'none',
    fan_in_fan_out: false,
    target_modules: [...new Set(pairs.flatMap(({ layer }) => targetsOf(layer, names)))],
  };
  return [
    { path: 'adapter_config.json', bytes: jsonBytes(config, 2) },
    {
      path: 'adapter_model.safetensors',
      bytes: writeSafetensors(Object.fromEntries(tensors.map((tensor) => [tensor.name, tensor])), { format: 'pt' }),
    },
  ];
}

function requireLora(tuned: Expert['tuned']): NonNullable<Expert['tuned']> {
  if (tuned === null) throw cannot('the encoder of this version is not tuned');
  const { kind, settings } = tuned.tuner;
  if (kind !== 'lora') throw cannot(`the encoder was tuned by ${kind}`);
  if (typeof settings.rank !== 'number' || typeof settings.alpha !== 'number')
    throw cannot('the version was made by an older Handful, which kept no rank');
  return tuned;
}

interface PairContext {
  readonly names: BertNames;
  readonly factor: number;
  readonly encoder: PlainTransformer;
}

/** `layer0/qkv` → what peft keeps of its three layers: A [rank, in], B [out, rank] and, with DoRA, the columns' lengths. */
function pairTensors({ layer, a, b, lengths }: LoraPair, { names, factor, encoder }: PairContext): NamedTensor[] {
  const [inputs, rank] = a.shape as [number, number];
  const { modules, index } = placeOf(layer, names);
  const width = b.shape[1]!;
  const outputs = width / modules.length;
  const own = linearsOf(encoder).find(({ name }) => name === layer);
  const magnitudes = lengths === null || own === undefined ? null : columnLengths(own.weight.data, width);
  return modules.flatMap((module, part): NamedTensor[] => {
    const at = `base_model.model.${names.path}.${index}.${module}`;
    const [down, up] = [new Float32Array(rank * inputs), new Float32Array(outputs * rank)];
    for (let r = 0; r < rank; r++) {
      for (let i = 0; i < inputs; i++) down[r * inputs + i] = a.data[i * rank + r]!;
      for (let o = 0; o < outputs; o++) up[o * rank + r] = factor * b.data[r * width + part * outputs + o]!;
    }
    const pair: NamedTensor[] = [
      { name: `${at}.lora_A.weight`, shape: [rank, inputs], data: down },
      { name: `${at}.lora_B.weight`, shape: [outputs, rank], data: up },
    ];
    if (magnitudes === null) return pair;
    const from = part * outputs;
    const data = Float32Array.from({ length: outputs }, (_, o) => lengths![from + o]! * magnitudes[from + o]!);
    return [...pair, { name: `${at}.lora_magnitude_vector`, shape: [outputs], data }];
  });
}

/** The modules of a layer as `target_modules` names them. peft compares endings, and `output.dense` ends two of them. */
function targetsOf(layer: string, names: BertNames): string[] {
  const { modules, index } = placeOf(layer, names);
  return modules.map((module) => (module === 'output.dense' ? `layer.${index}.${module}` : module));
}

function placeOf(layer: string, names: BertNames): { modules: string[]; index: string } {
  const [, index, part] = /^layer(\d+)\/(\w+)$/.exec(layer) ?? [];
  const parts = PARTS[part ?? ''];
  if (index === undefined || parts === undefined) throw cannot(`it changes ${layer}, which BERT does not have`);
  return { modules: parts.map((name) => names[name]), index };
}

const cannot = (why: string): UserError =>
  new UserError('bad-input', `PEFT holds a LoRA over an encoder of the BERT family: ${why}. Use safetensors or onnx.`, {
    details: { why },
  });
