// Writes ONNX graphs for tests, as protobuf by hand: field numbers are those of onnx.proto.

const FLOAT = 1;
const INT64 = 7;
const OPSET = 17;

type Attribute = number | readonly number[] | { readonly float: number };

export interface OnnxGraph {
  /** Adds a node and returns the name of its output. */
  op(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  floats(values: ArrayLike<number>, shape: readonly number[]): string;
  ints(values: readonly number[], shape?: readonly number[]): string;
  /** Of int64; sizes are numbers or names. */
  input(name: string, shape: readonly (number | string)[]): string;
  /** Of float, for a value of the graph. */
  output(name: string, value: string, shape: readonly (number | string)[]): void;
  bytes(): Buffer;
}

export function createOnnxGraph(name: string): OnnxGraph {
  const nodes: Buffer[] = [];
  const constants: Buffer[] = [];
  const infos: Buffer[] = [];
  let count = 0;
  const add = (
    type: string,
    inputs: readonly string[],
    output: string,
    attributes: Record<string, Attribute>,
  ): string => {
    const fields = Object.entries(attributes).map(([key, value]) => attribute(key, value));
    nodes.push(
      message(1, ...inputs.map((input) => text(1, input)), text(2, output), text(3, output), text(4, type), ...fields),
    );
    return output;
  };
  const constant = (type: number, values: Float32Array | BigInt64Array, shape: readonly number[]): string => {
    const own = `c${count++}`;
    const raw = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    constants.push(message(5, ...shape.map((size) => number(1, size)), number(2, type), text(8, own), bytes(9, raw)));
    return own;
  };
  return {
    op: (type, inputs, attributes = {}) => add(type, inputs, `n${count++}`, { ...attributes }),
    floats: (values, shape) => constant(FLOAT, Float32Array.from(values), shape),
    ints: (values, shape = [values.length]) => constant(INT64, BigInt64Array.from(values, BigInt), shape),
    input(own, shape) {
      infos.push(valueInfo(11, own, INT64, shape));
      return own;
    },
    output(own, value, shape) {
      add('Identity', [value], own, {});
      infos.push(valueInfo(12, own, FLOAT, shape));
    },
    bytes: () =>
      Buffer.concat([
        number(1, 8),
        message(7, ...nodes, text(2, name), ...constants, ...infos),
        message(8, text(1, ''), number(2, OPSET)),
      ]),
  };
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(out);
}

const number = (field: number, value: number): Buffer => Buffer.concat([varint(field << 3), varint(value)]);
const bytes = (field: number, data: Buffer): Buffer =>
  Buffer.concat([varint((field << 3) | 2), varint(data.length), data]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
const message = (field: number, ...parts: Buffer[]): Buffer => bytes(field, Buffer.concat(parts));

function attribute(name: string, value: Attribute): Buffer {
  if (typeof value === 'number') return message(5, text(1, name), number(3, value), number(20, 2));
  if ('float' in value) {
    const data = Buffer.alloc(4);
    data.writeFloatLE(value.float);
    return message(5, text(1, name), Buffer.concat([varint((2 << 3) | 5), data]), number(20, 1));
  }
  return message(5, text(1, name), ...value.map((one) => number(8, one)), number(20, 7));
}

function valueInfo(field: number, name: string, type: number, shape: readonly (number | string)[]): Buffer {
  const sizes = shape.map((size) => message(1, typeof size === 'number' ? number(1, size) : text(2, size)));
  return message(field, text(1, name), message(2, message(1, number(1, type), message(2, ...sizes))));
}
