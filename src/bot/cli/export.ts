// `handful export --task NAME`: the examples of a task, to standard output or a file; or a trained version, to a folder.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { openStore, UserError } from '../../engine/index.js';
import { createSay } from '../catalogue/index.js';
import { systemClock } from '../clock.js';
import { findTask } from '../commands/lookup.js';
import { type Config, expandHome } from '../config.js';
import { EXPORT_FORMATS, type ExportFormat, exportExamples, isModelFormat } from '../export-file.js';
import { exportVersion } from '../export-model.js';
import { createFormat } from '../format.js';
import { localSpeaker } from '../local/speaker.js';
import { createWorkspace } from '../workspace/index.js';
import type { ExitCode } from './exit.js';

export interface ExportOptions {
  readonly task?: string | undefined;
  readonly format?: string | undefined;
  readonly out?: string | undefined;
  readonly version?: string | undefined;
}

export async function exportTask(raw: ExportOptions, config: Config): Promise<ExitCode> {
  const format = formatOf(raw.format);
  const version = versionOf(raw.version);
  const store = await openStore(config.store);
  try {
    const workspace = createWorkspace({ store, clock: systemClock, ids: () => '' });
    const say = createSay(config.language);
    const words = createFormat(say);
    const context = { ...localSpeaker(config), say, format: words };
    const task = await findTask({ workspace }, context, raw.task);
    if (isModelFormat(format)) {
      const wanted = { format, version, name: raw.out };
      const { version: written, bytes, place } = await exportVersion({ workspace, config }, context, task, wanted);
      const values = { task: task.name, version: written.number, format, size: words.bytes(bytes), place };
      process.stdout.write(`${say('task.exportedModel', values)}\n`);
      return 0;
    }
    const examples = await workspace.examples(task);
    const { content } = exportExamples(task, examples, { name: raw.out ?? task.name, format });
    if (raw.out === undefined) process.stdout.write(content);
    else await writeTo(path.resolve(expandHome(raw.out)), content);
    return 0;
  } finally {
    await store.close();
  }
}

function formatOf(typed: string | undefined): ExportFormat | undefined {
  const parsed = z.enum(EXPORT_FORMATS).optional().safeParse(typed?.toLowerCase());
  if (parsed.success) return parsed.data;
  throw new UserError('bad-input', `--format: expected one of ${EXPORT_FORMATS.join(', ')}, found "${typed}".`);
}

function versionOf(typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(typed)) return Number(typed);
  throw new UserError('bad-input', `--version: expected the number of a version, found "${typed}".`);
}

async function writeTo(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((error: NodeJS.ErrnoException) => {
    throw new UserError('bad-file', `${file} cannot be written (${error.code ?? error.message}).`, { cause: error });
  });
}
