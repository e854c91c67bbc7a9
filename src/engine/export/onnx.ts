// A whole answerer as one ONNX graph with the encoder in it (a tuned one with its change folded in), handful.json and the
// tokenizers.

import { UserError } from '../errors.js';
import { describeAnswerer, type ExportedFile, jsonBytes, tokenizerFiles } from './describe.js';
import { ngramInputs, writeAnswerer } from './onnx/answerer.js';
import { createGraph } from './onnx/graph.js';
import { idsInput, maskInput } from './onnx/transformer.js';
import { type AnswererParts, publicName } from './parts.js';

export async function exportOnnx(parts: AnswererParts): Promise<ExportedFile[]> {
  const { model, tuned } = parts;
  const unheld = model.experts.find((expert, i) => expert.tuned !== null && tuned[i] === null)?.tuned;
  if (unheld !== undefined && unheld !== null) {
    throw new UserError(
      'bad-input',
      `ONNX cannot hold what ${unheld.tuner.kind} trained; it holds frozen encoders, LoRA, trained weights and adapters. Use safetensors.`,
      { details: { kind: unheld.tuner.kind } },
    );
  }
  const graph = createGraph('handful');
  writeAnswerer(graph, parts);
  const metadata = {
    labels: JSON.stringify(model.labels),
    threshold: String(model.scope.threshold),
    method: model.method,
  };
  const description = {
    ...describeAnswerer(parts, 'handful-onnx'),
    inputs: {
      ...encoderInputs(parts),
      ...Object.fromEntries([...ngramInputs(parts)].map(([name, columns]) => [name, { kind: 'ngrams', columns }])),
    },
    outputs: { probabilities: 'labels in their order', similarity: 'below the threshold: out of scope' },
  };
  return [
    { path: 'model.onnx', bytes: graph.encode(metadata) },
    { path: 'handful.json', bytes: jsonBytes(description, 1) },
    ...(await tokenizerFiles(parts)),
  ];
}

function encoderInputs({ encoders, transformers }: AnswererParts): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const name of encoders) {
    const encoder = publicName(name);
    const transformer = transformers.get(name);
    if (transformer !== undefined) {
      inputs[idsInput(transformer.prefix)] = { kind: 'ids', encoder };
      inputs[maskInput(transformer.prefix)] = { kind: 'mask', encoder };
    } else if (name === 'hashing') inputs.hashing = { kind: 'vectors', encoder };
    else inputs.static_ids = { kind: 'ids', encoder };
  }
  return inputs;
}
