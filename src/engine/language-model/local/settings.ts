// What a thread needs to know to load a model of transformers.js: plain data.

export const DTYPES = [
  'fp32',
  'fp16',
  'q8',
  'int8',
  'uint8',
  'q4',
  'bnb4',
  'q4f16',
  'q2',
  'q2f16',
  'q1',
  'q1f16',
] as const;
export type Dtype = (typeof DTYPES)[number];

export const DEVICES = ['cpu', 'auto', 'gpu', 'webgpu', 'cuda', 'dml', 'coreml'] as const;
export type Device = (typeof DEVICES)[number];

export interface LocalModelSettings {
  /** An absolute folder, or `owner/name` on the hub. */
  readonly source: { readonly kind: 'folder' | 'hub'; readonly name: string };
  /** Folder of downloaded models. */
  readonly cacheDir: string;
  /** Address of the hub or of a mirror, with a slash at its end. */
  readonly hub: string;
  /** null: the smallest of those there that this device computes well. */
  readonly dtype: Dtype | null;
  readonly device: Device;
  /** null: as many as ONNX Runtime takes. */
  readonly threads: number | null;
  readonly cacheBytes: number;
  /** Memory that may be used; null: what the system says is free. */
  readonly availableMemory: number | null;
}
