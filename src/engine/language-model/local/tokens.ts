// Prompts as tokens: the chat template of the model, the start token, and no control token that comes from a text.

import type { PreTrainedTokenizer } from '@xenova/transformers';
import { controlTokenBreaker } from '../control-tokens.js';
import type { ModelPrompt } from '../language-model.js';

export interface Tokens {
  /** Whether messages are rendered by a template of the model's own. */
  readonly hasTemplate: boolean;
  /** Tokens of a prompt with `continuation` at its end, as one text. */
  encode(prompt: ModelPrompt, continuation?: string): number[];
  /** Of a text alone, or of rendered messages. */
  count(prompt: ModelPrompt): number;
  decode(ids: readonly number[]): string;
}

export function createTokens(tokenizer: PreTrainedTokenizer, template: string | null): Tokens {
  const { all_special_tokens: special } = tokenizer as unknown as { all_special_tokens: string[] };
  const clean = controlTokenBreaker(special);
  const plain = (text: string): number[] => tokenizer.encode(text, { add_special_tokens: false });
  const start = startTokens(tokenizer);
  const render = (prompt: ModelPrompt): { text: string; start: readonly number[] } => {
    if (typeof prompt === 'string') return { text: clean(prompt), start };
    const messages = prompt.map(({ role, content }) => ({ role, content: clean(content) }));
    if (template === null) return { text: messages.map(({ content }) => content).join('\n\n'), start };
    const text = tokenizer.apply_chat_template(messages, {
      tokenize: false,
      add_generation_prompt: true,
      chat_template: template,
    });
    return { text: text as string, start: [] };
  };
  return {
    hasTemplate: template !== null,
    encode(prompt, continuation = '') {
      const { text, start } = render(prompt);
      return [...start, ...plain(text + clean(continuation))];
    },
    count(prompt) {
      if (typeof prompt === 'string') return plain(clean(prompt)).length;
      const { text, start } = render(prompt);
      return start.length + plain(text).length;
    },
    decode: (ids) =>
      ids.length === 0
        ? ''
        : tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false }),
  };
}

/** What the tokenizer puts before every text; a model that wants nothing there gets a token that it knows as a beginning. */
function startTokens(tokenizer: PreTrainedTokenizer): number[] {
  const bare = tokenizer.encode('a', { add_special_tokens: false });
  const full = tokenizer.encode('a', { add_special_tokens: true });
  const at = full.findIndex((_, i) => bare.every((id, j) => full[i + j] === id));
  return at > 0 ? full.slice(0, at) : [];
}

/** A token that stands for the beginning of a text, for a prompt of no tokens at all. */
export function beginningOf(tokenizer: PreTrainedTokenizer): number | undefined {
  const { bos_token_id: bos, eos_token_id: eos } = tokenizer as unknown as Record<string, number | undefined>;
  return bos ?? eos;
}
