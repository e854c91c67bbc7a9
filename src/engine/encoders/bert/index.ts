// The door to the encoders of the BERT family: MiniLM, bge, gte, e5, multilingual-e5, Chinese BERT and RoBERTa, DistilBERT.

export type { BertArchitecture } from './architecture.js';
export { type BertFiles, type FetchOptions, fetchBert } from './fetch.js';
export type { BertFolder } from './folder.js';
export type { FetchProgress } from './hub.js';
export { isBertName } from './name.js';
export { type BertEncoderOptions, createBertEncoder } from './onnx.js';
export type { Pooling, SentenceSettings } from './sentence.js';
export { createTunableBert } from './tunable.js';
