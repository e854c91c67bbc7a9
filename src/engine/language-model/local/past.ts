// The keys and values of tokens that a decoder has read. A past is never changed: cutting and repeating copy it, so one past
// serves many continuations.

import { Tensor } from '@xenova/transformers';

export interface Past {
  /** Tokens read. */
  readonly length: number;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/** Attention caches in this process' memory: [1, heads, tokens, size]. Others (on a GPU, of state-space layers) can only grow. */
export function isFlexible({ tensors, length }: Past): boolean {
  return Object.entries(tensors).every(
    ([name, { dims, location }]) =>
      name.startsWith('past_key_values.') &&
      location === 'cpu' &&
      dims.length === 4 &&
      dims[0] === 1 &&
      dims[2] === length,
  );
}

export const bytesOf = ({ tensors }: Past): number =>
  Object.values(tensors).reduce((sum, { data }) => sum + (ArrayBuffer.isView(data) ? data.byteLength : 0), 0);

/** The past of the first `length` tokens. */
export function cut(past: Past, length: number): Past {
  const tensors = mapTensors(past, ({ type, data, dims: [, heads, tokens, size] }) => {
    const values = blank(data, heads! * length * size!);
    for (let head = 0; head < heads!; head++) {
      const start = head * tokens! * size!;
      values.set(data.subarray(start, start + length * size!) as never, head * length * size!);
    }
    return new Tensor(type, values, [1, heads!, length, size!]);
  });
  return { length, tensors };
}

/** The same past for each row of a batch. */
export function repeat(past: Past, rows: number): Past {
  const tensors = mapTensors(past, ({ type, data, dims }) => {
    const values = blank(data, data.length * rows);
    for (let row = 0; row < rows; row++) values.set(data as never, row * data.length);
    return new Tensor(type, values, [rows, ...dims.slice(1)]);
  });
  return { length: past.length, tensors };
}

/** Lets go of memory that the garbage collector does not see. */
export const dispose = (past: Past): void => disposeTensors(Object.values(past.tensors));

export function disposeTensors(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor.dispose();
}

type Numbers = Float32Array | Uint16Array;

const mapTensors = (
  { tensors }: Past,
  map: (tensor: Pick<Tensor, 'type' | 'dims'> & { data: Numbers }) => Tensor,
): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor as never)]));

const blank = (like: Numbers, length: number): Numbers =>
  new (like.constructor as new (length: number) => Numbers)(length);
