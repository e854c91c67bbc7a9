// Which encoders a person may choose for a task. On one's own machine any; elsewhere those that come with Handful and those that
// whoever runs it named: a folder is a look into that machine, and a download takes its disk.

import { ENCODER_NAMES, isEncoderName } from '../../engine/index.js';
import type { Config } from '../config.js';
import { fail } from '../fail.js';
import { LOCAL_SPACE } from '../local/speaker.js';
import type { Context } from '../services.js';

/** The word for the configured encoder. */
const DEFAULT = 'default';

/** null: the configured one. Throws a UserError `bad-input` that lists what may be chosen. */
export function chooseEncoder({ say, space }: Context, config: Config, value: string): string | null {
  const name = value.trim();
  if (name.toLowerCase() === DEFAULT) return null;
  const offered = [...new Set([config.encoder, ...ENCODER_NAMES, ...config.encoders])];
  const found = offered.find((other) => other.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const local = space === LOCAL_SPACE;
  if (local && isEncoderName(name)) return name;
  const values = { encoder: name, encoders: [DEFAULT, ...offered].join(', ') };
  throw fail(say, 'bad-input', local ? say('encoder.unknown', values) : say('encoder.notOffered', values));
}
