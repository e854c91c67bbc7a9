// The first line of a chat: what runs here, and what would run better.

import type { EngineDescription } from '../../engine/index.js';
import type { Context } from '../services.js';

export function bannerLines({ say }: Pick<Context, 'say'>, { encoder, backend }: EngineDescription): string[] {
  const better = backend.better[0];
  const help = better === undefined ? '' : ` (${say('chat.better', better)})`;
  return [say('chat.banner', { encoder, backend: backend.name }) + help];
}
