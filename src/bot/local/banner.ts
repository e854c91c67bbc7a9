// The first line of a chat: what runs here, and what would run better.

import type { EngineDescription, LanguageModel } from '../../engine/index.js';
import type { Context } from '../services.js';

export function bannerLines(
  { say }: Pick<Context, 'say'>,
  { encoder, backend }: EngineDescription,
  languageModel: LanguageModel | null,
): string[] {
  const better = backend.better[0];
  const help = better === undefined ? '' : ` (${say('chat.better', better)})`;
  const model =
    languageModel === null
      ? say('chat.noLanguageModel')
      : say('chat.languageModel', { name: languageModel.describe().name });
  return [`${say('chat.banner', { encoder, backend: backend.name })}${help} · ${model}`];
}
