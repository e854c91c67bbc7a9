// Texts to token ids, by the model's tokenizer.json through transformers.js. A text that is too long is cut before its closing
// token, as sentence-transformers cuts it (transformers.js alone would cut that token off).

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PreTrainedTokenizer } from '@xenova/transformers';
import { UserError } from '../../errors.js';
import type { BertFolder } from './folder.js';

/** At least the special tokens, also for an empty text. */
export type Tokenize = (text: string) => readonly number[];

export async function createTokenize({ name, path: folder, sentence }: BertFolder): Promise<Tokenize> {
  const tokenizer = await loadTokenizer(folder);
  const { prefix, lowerCase, maxTokens } = sentence;
  const { before, after } = specialTokens(tokenizer);
  const room = maxTokens - before.length - after.length;
  if (room < 1)
    throw new UserError('damaged', `${name} reads at most ${maxTokens} tokens, too few for a text of one token.`);
  return (text) => {
    const whole = (prefix + text).trim();
    const ids = tokenizer.encode(lowerCase ? whole.toLowerCase() : whole, { add_special_tokens: false });
    return [...before, ...ids.slice(0, room), ...after];
  };
}

async function loadTokenizer(folder: string): Promise<PreTrainedTokenizer> {
  const file = path.join(folder, 'tokenizer.json');
  try {
    const tokenizer = JSON.parse(await readFile(file, 'utf8')) as object;
    // What stands in tokenizer_config.json is about special tokens and decoding; a folder without it can be tokenised.
    const config = await readFile(path.join(folder, 'tokenizer_config.json'), 'utf8').catch(() => '{}');
    return new PreTrainedTokenizer(tokenizer, JSON.parse(config) as object);
  } catch (error) {
    throw new UserError('damaged', `${file} cannot be read as a tokenizer. Fetch it again.`, { cause: error });
  }
}

/** What the tokenizer puts around every text. */
function specialTokens(tokenizer: PreTrainedTokenizer): { before: readonly number[]; after: readonly number[] } {
  const bare = tokenizer.encode('a', { add_special_tokens: false });
  const full = tokenizer.encode('a', { add_special_tokens: true });
  const at = full.findIndex((_, i) => bare.every((id, j) => full[i + j] === id));
  return { before: full.slice(0, Math.max(0, at)), after: full.slice(Math.max(0, at) + bare.length) };
}
