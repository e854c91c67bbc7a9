// What an OpenAI-compatible server says, as far as Handful reads it. Everything else in its answers is let through unread.

import { z } from 'zod';

const usage = z
  .object({ prompt_tokens: z.number(), completion_tokens: z.number().default(0) })
  .nullish()
  .catch(null);

const errorBody = z.union([z.string(), z.object({ message: z.string().nullish(), code: z.unknown().optional() })]);

export const errorAnswer = z.object({ error: errorBody });

const tokenOdds = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.number()).nullish(),
});
export type TokenOdds = z.infer<typeof tokenOdds>;

const position = tokenOdds.extend({ top_logprobs: z.array(tokenOdds).default([]) });
export type TokenPosition = z.infer<typeof position>;

export const completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish() }),
        finish_reason: z.string().nullish(),
        logprobs: z
          .object({ content: z.array(position).nullish() })
          .nullish()
          .catch(null),
      }),
    )
    .min(1),
  usage,
});
export type Completion = z.infer<typeof completion>;

export const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage,
});

/** The server's words in an error body: `{error: {message}}`, `{error: "…"}`, `{message}`, `{detail}` or plain text. */
export function errorText(body: string): { message: string; code: string | null } {
  try {
    const parsed: unknown = JSON.parse(body);
    const known = errorAnswer.safeParse(parsed);
    if (known.success) {
      const { error } = known.data;
      if (typeof error === 'string') return { message: error, code: null };
      return { message: error.message ?? '', code: typeof error.code === 'string' ? error.code : null };
    }
    const other = z.object({ message: z.string().optional(), detail: z.unknown().optional() }).safeParse(parsed);
    if (other.success) return { message: other.data.message ?? JSON.stringify(other.data.detail ?? ''), code: null };
  } catch {
    // No JSON: a proxy's page, or a plain sentence.
  }
  return { message: body.startsWith('<') ? '' : body, code: null };
}
