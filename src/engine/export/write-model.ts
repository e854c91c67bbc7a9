// A checkpoint as the files of a format. It reads whole encoders and takes up to a second: a thread of its own does it (thread.ts).

import { decodeTrained } from '../answerers/trained-model.js';
import type { EncoderFiles } from '../types.js';
import type { ExportedFile } from './describe.js';
import { exportOnnx } from './onnx.js';
import { readParts } from './parts.js';
import { exportPeft } from './peft.js';
import { exportSafetensors } from './safetensors.js';

export const MODEL_FORMATS = ['safetensors', 'onnx', 'peft'] as const;
export type ModelFormat = (typeof MODEL_FORMATS)[number];

export interface ModelRequest {
  readonly checkpoint: Uint8Array;
  readonly format: ModelFormat;
  readonly files: EncoderFiles;
}

/** Throws a UserError `bad-input` that says what the format cannot hold and which one can. Needs no TensorFlow.js. */
export async function writeModel({ checkpoint, format, files }: ModelRequest): Promise<ExportedFile[]> {
  const parts = await readParts(decodeTrained(checkpoint), files);
  switch (format) {
    case 'safetensors':
      return exportSafetensors(parts);
    case 'onnx':
      return exportOnnx(parts);
    case 'peft':
      return exportPeft(parts);
    default:
      return format satisfies never;
  }
}
