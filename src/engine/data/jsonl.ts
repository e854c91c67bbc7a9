// JSONL: one object a line, {"text": "...", "label": "..."}; other keys are tolerated, the names of the two may vary like a header's.

import { quote } from './clean.js';
import { findLabelName, findTextName } from './columns.js';
import type { RawRow } from './row.js';

/** The rows of a JSONL text; blank lines are left out. */
export async function* readJsonl(pieces: AsyncIterable<string>): AsyncGenerator<RawRow> {
  let line = 0;
  let unfinished: string[] = [];
  for await (const piece of pieces) {
    const lines = piece.split('\n');
    const last = lines.pop()!;
    for (const end of lines) {
      const row = readLine(unfinished.join('') + end, ++line);
      unfinished = [];
      if (row !== null) yield row;
    }
    unfinished.push(last);
  }
  const row = readLine(unfinished.join(''), ++line);
  if (row !== null) yield row;
}

function readLine(source: string, line: number): RawRow | null {
  if (source.trim() === '') return null;
  const expected = 'an object such as {"text": "…", "label": "…"}';
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return { line, expected, found: `${quote(source)}, which is not JSON` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { line, expected, found: quote(source) };
  return readObject(value as Record<string, unknown>, line);
}

function readObject(object: Record<string, unknown>, line: number): RawRow {
  const keys = Object.keys(object);
  const text = object[findTextName(keys) ?? 'text'];
  if (typeof text !== 'string') {
    const found = text === undefined ? describeKeys(keys) : quote(JSON.stringify(text));
    return { line, expected: 'a "text" in quotes', found };
  }
  const given = object[findLabelName(keys) ?? 'label'];
  const labels = Array.isArray(given) ? given : [given];
  if (labels.length > 1)
    return { line, expected: 'one label', found: `${labels.length} in ${quote(JSON.stringify(given))}` };
  const label: unknown = labels[0] ?? null;
  if (label === null || typeof label === 'string') return { line, text, label };
  if (typeof label === 'number' || typeof label === 'boolean') return { line, text, label: String(label) };
  return { line, expected: 'a label in quotes', found: quote(JSON.stringify(label)) };
}

const describeKeys = (keys: readonly string[]): string =>
  keys.length === 0
    ? 'an empty object'
    : `the ${keys.length === 1 ? 'key' : 'keys'} ${keys.slice(0, 5).map(quote).join(', ')}`;
