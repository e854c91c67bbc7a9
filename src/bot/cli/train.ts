// `handful train --task NAME`: a run in the store without a chat, with its report card.

import { UserError } from '../../engine/index.js';
import { announcement } from '../announce.js';
import { findTask } from '../commands/lookup.js';
import { requireExamples } from '../commands/model-train.js';
import type { Config } from '../config.js';
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
  readonly budget?: string | undefined;
}

export async function train(raw: TrainOptions, config: Config): Promise<ExitCode> {
  const method = raw.method === undefined || raw.method === 'auto' ? undefined : oneMethod(raw.method);
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
    await services.runs.start(task, { by: context.person, method, budgetSeconds });
    const outcome = await services.runs.finished(task.id);
    return outcome?.kind === 'promoted' || outcome?.kind === 'kept' ? 0 : 1;
  } finally {
    await handful.close();
  }
}
