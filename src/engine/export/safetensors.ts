// A whole answerer as numbers: model.safetensors with every tensor, handful.json with what they mean, and the tokenizers.

import { writeSafetensors } from '../encoders/safetensors.js';
import type { FeatureSpace } from '../features.js';
import { describeAnswerer, describeSpace, type ExportedFile, jsonBytes, tokenizerFiles } from './describe.js';
import { type AnswererParts, blockKey, publicName } from './parts.js';
import { unpack } from './static.js';
import { type NamedTensor, tensorsOf } from './transformer.js';

export async function exportSafetensors(parts: AnswererParts): Promise<ExportedFile[]> {
  const { model, transformers, tuned, table } = parts;
  const classes = model.labels.length;
  const tensors: NamedTensor[] = [
    ...[...transformers.values()].flatMap(tensorsOf),
    ...(table === null ? [] : [unpack(table)]),
    ...spaceTensors(model.scope.space, 'scope'),
    { name: 'scope/centroids', shape: [classes, model.scope.width], data: model.scope.centroids },
  ];
  const experts = model.experts.map(({ space, head, tuned: change }, i) => {
    const at = `expert${i}`;
    tensors.push(...spaceTensors(space, at));
    tensors.push({ name: `${at}/head/dense`, shape: [head.width, classes], data: head.dense });
    tensors.push({ name: `${at}/head/intercepts`, shape: [classes], data: head.intercepts });
    if (head.sparse !== null)
      tensors.push({ name: `${at}/head/sparse`, shape: [head.sparse.length / classes, classes], data: head.sparse });
    const described = { share: model.shares[i], space: describeSpace(space, at) };
    if (change === null) return { ...described, tuned: null };
    const encoder = publicName(change.encoder);
    const { kind, settings } = change.tuner;
    const copy = tuned[i] ?? null;
    if (copy === null) {
      // What cannot be folded into the encoder stands there as it trained.
      const own = Object.entries(change.tuner.tensors);
      tensors.push(...own.map(([name, { shape, data }]) => ({ name: `${at}/tuner/${name}`, shape, data })));
      return {
        ...described,
        tuned: { encoder, kind, settings, folded: false, tensors: own.map(([name]) => `${at}/tuner/${name}`) },
      };
    }
    const frozen = new Set(tensorsOf(transformers.get(change.encoder)!));
    const own = tensorsOf(copy).filter((tensor) => !frozen.has(tensor));
    tensors.push(...own);
    return { ...described, tuned: { encoder, kind, settings, folded: true, tensors: own.map(({ name }) => name) } };
  });
  const description = {
    ...describeAnswerer(parts, 'handful-answerer'),
    scope: { space: describeSpace(model.scope.space, 'scope'), centroids: 'scope/centroids' },
    experts,
  };
  return [
    {
      path: 'model.safetensors',
      bytes: writeSafetensors(Object.fromEntries(tensors.map((t) => [t.name, t])), { format: 'np' }),
    },
    { path: 'handful.json', bytes: jsonBytes(description, 1) },
    ...(await tokenizerFiles(parts)),
  ];
}

const spaceTensors = ({ dense, lexicon }: FeatureSpace, at: string): NamedTensor[] => [
  ...dense.map(({ name, centre }) => ({
    name: `${at}/centre/${blockKey(name)}`,
    shape: [centre.length],
    data: centre,
  })),
  ...(lexicon === null ? [] : [{ name: `${at}/ngrams/idf`, shape: [lexicon.idf.length], data: lexicon.idf }]),
];
