// A transformer encoder as plain numbers, read without TensorFlow.js: USE lite and the BERT family in one shape, so that every
// format is written once.

/** Numbers with the name that they have in every exported file. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** y = x · weight + bias */
export interface PlainLinear {
  /** As tuners know it: `layer0/qkv`. */
  readonly name: string;
  /** [in, out] */
  readonly weight: NamedTensor;
  /** [out] */
  readonly bias: NamedTensor;
}

export interface PlainNorm {
  readonly name: string;
  readonly scale: NamedTensor;
  readonly bias: NamedTensor;
  readonly epsilon: number;
}

export interface PlainLayer {
  readonly name: string;
  readonly heads: number;
  readonly attentionNorm: PlainNorm;
  /** Queries, keys and values side by side. */
  readonly qkv: PlainLinear;
  readonly output: PlainLinear;
  /** Where the layer changes the width: what the residual goes through. */
  readonly residual: PlainLinear | null;
  readonly feedForwardNorm: PlainNorm;
  readonly expand: PlainLinear;
  readonly contract: PlainLinear;
}

/** x + relu(x · down) · up, after a residual branch. */
export interface PlainAdapter {
  /** `layer0/attention`, `layer0/feed-forward` */
  readonly branch: string;
  readonly down: PlainLinear;
  readonly up: PlainLinear;
}

export interface PlainTransformer {
  /** The encoder's name as it is configured. */
  readonly name: string;
  /** Beginning of the names of its tensors and inputs. */
  readonly prefix: string;
  /** Norms before each branch (USE lite), or after each sum (BERT). */
  readonly normFirst: boolean;
  readonly activation: 'relu' | 'gelu';
  readonly pooling: 'mean' | 'cls' | 'max';
  /** [vocabulary, D] */
  readonly tokens: NamedTensor;
  /** [maxTokens, D]: added to the token at each position; a constant type embedding is in it. */
  readonly positions: NamedTensor;
  readonly embeddingsNorm: PlainNorm | null;
  readonly layers: readonly PlainLayer[];
  /** A layer after the pooling, whose tanh is the sentence embedding. */
  readonly tanh: PlainLinear | null;
  readonly adapters: readonly PlainAdapter[];
  /** Tokens of a text, special ones among them; more are cut off. */
  readonly maxTokens: number;
  /** Id that fills up the shorter texts of a batch. */
  readonly padId: number;
}

export const linearsOf = ({ layers, tanh, adapters }: PlainTransformer): PlainLinear[] => [
  ...layers.flatMap(({ qkv, output, residual, expand, contract }) => [
    qkv,
    output,
    ...(residual === null ? [] : [residual]),
    expand,
    contract,
  ]),
  ...(tanh === null ? [] : [tanh]),
  ...adapters.flatMap(({ down, up }) => [down, up]),
];

export const normsOf = ({ embeddingsNorm, layers }: PlainTransformer): PlainNorm[] => [
  ...(embeddingsNorm === null ? [] : [embeddingsNorm]),
  ...layers.flatMap(({ attentionNorm, feedForwardNorm }) => [attentionNorm, feedForwardNorm]),
];

/** Every tensor, in the order of the forward pass. */
export const tensorsOf = (encoder: PlainTransformer): NamedTensor[] => [
  encoder.tokens,
  encoder.positions,
  ...normsOf(encoder).flatMap(({ scale, bias }) => [scale, bias]),
  ...linearsOf(encoder).flatMap(({ weight, bias }) => [weight, bias]),
];

/** The same encoder with some tensors replaced: `change` gets each with its name as a parameter and gives back what stays. */
export function mapWeights(
  encoder: PlainTransformer,
  change: (tensor: NamedTensor, parameter: string) => NamedTensor,
): PlainTransformer {
  const linear = (layer: PlainLinear): PlainLinear => ({
    ...layer,
    weight: change(layer.weight, `${layer.name}/weight`),
    bias: change(layer.bias, `${layer.name}/bias`),
  });
  const norm = (layer: PlainNorm): PlainNorm => ({
    ...layer,
    scale: change(layer.scale, `${layer.name}/scale`),
    bias: change(layer.bias, `${layer.name}/bias`),
  });
  return {
    ...encoder,
    tokens: change(encoder.tokens, 'tokens'),
    embeddingsNorm: encoder.embeddingsNorm === null ? null : norm(encoder.embeddingsNorm),
    layers: encoder.layers.map((layer) => ({
      ...layer,
      attentionNorm: norm(layer.attentionNorm),
      qkv: linear(layer.qkv),
      output: linear(layer.output),
      residual: layer.residual === null ? null : linear(layer.residual),
      feedForwardNorm: norm(layer.feedForwardNorm),
      expand: linear(layer.expand),
      contract: linear(layer.contract),
    })),
    tanh: encoder.tanh === null ? null : linear(encoder.tanh),
  };
}
