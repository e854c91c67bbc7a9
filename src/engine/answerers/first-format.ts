// Checkpoints of Handful 0.1 in the form of today: they knew one tuner, LoRA, and experts of equal share.

import { z } from 'zod';
import type { StoredTensor } from '../registry/checkpoint.js';

const firstSchema = z.looseObject({
  kind: z.literal('trained'),
  shares: z.undefined().optional(),
  experts: z.array(
    z.looseObject({
      tuned: z
        .strictObject({
          encoder: z.string(),
          scaling: z.number(),
          layers: z.array(z.strictObject({ name: z.string(), rank: z.int().positive() })),
        })
        .nullable(),
    }),
  ),
});

export interface Stored {
  readonly meta: unknown;
  readonly tensors: Readonly<Record<string, StoredTensor>>;
}

/** A checkpoint of the first format as one of this; any other is given back as it is. */
export function fromFirstFormat({ meta, tensors }: Stored): Stored {
  const parsed = firstSchema.safeParse(meta);
  if (!parsed.success) return { meta, tensors };
  const renamed: Record<string, StoredTensor> = { ...tensors };
  const experts = parsed.data.experts.map(({ tuned, ...rest }, i) => {
    if (tuned === null) return { ...rest, tuned };
    const { encoder, scaling, layers } = tuned;
    const names = layers.flatMap(({ name }) => [`${name}/a`, `${name}/b`]);
    for (const name of names) renamed[`${i}/tuner/${name}`] = tensors[`${i}/lora/${name}`]!;
    const shapes = names.map((name) => ({ name, shape: [...(renamed[`${i}/tuner/${name}`]?.shape ?? [])] }));
    return { ...rest, tuned: { encoder, kind: 'lora', settings: { scaling }, tensors: shapes } };
  });
  const shares = experts.map(() => 1 / experts.length);
  return { meta: { ...parsed.data, experts, shares }, tensors: renamed };
}
