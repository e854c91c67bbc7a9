// Which column of a table holds the text and which the label: told by the words of a header, by known labels, by the order.

import { indexNames, nameKey } from './labels.js';

/** Where to read in each record. */
export interface Columns {
  readonly text: number;
  /** null: the file has texts only. */
  readonly label: number | null;
  /** Columns in most records. */
  readonly width: number;
  readonly hasHeader: boolean;
}

/** Words for the two columns, in any case; the first of a list that is there wins. */
const TEXT_WORDS = [
  ...'text sentence utterance message content question query input comment review body phrase example tweet post'.split(
    ' ',
  ),
  ...'文本 句子 内容 消息 问题 评论 正文'.split(' '),
];
const LABEL_WORDS = [
  ...'label class category intent tag topic target labels kind type'.split(' '),
  ...'标签 类别 分类 意图 类型'.split(' '),
];

/** The cell or key that has one of the words for texts or labels as its name; null when there is none. */
export const findTextName = (names: readonly string[]): string | null => findFirst(TEXT_WORDS, names);
export const findLabelName = (names: readonly string[]): string | null => findFirst(LABEL_WORDS, names);

/**
 * The columns of a table by its first records; null when they cannot be told (one column without a header, three or more
 * without one). Without a header, two columns are text, label; or label, text when the first column holds more known labels.
 */
export function findColumns(records: readonly (readonly string[])[], knownLabels: readonly string[]): Columns | null {
  const width = commonWidth(records);
  const header = findHeader(records[0] ?? []);
  if (header !== null) return { ...header, width: records[0]!.length, hasHeader: true };
  if (width !== 2) return null;
  const find = indexNames(knownLabels);
  const labelsIn = (column: number): number =>
    records.filter((record) => record.length === 2 && find(record[column]!) !== null).length;
  const labelFirst = labelsIn(0) > labelsIn(1);
  return { text: labelFirst ? 1 : 0, label: labelFirst ? 0 : 1, width, hasHeader: false };
}

/** The number of cells that most records have; of two equally frequent ones the larger. */
export function commonWidth(records: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [most] = [...counts].sort(([widthA, a], [widthB, b]) => b - a || widthB - widthA);
  return most?.[0] ?? 0;
}

/** A header names both columns, or is the only cell and names the texts. */
function findHeader(cells: readonly string[]): { text: number; label: number | null } | null {
  const text = findTextName(cells);
  if (text === null) return null;
  const label = findLabelName(cells);
  if (label === null && cells.length > 1) return null;
  return { text: cells.indexOf(text), label: label === null ? null : cells.indexOf(label) };
}

function findFirst(words: readonly string[], names: readonly string[]): string | null {
  const keys = names.map(nameKey);
  const word = words.find((candidate) => keys.includes(candidate));
  return word === undefined ? null : names[keys.indexOf(word)]!;
}
