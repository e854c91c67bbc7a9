// Names of the modules of a BERT-family layer, in model files and in adapters of Python's peft.

import type { BertArchitecture } from './architecture.js';

export interface BertNames {
  /** What stands before a layer's number. */
  readonly path: string;
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly output: string;
  readonly attentionNorm: string;
  readonly expand: string;
  readonly contract: string;
  readonly feedForwardNorm: string;
}

export const BERT_NAMES: Readonly<Record<BertArchitecture['names'], BertNames>> = {
  bert: {
    path: 'encoder.layer',
    query: 'attention.self.query',
    key: 'attention.self.key',
    value: 'attention.self.value',
    output: 'attention.output.dense',
    attentionNorm: 'attention.output.LayerNorm',
    expand: 'intermediate.dense',
    contract: 'output.dense',
    feedForwardNorm: 'output.LayerNorm',
  },
  distilbert: {
    path: 'transformer.layer',
    query: 'attention.q_lin',
    key: 'attention.k_lin',
    value: 'attention.v_lin',
    output: 'attention.out_lin',
    attentionNorm: 'sa_layer_norm',
    expand: 'ffn.lin1',
    contract: 'ffn.lin2',
    feedForwardNorm: 'output_layer_norm',
  },
};
