// A task's examples as the content of a file, with the name it should have.

import { toCsv, toJsonl, toTsv } from '../engine/index.js';
import type { Example } from './workspace/types.js';

export const FILE_FORMATS = ['csv', 'tsv', 'jsonl'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export function exportExamples(
  examples: readonly Example[],
  wanted: { readonly name: string; readonly format: FileFormat | undefined },
): { name: string; content: string; format: FileFormat } {
  const extension = /\.(csv|tsv|jsonl)$/i.exec(wanted.name)?.[1]?.toLowerCase() as FileFormat | undefined;
  const format = wanted.format ?? extension ?? 'csv';
  const name = extension === undefined ? `${wanted.name}.${format}` : wanted.name;
  return { name, content: contentOf(examples, format), format };
}

function contentOf(examples: readonly Example[], format: FileFormat): string {
  switch (format) {
    case 'csv':
      return toCsv(examples);
    case 'tsv':
      return toTsv(examples);
    case 'jsonl':
      return toJsonl(examples);
    default:
      return format satisfies never;
  }
}
