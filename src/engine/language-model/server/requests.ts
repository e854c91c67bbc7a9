// Bodies of chat completions, without what this server has turned out not to understand. Servers differ in their parameters:
// what one refuses by name is left out from then on.

import { controlTokenBreaker } from '../control-tokens.js';
import type { ChatMessage, ModelPrompt } from '../language-model.js';
import type { ServerFault } from './fault.js';

/** What a request may carry beside messages; a server may refuse each of them. */
const OPTIONAL = [
  'stream_options',
  'logprobs',
  'response_format',
  'temperature',
  'seed',
  'stop',
  'max_tokens',
] as const;
export type Optional = (typeof OPTIONAL)[number];

/** Some servers only say that something is wrong: these are what they know least. */
const GUESSES = ['logprobs', 'response_format'] as const;

export interface Requests {
  body(prompt: ModelPrompt, fields: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /**
   * Tells of each refusal of one call whether another try, with less, is worth it. What the server names is left out for good;
   * what was only a guess is asked for again when it was not the reason.
   */
  adapting(fields: Readonly<Record<string, unknown>>): (fault: ServerFault) => boolean;
  /** Whether this parameter was refused before. */
  refused(parameter: Optional): boolean;
  refuse(parameter: Optional): void;
}

const clean = controlTokenBreaker();

export function createRequests(model: string): Requests {
  const refused = new Set<Optional>();
  return {
    body(prompt, fields) {
      const messages: readonly ChatMessage[] =
        typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
      const body: Record<string, unknown> = {
        model,
        messages: messages.map(({ role, content }) => ({ role, content: clean(content) })),
        ...fields,
      };
      for (const parameter of refused) {
        if (parameter === 'max_tokens' && 'max_tokens' in body) body.max_completion_tokens = body.max_tokens;
        if (parameter === 'logprobs') delete body.top_logprobs;
        delete body[parameter];
      }
      return body;
    },
    adapting(fields) {
      const guesses: Optional[] = [];
      return (fault) => {
        const left = (names: readonly Optional[]): Optional[] =>
          names.filter((parameter) => parameter in fields && !refused.has(parameter));
        const named = left(OPTIONAL).find((parameter) => fault.said.includes(parameter));
        const [guess] = left(GUESSES);
        const dropped = fault.kind === 'refused' ? (named ?? guess) : undefined;
        if (dropped === undefined) {
          for (const parameter of guesses) refused.delete(parameter);
          return false;
        }
        if (named === undefined) guesses.push(dropped);
        refused.add(dropped);
        return true;
      };
    },
    refused: (parameter) => refused.has(parameter),
    refuse: (parameter) => void refused.add(parameter),
  };
}
