// What a task's edit makes of its record, decided without touching a store.

import { findName, type LabelSpec, MAX_LABELS, nameKey, quote, resolveLabel, UserError } from '../../engine/index.js';
import type { TaskRecord } from './records.js';
import type { TaskChanges, TaskSettings } from './types.js';

export interface Edited {
  /** Name, instruction, labels and settings are changed; pointer and revision are not. */
  readonly task: TaskRecord;
  /** Labels that the task no longer has, as it wrote them. */
  readonly dropped: readonly string[];
}

/** Throws a UserError `conflict` (a name or label that is there already), `unknown-label` or `limit`. */
export function applyChanges(task: TaskRecord, changes: TaskChanges, otherNames: readonly string[]): Edited {
  if (changes.name !== undefined) requireFreeName(changes.name, otherNames);
  const names = task.labels.map(({ name }) => name);
  const dropped = (changes.dropLabels ?? []).map((label) => resolveLabel(label, names, task.name));
  const kept = task.labels.filter(({ name }) => !dropped.includes(name));
  const labels = describe([...kept, ...(changes.addLabels ?? [])], changes.describeLabels ?? {}, task.name);
  requireLabels(labels, changes.name ?? task.name);
  return {
    task: {
      ...task,
      name: changes.name ?? task.name,
      instruction: changes.instruction ?? task.instruction,
      labels,
      settings: mergeSettings(task.settings, changes.settings),
    },
    dropped,
  };
}

export function requireFreeName(name: string, taken: readonly string[]): void {
  const held = findName(name, taken);
  if (held === null) return;
  throw new UserError('conflict', `There is already a task ${held}. Choose another name.`, { details: { name: held } });
}

export function requireLabels(labels: readonly LabelSpec[], taskName: string): void {
  if (labels.length > MAX_LABELS) {
    throw new UserError(
      'limit',
      `${taskName} can have at most ${MAX_LABELS} labels, not ${labels.length}. Nothing was saved.`,
      {
        details: { limit: MAX_LABELS, found: labels.length },
      },
    );
  }
  const seen = new Map<string, string>();
  for (const { name } of labels) {
    const held = seen.get(nameKey(name));
    if (held !== undefined) {
      throw new UserError('conflict', `${taskName} already has the label ${quote(held)}.`, {
        details: { label: held },
      });
    }
    seen.set(nameKey(name), name);
  }
}

/** A setting that is undefined stays as it is. */
export function mergeSettings(settings: TaskSettings, changes: Partial<TaskSettings> = {}): TaskSettings {
  return {
    target: changes.target ?? settings.target,
    automatic: changes.automatic ?? settings.automatic,
    encoder: changes.encoder === undefined ? settings.encoder : changes.encoder,
  };
}

function describe(
  labels: readonly LabelSpec[],
  described: Readonly<Record<string, string>>,
  taskName: string,
): LabelSpec[] {
  const names = labels.map(({ name }) => name);
  const descriptions = new Map(
    Object.entries(described).map(([name, description]) => [resolveLabel(name, names, taskName), description]),
  );
  return labels.map((label) => {
    const description = descriptions.get(label.name);
    if (description === undefined) return label;
    return description === '' ? { name: label.name } : { name: label.name, description };
  });
}
