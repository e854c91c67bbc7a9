// Names that people type and the names that exist: the same word in other letters, the nearest one, a list of labels.

import { distance } from 'fastest-levenshtein';
import { UserError } from '../errors.js';
import type { LabelSpec } from '../types.js';
import { cleanDescription, cleanLabel, quote } from './clean.js';
import { MAX_LABELS } from './limits.js';

/** Two names with the same key are the same name: case, full and half width, blanks around and inside are folded. */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase().trim().replace(/\s+/gu, ' ');

/** Finds the name that is meant among the candidates: the very same one, else the one with the same key; else null. */
export function indexNames(candidates: readonly string[]): (name: string) => string | null {
  const exact = new Set(candidates);
  const byKey = new Map<string, string>();
  for (const candidate of [...candidates].reverse()) byKey.set(nameKey(candidate), candidate);
  return (name) => (exact.has(name) ? name : (byKey.get(nameKey(name)) ?? null));
}

export const findName = (name: string, candidates: readonly string[]): string | null => indexNames(candidates)(name);

/**
 * "Did you mean …?": the candidate that is most like the word, or null when none is near. Near means the same name
 * (see `findName`), the only one that begins with the word (3 characters or more), or few edits away: one in five
 * characters, two in eight, three beyond; letters in another order count as near. Fits labels, tasks and commands.
 */
export function suggest(word: string, candidates: readonly string[]): string | null {
  const same = findName(word, candidates);
  if (same !== null) return same;
  const key = nameKey(word);
  if (key.length < 2) return null;
  const longer = candidates.filter((candidate) => nameKey(candidate).startsWith(key));
  if (key.length >= 3 && longer.length === 1) return longer[0]!;
  let best: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const other = nameKey(candidate);
    const edits = distance(key, other);
    if (edits < fewest && edits <= allowedEdits(key, other)) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
}

/** The label of a task that a name means. Throws a UserError `unknown-label` with a suggestion, or with the labels there are. */
export function resolveLabel(name: string, labels: readonly string[], taskName?: string): string {
  const found = findName(name, labels);
  if (found !== null) return found;
  const suggestion = suggest(name, labels);
  const help = suggestion === null ? `Its labels are ${listNames(labels)}.` : `Did you mean ${suggestion}?`;
  throw new UserError('unknown-label', `${taskName ?? 'The task'} has no label ${quote(name)}. ${help}`, {
    details: { name, suggestion },
  });
}

/** Names in a sentence, at most `limit` of them: `billing, bug, praise`, `a, b and 7 more`. */
export function listNames(names: readonly string[], limit = 10): string {
  if (names.length <= limit) return names.join(', ');
  return `${names.slice(0, limit).join(', ')} and ${names.length - limit} more`;
}

/**
 * The labels of a new task. Names are separated by commas: `billing, bug, praise` (`，` and `、` too). A description follows
 * an equals sign: `billing = money, bug = crashes`. As soon as there is a semicolon or a line break, these separate
 * the labels, and descriptions may hold commas: `billing = invoices, charges; bug = crashes`.
 * Throws a UserError `bad-input` (no label, a label twice, mixed separators) or `limit` (over MAX_LABELS, too long).
 */
export function parseLabels(list: string): LabelSpec[] {
  const semicolons = /[;；\n\r]/.test(list);
  const parts = list.split(semicolons ? /[;；\n\r]/ : /[,，、]/).filter((part) => part.trim() !== '');
  if (parts.length === 0) {
    throw new UserError(
      'bad-input',
      'Expected labels separated by commas, such as "billing, bug, praise"; found none.',
    );
  }
  if (parts.length > MAX_LABELS) {
    throw new UserError('limit', `Expected at most ${MAX_LABELS} labels, found ${parts.length}.`);
  }
  const seen = new Map<string, string>();
  return parts.map((part) => {
    const label = parseLabel(part);
    const twin = seen.get(nameKey(label.name));
    if (twin !== undefined) {
      const names = twin === label.name ? quote(twin) : `${quote(twin)} and ${quote(label.name)}`;
      throw new UserError('bad-input', `Expected every label once, found ${names} twice.`);
    }
    seen.set(nameKey(label.name), label.name);
    return label;
  });
}

function parseLabel(part: string): LabelSpec {
  const [, before = '', after = ''] = /^([^=＝]*)[=＝]?(.*)$/su.exec(part) ?? [];
  const name = cleanLabel(before);
  if (/[,，、]/.test(name)) {
    throw new UserError(
      'bad-input',
      `Expected one label between semicolons, found ${quote(name)}. Separate labels all in the same way.`,
    );
  }
  return after.trim() === '' ? { name } : { name, description: cleanDescription(after) };
}

/** Letters in another order are one slip of the fingers, though two edits: `tsak`. */
function allowedEdits(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  if (length > 8) return 3;
  if (length > 5) return 2;
  return [...a].sort().join('') === [...b].sort().join('') ? 2 : 1;
}
