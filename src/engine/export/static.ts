// The embedded table static-en-zh as it lies in its file: 4 bits a value, two in a byte, and a scale a row.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSafetensors } from '../encoders/safetensors.js';
import type { NamedTensor } from './transformer.js';

const FOLDER = fileURLToPath(new URL('../../../data/encoders/static-en-zh/', import.meta.url));

export interface StaticTable {
  /** [entries, dimensions / 2]: value = (nibble − 7.5) · scale, low nibble first. */
  readonly packed: Uint8Array;
  readonly entries: number;
  readonly dimensions: number;
  /** [entries, 1]; 0 for the unknown piece, which adds nothing. */
  readonly scale: NamedTensor;
  /** tokenizer.json */
  readonly tokenizer: Uint8Array;
}

export async function readStaticTable(): Promise<StaticTable> {
  const file = await openSafetensors(path.join(FOLDER, 'model.safetensors'));
  try {
    const [entries, half] = file.shapeOf('vectors') as [number, number];
    const scale = await file.read('scale');
    scale[0] = 0;
    return {
      packed: await file.sample('vectors', entries * half),
      entries,
      dimensions: 2 * half,
      scale: { name: 'static-en-zh/scale', shape: [entries, 1], data: scale },
      tokenizer: await readFile(path.join(FOLDER, 'tokenizer.json')),
    };
  } finally {
    await file.close();
  }
}

/** The table as numbers. [entries, dimensions] */
export function unpack({ packed, entries, dimensions, scale }: StaticTable): NamedTensor {
  const data = new Float32Array(entries * dimensions);
  packed.forEach((byte, at) => {
    const factor = scale.data[Math.floor((2 * at) / dimensions)]!;
    data[2 * at] = ((byte & 15) - 7.5) * factor;
    data[2 * at + 1] = ((byte >> 4) - 7.5) * factor;
  });
  return { name: 'static-en-zh/vectors', shape: [entries, dimensions], data };
}
