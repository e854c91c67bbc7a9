// /privacy forget: deletes everything of the person who asks, says which versions had learnt from it, and what becomes of them.

import type { Loss } from '../erase.js';
import { countSubmitted, personalData } from '../personal-data.js';
import type { Choice } from '../reply.js';
import type { Context } from '../services.js';
import { defineCommand } from './command.js';
import { confirmChoices } from './confirm.js';
import * as option from './option.js';

/** A version that learnt from what is gone and answers all the same. */
interface Answering {
  readonly task: string;
  readonly version: number;
  readonly retraining: boolean;
}

export const privacyForget = defineCommand({
  name: 'privacy forget',
  summary: 'privacy.forget.summary',
  options: { confirm: option.yesNo({ summary: 'option.confirm' }) },
  examples: ['/privacy forget confirm:yes'],
  run: async (services, context, input) => {
    const { say, format, space, person } = context;
    if (input.confirm !== true) {
      const kept = await personalData(services, space, person);
      return {
        kind: 'privacy',
        text: say('privacy.confirm', { count: countSubmitted(kept), tasks: kept.submitted.length }),
        choices: confirmChoices(
          context,
          { command: 'privacy forget', options: { confirm: 'yes' } },
          { command: 'privacy show', options: {} },
        ),
      };
    }
    const losses = await services.erasure.forgetPerson(space, person);
    const count = losses.reduce((sum, { removed }) => sum + removed.length, 0);
    const stale = losses.reduce((sum, { staleVersions }) => sum + staleVersions.length, 0);
    const said = [
      say('privacy.forgotten', { count, tasks: losses.length }),
      stale === 0 ? '' : say('privacy.stale', { count: stale }),
    ];
    const answering = losses.flatMap(answeringIn);
    return {
      kind: 'privacy',
      news: [{ key: 'journal.erasedPerson', task: null, values: { count } }],
      text: [format.sentences(...said), ...answering.map((one) => answeringLine(context, one))].join('\n'),
      choices: context.role === 'member' ? [] : answering.map((one) => switchOff(context, one)),
    };
  },
});

const answeringIn = ({ task, answering, retraining }: Loss): Answering[] =>
  answering === null ? [] : [{ task: task.name, version: answering, retraining }];

function answeringLine({ say, format, role }: Context, { task, version, retraining }: Answering): string {
  const command = `/model promote version:in-context task:"${task}"`;
  return format.sentences(
    say(retraining ? 'privacy.retraining' : 'privacy.answersOn', { task, version }),
    role === 'member' ? say('privacy.askModerator', { command }) : say('privacy.switchOffNow', { command }),
  );
}

const switchOff = ({ say }: Context, { task, version }: Answering): Choice => ({
  label: say('privacy.switchOff', { task, version }),
  command: 'model promote',
  // Once the retraining is done, another version answers: that one stays.
  options: { task, version: 'in-context', instead: String(version) },
});
