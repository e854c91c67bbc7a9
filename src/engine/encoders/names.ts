// Which names mean an encoder.

import { UserError } from '../errors.js';
import { isBertName } from './bert/name.js';
import { ENCODER_NAMES, isOwnEncoder } from './blocks.js';

export const isEncoderName = (name: string): boolean => isOwnEncoder(name) || isBertName(name);

/** Throws a UserError `bad-configuration` for a name that can mean no encoder. */
export function checkEncoder(name: string): void {
  if (isEncoderName(name)) return;
  const known = ENCODER_NAMES.join(', ');
  throw new UserError(
    'bad-configuration',
    `There is no encoder "${name}". Expected one of ${known}, a folder of a sentence encoder, or its hub id (owner/name).`,
  );
}
