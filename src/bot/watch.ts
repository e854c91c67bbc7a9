// Watched channels: a message that nobody addressed to Handful is answered when the answer is sure, else left alone. Nothing of it is
// kept and nothing is trained on it.

import { answerWords } from './answer-reply.js';
import type { Reply } from './reply.js';
import type { Context, Services } from './services.js';

/** Below this probability a watched message stays without an answer: a wrong one nobody asked for annoys more than none. */
export const LEAST_SURE = 0.7;

/** The reply to a message of a watched channel; null: stay silent. */
export async function answerWatched(
  { communities, workspace, answers }: Pick<Services, 'communities' | 'workspace' | 'answers'>,
  context: Pick<Context, 'space' | 'say' | 'format'>,
  { channel, text }: { channel: string; text: string },
): Promise<Reply | null> {
  const taskId = (await communities.get(context.space)).watches[channel];
  if (taskId === undefined) return null;
  const task = (await workspace.tasks(context.space)).find(({ id }) => id === taskId);
  if (task === undefined) return null;
  const answer = await answers.ask(task, text);
  const { label, probability, nearest } = answer.prediction;
  const isGuess = answer.by.kind === 'in-context' && nearest.length === 0;
  if (label === null || isGuess || probability < LEAST_SURE) return null;
  const { headline, smallPrint } = answerWords(context, task, answer);
  return { kind: 'notice', text: `${headline}\n${smallPrint} · ${context.say('watch.hint')}` };
}
