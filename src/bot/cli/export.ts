// `handful export --task NAME`: the examples of a task, to standard output or a file.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { openStore, UserError } from '../../engine/index.js';
import { createSay } from '../catalogue/index.js';
import { systemClock } from '../clock.js';
import { findTask } from '../commands/lookup.js';
import { type Config, expandHome } from '../config.js';
import { exportExamples, FILE_FORMATS } from '../export-file.js';
import { createFormat } from '../format.js';
import { localSpeaker } from '../local/speaker.js';
import { createWorkspace } from '../workspace/index.js';
import type { ExitCode } from './exit.js';

export interface ExportOptions {
  readonly task?: string | undefined;
  readonly format?: string | undefined;
  readonly out?: string | undefined;
}

export async function exportTask(raw: ExportOptions, config: Config): Promise<ExitCode> {
  const parsed = z.enum(FILE_FORMATS).optional().safeParse(raw.format?.toLowerCase());
  if (!parsed.success) {
    throw new UserError('bad-input', `--format: expected one of ${FILE_FORMATS.join(', ')}, found "${raw.format}".`);
  }
  const store = await openStore(config.store);
  try {
    const workspace = createWorkspace({ store, clock: systemClock, ids: () => '' });
    const say = createSay(config.language);
    const task = await findTask({ workspace }, { ...localSpeaker(config), say, format: createFormat(say) }, raw.task);
    const examples = await workspace.examples(task);
    const { content } = exportExamples(examples, { name: raw.out ?? task.name, format: parsed.data });
    if (raw.out === undefined) process.stdout.write(content);
    else await writeTo(path.resolve(expandHome(raw.out)), content);
    return 0;
  } finally {
    await store.close();
  }
}

async function writeTo(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((error: NodeJS.ErrnoException) => {
    throw new UserError('bad-file', `${file} cannot be written (${error.code ?? error.message}).`, { cause: error });
  });
}
