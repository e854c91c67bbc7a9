// The local chat without a terminal: one line after another, each reply printed, running jobs awaited at the end of input. With
// `json`, one object a reply and nothing else.

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { announcement } from '../announce.js';
import type { Handful } from '../compose.js';
import { phaseWords } from '../progress-line.js';
import { type Reply, replyToJson } from '../reply.js';
import type { RunEvent } from '../run-types.js';
import { createPaint, renderReply } from './render.js';
import { LOCAL_SPACE, localSpeaker, localWords } from './speaker.js';

export interface PipedChatOptions {
  readonly input: Readable;
  readonly write: (text: string) => void;
  readonly json: boolean;
  /** Aborted: no more lines are read, and running jobs are not awaited. */
  readonly signal?: AbortSignal;
}

/** The exit code: 0, 2 when a line could not be understood or done, 1 when the mistake was ours. */
export async function pipedChat(
  handful: Handful,
  { input, write, json, signal }: PipedChatOptions,
): Promise<0 | 1 | 2> {
  const { services, dispatch } = handful;
  const speaker = localSpeaker(services.config);
  const paint = createPaint(false);
  const failures = { mistakes: 0, bugs: 0 };
  const show = (reply: Reply): void =>
    write(json ? `${JSON.stringify(replyToJson(reply))}\n` : `${renderReply(reply, paint)}\n`);
  let words = await localWords(services);
  // Folds and the fit on all examples run side by side: each phase is told once.
  const told = new Set<string>();
  const unsubscribe = services.runs.subscribe((event: RunEvent) => {
    if (event.kind === 'progress' && !json) {
      const { method, phase } = event.progress;
      const key = `${event.run.id} ${method} ${phase}`;
      if (told.has(key)) return;
      told.add(key);
      write(`${event.run.taskName}: ${phaseWords(words.say, event.progress)}\n`);
    }
    const reply = announcement(words, event);
    if (reply !== null) show(reply);
  });
  await handful.resume(LOCAL_SPACE);
  const lines = createInterface({
    input,
    crlfDelay: Number.POSITIVE_INFINITY,
    ...(signal === undefined ? {} : { signal }),
  });
  for await (const line of lines) {
    if (signal?.aborted) break;
    const reply = await dispatch.line(line.replace(/^\ufeff/, ''), speaker);
    if (reply === null) continue;
    show(reply);
    if (reply.kind === 'settings') words = await localWords(services);
    if (reply.kind === 'error') failures[reply.code === 'bug' ? 'bugs' : 'mistakes']++;
  }
  await untilAborted(services.runs.settle(), signal);
  unsubscribe();
  return failures.bugs > 0 ? 1 : failures.mistakes > 0 ? 2 : 0;
}

/** Resolves with the work, or as soon as the signal aborts. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  if (signal.aborted) return;
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([work, aborted]);
}
