// What a fake language model was asked, as text.

import type { ModelPrompt } from '../../../src/engine/index.js';
import type { FakeModel } from './fake.js';

export const textOfPrompt = (prompt: ModelPrompt): string =>
  typeof prompt === 'string' ? prompt : prompt.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n');

/** The first prompt that asks about this text. */
export function promptOf({ prompts }: FakeModel, text: string): ModelPrompt {
  const found = prompts.find((prompt) => textOfPrompt(prompt).includes(`Text: ${text}\nLabel:`));
  if (found === undefined) throw new Error(`the model was not asked about "${text}"`);
  return found;
}
