// A whole Handful for a command of the command line: configuration, store, engine, services.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createEngine, type Engine, openStore, UserError } from '../../engine/index.js';
import { systemClock } from '../clock.js';
import { composeHandful, type Handful } from '../compose.js';
import type { Config } from '../config.js';
import { modelSecrets, openLanguageModel } from '../language-model/open.js';
import { createFileLog, type Log } from '../log.js';

export async function openEngine({ home, hub, encoder, backend, threads }: Config): Promise<Engine> {
  const files = { home, hub };
  return createEngine({ encoder, files, backend, ...(threads === undefined ? {} : { trainingThreads: threads }) });
}

/** Its log is a file in its home where none is given. */
export async function openHandful(config: Config, given?: Log): Promise<Handful> {
  makeHome(config.home);
  const languageModel = openLanguageModel(config);
  const store = await openStore(config.store);
  const log = given ?? createFileLog(path.join(config.home, 'handful.log'), { secrets: modelSecrets(process.env) });
  return composeHandful({ config, engine: await openEngine(config), store, clock: systemClock, log, languageModel });
}

export function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const advice = 'Give this user the right to write there, or set HANDFUL_HOME to another folder.';
    throw new UserError('store', `The folder ${home} cannot be made (${why}). ${advice}`, { cause: error });
  }
}
