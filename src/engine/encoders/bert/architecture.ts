// What config.json says of a network of the BERT family, in one shape for all of them. What cannot be computed here is refused
// with a sentence: a wrong vector looks like any other.

import { z } from 'zod';
import { UserError } from '../../errors.js';

export type Activation = 'gelu' | 'relu';

export interface BertArchitecture {
  /** `distilbert` has names of its own for its weights. */
  readonly names: 'bert' | 'distilbert';
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly activation: Activation;
  readonly epsilon: number;
  /** Row of the first token's position: RoBERTa's positions start after that of the padding. */
  readonly firstPosition: number;
  /** Positions that a text may take. */
  readonly positions: number;
  /** Id of the padding token. */
  readonly padId: number;
}

const SUPPORTED = 'BertModel, RobertaModel, XLMRobertaModel, CamembertModel and DistilBertModel';
const FAMILY = ['bert', 'roberta', 'xlm-roberta', 'camembert', 'distilbert'];
/** `BertModel`, `BertForMaskedLM`, …: whatever stands on the encoder. Not `JinaBertModel`. */
const CLASS = /^(Bert|Roberta|XLMRoberta|Camembert|DistilBert)(Model|For[A-Za-z]+)$/;
const ACTIVATIONS: Readonly<Record<string, Activation>> = { gelu: 'gelu', relu: 'relu' };

const count = z.number().int().positive();
const headSchema = z.object({
  model_type: z.string().optional(),
  architectures: z.array(z.string()).nullish(),
  position_embedding_type: z.string().nullish(),
  is_decoder: z.boolean().nullish(),
  pad_token_id: z.number().int().nonnegative().nullish(),
  max_position_embeddings: count,
});
const bertSchema = z.object({
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  intermediate_size: count,
  hidden_act: z.string(),
  layer_norm_eps: z.number().positive().default(1e-12),
});
const distilbertSchema = z
  .object({ dim: count, n_layers: count, n_heads: count, hidden_dim: count, activation: z.string() })
  .transform(({ dim, n_layers, n_heads, hidden_dim, activation }) => ({
    hidden_size: dim,
    num_hidden_layers: n_layers,
    num_attention_heads: n_heads,
    intermediate_size: hidden_dim,
    hidden_act: activation,
    layer_norm_eps: 1e-12,
  }));

/** `config`: config.json. Throws a UserError that names what came and what is supported. */
export function readArchitecture(name: string, config: unknown): BertArchitecture {
  const head = parse(headSchema, config, name);
  const { model_type: type, max_position_embeddings: positions } = head;
  const [kind] = head.architectures ?? [];
  if (type === undefined || !FAMILY.includes(type) || (kind !== undefined && !CLASS.test(kind)))
    throw unsupported(name, kind ?? type ?? 'a model without a type');
  if ((head.position_embedding_type ?? 'absolute') !== 'absolute')
    throw unsupported(name, `${kind ?? type} with ${head.position_embedding_type} positions`);
  if (head.is_decoder === true) throw unsupported(name, `${kind ?? type} as a decoder`);
  const sizes = parse<z.output<typeof bertSchema>>(type === 'distilbert' ? distilbertSchema : bertSchema, config, name);
  const activation = ACTIVATIONS[sizes.hidden_act];
  if (activation === undefined) throw unsupported(name, `${kind ?? type} with the activation ${sizes.hidden_act}`);
  const { hidden_size: hiddenSize, num_attention_heads: heads } = sizes;
  if (hiddenSize % heads !== 0)
    throw wrong(name, `hidden_size ${hiddenSize} cannot be shared by ${heads} attention heads`);
  const padId = head.pad_token_id ?? 0;
  const firstPosition = type === 'bert' || type === 'distilbert' ? 0 : padId + 1;
  return {
    names: type === 'distilbert' ? 'distilbert' : 'bert',
    hiddenSize,
    layers: sizes.num_hidden_layers,
    heads,
    intermediateSize: sizes.intermediate_size,
    activation,
    epsilon: sizes.layer_norm_eps,
    firstPosition,
    positions: positions - firstPosition,
    padId,
  };
}

function parse<T>(schema: z.ZodType<T>, config: unknown, name: string): T {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrong(name, `at ${issue!.path.join('.') || 'its top'}: ${issue!.message}`);
}

const wrong = (name: string, why: string): UserError =>
  new UserError('damaged', `The config.json of ${name} describes no network of the BERT family: ${why}.`);

const unsupported = (name: string, what: string): UserError =>
  new UserError(
    'bad-configuration',
    `${name} is ${what}, which is not supported as an encoder. Supported are ${SUPPORTED} with absolute positions.`,
    { details: { unsupported: what } },
  );
