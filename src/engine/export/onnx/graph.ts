// A small writer of ONNX graphs. Values are names; the same operation on the same values is written once, so that what two
// experts share is computed once.

import { UserError } from '../../errors.js';
import type { NamedTensor } from '../transformer.js';
import { ATTRIBUTE_TYPES, DATA_TYPES, type DataType, encodeModel } from './schema.js';

/** LayerNormalization came with 17. */
const OPSET = 17;
const IR_VERSION = 8;
/** A protobuf file holds at most 2 GiB. */
const MOST_BYTES = 2 ** 31 - 2 ** 20;

/** Plain numbers are whole; ONNX tells them from floats. */
export type Attribute = number | readonly number[] | { readonly float: number };
export type Axes = readonly (number | string)[];

export interface Graph {
  /** What the graph is given; a text stands for a size that varies. */
  input(name: string, type: DataType, axes: Axes): string;
  weight(tensor: NamedTensor): string;
  bytes(name: string, shape: readonly number[], data: Uint8Array): string;
  /** Small constants, by their values. */
  floats(values: readonly number[]): string;
  float(value: number): string;
  ints(values: readonly number[]): string;
  op(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** For operations with several outputs. */
  ops(
    type: string,
    inputs: readonly string[],
    options: { readonly outputs: number; readonly attributes?: Readonly<Record<string, Attribute>> },
  ): string[];
  output(name: string, value: string, axes: Axes): void;
  encode(metadata: Readonly<Record<string, string>>): Uint8Array;
}

/** A TensorProto. */
interface Initializer {
  readonly name: string;
  readonly data_type: number;
  readonly dims: readonly number[];
  readonly raw_data: Uint8Array;
}

export function createGraph(name: string): Graph {
  const inputs: object[] = [];
  const outputs: object[] = [];
  const nodes: object[] = [];
  const initializers = new Map<string, Initializer>();
  const written = new Map<string, string[]>();

  const constant = (id: string, type: DataType, shape: readonly number[], data: NodeJS.TypedArray): string => {
    if (!initializers.has(id)) {
      const raw_data = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      initializers.set(id, { name: id, data_type: DATA_TYPES[type], dims: shape, raw_data });
    }
    return id;
  };
  const ops: Graph['ops'] = (type, from, { outputs: count, attributes = {} }) => {
    const key = JSON.stringify([type, from, count, attributes]);
    const known = written.get(key);
    if (known !== undefined) return known;
    const id = `${type}_${nodes.length}`;
    const to = count === 1 ? [id] : Array.from({ length: count }, (_, i) => `${id}_${i}`);
    const attribute = Object.entries(attributes).map(([own, value]) => attributeOf(own, value));
    nodes.push({ name: id, op_type: type, input: from, output: to, attribute });
    written.set(key, to);
    return to;
  };

  return {
    input(own, type, axes) {
      if (!written.has(`input ${own}`)) {
        inputs.push(valueInfo(own, type, axes));
        written.set(`input ${own}`, [own]);
      }
      return own;
    },
    weight: ({ name: own, shape, data }) => constant(own, 'float32', shape, data),
    bytes: (own, shape, data) => constant(own, 'uint8', shape, data),
    floats: (values) => constant(`floats ${values.join(' ')}`, 'float32', [values.length], Float32Array.from(values)),
    float: (value) => constant(`float ${value}`, 'float32', [], Float32Array.of(value)),
    ints: (values) =>
      constant(`ints ${values.join(' ')}`, 'int64', [values.length], BigInt64Array.from(values, BigInt)),
    op: (type, from, attributes = {}) => ops(type, from, { outputs: 1, attributes })[0]!,
    ops,
    output(own, value, axes) {
      nodes.push({ name: own, op_type: 'Identity', input: [value], output: [own], attribute: [] });
      outputs.push(valueInfo(own, 'float32', axes));
    },
    encode(metadata) {
      const initializer = [...initializers.values()];
      const bytes = initializer.reduce((sum, { raw_data }) => sum + raw_data.length, 0);
      if (bytes > MOST_BYTES) {
        const found = `${(bytes / 2 ** 30).toFixed(1)} GiB`;
        throw new UserError(
          'bad-input',
          `An ONNX file holds at most 2 GiB, and the weights have ${found}. Use safetensors.`,
        );
      }
      return encodeModel({
        ir_version: IR_VERSION,
        producer_name: 'handful',
        graph: { name, node: nodes, initializer, input: inputs, output: outputs },
        opset_import: [{ domain: '', version: OPSET }],
        metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      });
    },
  };
}

function attributeOf(name: string, value: Attribute): object {
  if (typeof value === 'number') return { name, type: ATTRIBUTE_TYPES.int, i: value };
  if ('float' in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float };
  return { name, type: ATTRIBUTE_TYPES.ints, ints: value };
}

function valueInfo(name: string, type: DataType, axes: Axes): object {
  const dim = axes.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: DATA_TYPES[type], shape: { dim } } } };
}
