// One fit of one method: its options with their defaults, and changed copies of the shots where it was asked for them.

import type { FittedMethod, MethodOptions } from '../types.js';
import { withCopies } from './copies.js';
import type { Fit, FitInput, Method } from './method.js';
import { METHODS } from './methods/index.js';
import { optionsOf } from './options.js';

export async function fitMethod(name: FittedMethod, input: FitInput<MethodOptions>): Promise<Fit> {
  const options = optionsOf(name, input.options);
  const method = METHODS[name] as Method;
  return method.fit((await withCopies({ ...input, options })) as never);
}
