// A trained version of a task as files of another tool's format: which version, and where the files go.

import { exportModel, type ModelFormat } from '../engine/index.js';
import { findVersion } from './commands/lookup.js';
import { fail } from './fail.js';
import type { Context, Services } from './services.js';
import type { Task, Version } from './workspace/types.js';

export interface WantedModel {
  readonly format: ModelFormat;
  /** Left out: the version that answers, else the newest; null: in context, which has no weights. */
  readonly version: number | null | undefined;
  /** Name of the folder; left out: after the task. */
  readonly name: string | undefined;
}

export interface WrittenModel {
  readonly version: Version;
  readonly bytes: number;
  /** Where the files are, for the reply. */
  readonly place: string;
}

/** Nothing is written unless every file can be made. */
export async function exportVersion(
  { workspace, config }: Pick<Services, 'workspace' | 'config'>,
  context: Context,
  task: Task,
  { format, version: number, name }: WantedModel,
): Promise<WrittenModel> {
  const version = chooseVersion(context, task, await workspace.versions(task), number);
  const checkpoint = await workspace.checkpoint(task, version.number);
  const { home, hub } = config;
  const files = await exportModel(checkpoint, format, { files: { home, hub } });
  const folder = name ?? `${task.name.replace(/[\\/:*?"<>|\s]+/g, '-')}-v${version.number}-${format}`;
  const place = await context.files.writeFolder(folder, files);
  return { version, place, bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0) };
}

function chooseVersion(
  context: Context,
  task: Task,
  versions: readonly Version[],
  number: number | null | undefined,
): Version {
  const { say } = context;
  const wanted = number === undefined ? (task.activeVersion ?? versions.at(-1)?.number ?? null) : number;
  if (wanted === null) {
    const sentence = number === null ? say('export.inContext') : say('version.none', { task: task.name });
    throw fail(say, 'unknown-version', sentence);
  }
  const version = findVersion(context, task, versions, wanted);
  if (version.method === 'prompt') throw fail(say, 'bad-input', say('export.prompt', { version: version.number }));
  return version;
}
