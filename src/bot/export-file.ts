// A task's examples as the content of a file, with the name it should have.

import { MODEL_FORMATS, type ModelFormat, toCsv, toJsonl, toTsv } from '../engine/index.js';
import { SFT_FORMATS, type SftFormat, toSft } from './export-sft.js';
import type { Example, Task } from './workspace/types.js';

const FILE_FORMATS = ['csv', 'tsv', 'jsonl'] as const;
type FileFormat = (typeof FILE_FORMATS)[number];

/** Everything that can be exported: examples as they are, examples for language models, trained versions. */
export const EXPORT_FORMATS = [...FILE_FORMATS, ...SFT_FORMATS, ...MODEL_FORMATS] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const isModelFormat = (format: ExportFormat | undefined): format is ModelFormat =>
  MODEL_FORMATS.some((known) => known === format);

export interface WantedFile {
  readonly name: string;
  readonly format: Exclude<ExportFormat, ModelFormat> | undefined;
}

/** Without a format the name's ending says it. `count`: examples in the file. */
export function exportExamples(
  task: Task,
  examples: readonly Example[],
  wanted: WantedFile,
): { name: string; content: string; count: number } {
  const extension = /\.(csv|tsv|jsonl)$/i.exec(wanted.name)?.[1]?.toLowerCase() as FileFormat | undefined;
  const format = wanted.format ?? extension ?? 'csv';
  const name = extension === undefined ? `${wanted.name}.${endingOf(format)}` : wanted.name;
  if (isSft(format)) {
    const { lines, count } = toSft(task, examples, format);
    return { name, content: lines, count };
  }
  return { name, content: contentOf(examples, format), count: examples.length };
}

const isSft = (format: FileFormat | SftFormat): format is SftFormat => SFT_FORMATS.some((known) => known === format);

const endingOf = (format: FileFormat | SftFormat): string => (isSft(format) ? `${format}.jsonl` : format);

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
