// `handful train --task NAME`: a run in the store without a chat, with its report card.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  importPeft,
  type MethodName,
  type MethodOptions,
  parseMethodOptions,
  type TunerState,
  UserError,
} from '../../engine/index.js';
import { announcement } from '../announce.js';
import { findTask } from '../commands/lookup.js';
import { requireExamples } from '../commands/model-train.js';
import { type Config, expandHome } from '../config.js';
import { progressBar } from '../format.js';
import { localSpeaker, localWords } from '../local/speaker.js';
import { textOf } from '../parts.js';
import { phaseWords } from '../progress-line.js';
import { reportCard } from '../report-card.js';
import { oneMethod, seconds } from './eval-options.js';
import type { ExitCode } from './exit.js';
import { openHandful } from './open.js';

export interface TrainOptions {
  readonly task?: string | undefined;
  readonly method?: string | undefined;
  readonly options?: string | undefined;
  /** A peft folder. */
  readonly lora?: string | undefined;
  readonly budget?: string | undefined;
}

export async function train(raw: TrainOptions, config: Config): Promise<ExitCode> {
  const lora = raw.lora === undefined ? undefined : await readPeft(raw.lora);
  const named = raw.method === undefined || raw.method === 'auto' ? undefined : oneMethod(raw.method);
  if (lora !== undefined && named !== undefined && named !== 'lora') {
    throw new UserError('bad-input', `--lora is for the method lora, found --method ${named}.`);
  }
  const method = lora === undefined ? named : 'lora';
  const options = raw.options === undefined ? undefined : methodOptions(method, raw.options);
  const budgetSeconds = raw.budget === undefined ? undefined : seconds('budget', raw.budget);
  if (!config.training)
    throw new UserError('bad-configuration', 'Training is switched off: HANDFUL_TRAINING is "off".');
  if (method === 'prompt' && config.languageModel === null) {
    throw new UserError('bad-configuration', 'The method prompt needs a language model: set HANDFUL_LLM.');
  }
  const handful = await openHandful(config);
  const { services } = handful;
  const words = await localWords(services);
  const context = { ...localSpeaker(config), language: words.say.language, ...words };
  try {
    const task = await findTask(services, context, raw.task);
    await requireExamples(services, context, task);
    const { stderr } = process;
    services.runs.subscribe((event) => {
      if (event.kind === 'progress' && stderr.isTTY) {
        stderr.write(`\r\u001b[K${progressBar(event.progress.percent)}  ${phaseWords(words.say, event.progress)}`);
      }
      if (event.kind !== 'finished') return;
      if (stderr.isTTY) stderr.write('\r\u001b[K');
      const reply = announcement(words, event);
      if (reply === null) return;
      process.stdout.write(`${reply.text}\n`);
      if (reply.kind === 'report' && reply.record !== null)
        process.stdout.write(`\n${textOf(reportCard(words, reply.record))}\n`);
    });
    await services.runs.start(task, { by: context.person, method, options, lora, budgetSeconds });
    const outcome = await services.runs.finished(task.id);
    return outcome?.kind === 'promoted' || outcome?.kind === 'kept' ? 0 : 1;
  } finally {
    await handful.close();
  }
}

/** The files of a folder that peft wrote. */
async function readPeft(folder: string): Promise<TunerState> {
  const place = path.resolve(expandHome(folder));
  const files = await Promise.all(
    ['adapter_config.json', 'adapter_model.safetensors'].map(async (name) => {
      const bytes = await readFile(path.join(place, name)).catch((cause: unknown) => {
        throw new UserError('bad-file', `${folder}: expected the folder of a peft LoRA, it has no ${name}.`, { cause });
      });
      return { path: name, bytes };
    }),
  );
  return importPeft(files);
}

function methodOptions(method: MethodName | undefined, text: string): MethodOptions {
  if (method !== undefined) return parseMethodOptions([method], text);
  throw new UserError('bad-input', 'Options are for one method: add --method, such as --method lora.');
}
