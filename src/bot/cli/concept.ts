// `handful concept "what is LoRA?"`: a question about few-shot learning and fine-tuning, answered from the concept base that ships
// with Handful. It opens no store, so it runs beside a chat.

import { UserError } from '../../engine/index.js';
import { createSay } from '../catalogue/index.js';
import { systemClock } from '../clock.js';
import { conceptReply } from '../concepts/concept-reply.js';
import { createFinder } from '../concepts/find.js';
import { createGrounder, ground } from '../concepts/grounded.js';
import type { Config } from '../config.js';
import { modelSecrets, openLanguageModel } from '../language-model/open.js';
import { createOutage, type Outage } from '../language-model/outage.js';
import { createPaint, renderReply } from '../local/render.js';
import { LOCAL_SPACE } from '../local/speaker.js';
import { createLog } from '../log.js';
import { conceptToJson } from '../reply.js';
import type { ExitCode } from './exit.js';
import { openEngine } from './open.js';

export interface ConceptOptions {
  readonly question: string;
  readonly json?: boolean;
}

export async function concept({ question, json = false }: ConceptOptions, config: Config): Promise<ExitCode> {
  if (question.trim() === '') {
    const example = 'handful concept "what is LoRA?"';
    const say = createSay(config.language);
    throw new UserError('bad-input', say('input.missing', { command: 'handful concept', option: 'question', example }));
  }
  const languageModel = openLanguageModel(config);
  const engine = await openEngine(config);
  try {
    const finder = createFinder(engine);
    const found = await finder.find(await finder.shipped(), { question, language: config.language });
    const grounder = languageModel === null ? null : createGrounder({ engine, languageModel, outage: openOutage() });
    const grounding = await ground(grounder, { space: LOCAL_SPACE, found });
    const reply = conceptReply(found, await finder.concepts(), grounding);
    const text = json ? JSON.stringify(conceptToJson(reply)) : renderReply(reply, createPaint(false));
    process.stdout.write(`${text}\n`);
    return 0;
  } finally {
    await engine.close();
    await languageModel?.close();
  }
}

/** There is no home to keep a log in: what goes wrong is told on standard error. */
function openOutage(): Outage {
  const secrets = modelSecrets(process.env);
  const log = createLog((line) => process.stderr.write(`${line}\n`), { level: 'warn', secrets });
  return createOutage({ clock: systemClock, log });
}
