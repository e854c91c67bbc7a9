// The language model as people see it: in /model status, in the first line of a chat, and when it cannot be loaded at the start.

import { isUserError, type LanguageModel } from '../../engine/index.js';
import type { Log } from '../log.js';
import type { Context } from '../services.js';

type Words = Pick<Context, 'say' | 'format'>;

/** State, what it cost so far, and whether it is left alone for a while. Nothing without a model. */
export function modelLines({ say, format }: Words, model: LanguageModel | null): string[] {
  if (model === null) return [];
  const { name, state, usage, circuit } = model.describe();
  const lines = [say('status.model', { name, state: say(`status.model.${state}`) })];
  const { calls, failures, promptTokens, generatedTokens, totalMs, lastMs } = usage;
  if (calls > 0) {
    const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
    lines.push(
      say('status.modelUsage', {
        calls,
        failures,
        tokens: promptTokens,
        written: generatedTokens,
        time: seconds(totalMs / calls),
        last: lastMs === null ? '–' : seconds(lastMs),
      }),
    );
  }
  if (circuit !== null && circuit.state !== 'closed') {
    const time = format.duration(Math.ceil(circuit.retryInMs / 1000));
    lines.push(say('status.modelCircuit', { failures: circuit.failures, time }));
  }
  return lines;
}

/** Loads the model in the background, so that the first question need not wait; what is wrong is said once, and the chat goes on. */
export async function startModel(
  { say }: Pick<Words, 'say'>,
  model: LanguageModel | null,
  { print, log }: { readonly print: (line: string) => void; readonly log: Log },
): Promise<void> {
  if (model === null) return;
  try {
    await model.ready();
  } catch (error) {
    const { name, state } = model.describe();
    if (state === 'closed') return;
    const why = isUserError(error) ? error.message : `error ${log.bug('language-model', error)}.`;
    log.warn('language-model', { state, code: isUserError(error) ? error.code : 'bug' });
    print(say('chat.modelFailed', { name, why }));
  }
}
