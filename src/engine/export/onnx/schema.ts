// The messages of ONNX that an exported graph needs, with the field numbers of onnx/onnx.proto (https://github.com/onnx/onnx,
// Apache-2.0); proto3 syntax, as every field that is written here has a value.

import protobuf from 'protobufjs';

const SOURCE = `
syntax = "proto3";
package onnx;
message AttributeProto {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated float floats = 7; repeated int64 ints = 8; int32 type = 20;
}
message ValueInfoProto { string name = 1; TypeProto type = 2; string doc_string = 3; }
message NodeProto {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated AttributeProto attribute = 5;
}
message StringStringEntryProto { string key = 1; string value = 2; }
message TensorProto { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message TensorShapeProto {
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  repeated Dimension dim = 1;
}
message TypeProto {
  message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
  oneof value { Tensor tensor_type = 1; }
}
message GraphProto {
  repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; string doc_string = 10;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto { string domain = 1; int64 version = 2; }
message ModelProto {
  int64 ir_version = 1; string producer_name = 2; string producer_version = 3; GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8; repeated StringStringEntryProto metadata_props = 14;
}
`;

const model = protobuf.parse(SOURCE, { keepCase: true }).root.lookupType('onnx.ModelProto');

/** TensorProto.DataType */
export const DATA_TYPES = { float32: 1, uint8: 2, int64: 7, bool: 9 } as const;
export type DataType = keyof typeof DATA_TYPES;

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const;

/** A ModelProto by the names above as the bytes of a file. Throws where a field has a value of another kind. */
export function encodeModel(message: Record<string, unknown>): Uint8Array {
  const problem = model.verify(message);
  if (problem !== null) throw new Error(`not an ONNX model: ${problem}`);
  return model.encode(message).finish();
}
