// /privacy show: what is kept of the person who asks, where, for how long, and what it is used for.

import { KEPT_DAYS } from '../asked.js';
import { countSubmitted, isoTime, type PersonalData, personalData } from '../personal-data.js';
import type { Context, Services } from '../services.js';
import { defineCommand } from './command.js';

export const privacyShow = defineCommand({
  name: 'privacy show',
  summary: 'privacy.show.summary',
  options: {},
  examples: ['/privacy show'],
  run: async (services, context) => {
    const { say, space, person } = context;
    const kept = await personalData(services, space, person);
    const count = countSubmitted(kept);
    const lines = [
      say('privacy.kept', { count, tasks: kept.submitted.length }),
      ...keptLines(context, kept).map((line) => `  ${line}`),
      placeLine(services, context),
      ...serverLine(services, context),
      say('privacy.use'),
    ];
    return { kind: 'privacy', text: lines.join('\n') };
  },
});

function keptLines({ say }: Context, { submitted, asked, votes, consent, language }: PersonalData): string[] {
  return [
    ...submitted.map(({ task, examples }) => `${task.name}: ${say('count.examples', { count: examples.length })}`),
    ...(asked.length === 0 ? [] : [say('privacy.asked', { count: asked.length, days: KEPT_DAYS })]),
    ...(votes.length === 0 ? [] : [say('privacy.votes', { count: votes.length })]),
    ...(language === null ? [] : [say('privacy.language', { language })]),
    ...(consent === null ? [] : [say('privacy.told', { date: isoTime(consent.at).slice(0, 10) })]),
  ];
}

/** A language model on a server reads questions and the examples that are shown with them. */
function serverLine({ config }: Services, { say }: Context): string[] {
  return /^https?:/i.test(config.languageModel?.model ?? '') ? [say('privacy.server')] : [];
}

/** Where the file lies is the business of whoever runs Handful. */
function placeLine({ config }: Services, { say, role }: Context): string {
  if (role === 'owner') return say('privacy.placeOwn', { place: config.store });
  return say('privacy.place', { days: config.keepDays });
}
