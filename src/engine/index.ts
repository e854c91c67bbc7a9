// The only door of the engine: everything that src/prompts and src/bot may use.

export type { ErrorCode } from './errors.js';
export { isUserError, UserError } from './errors.js';
export type { Rng } from './random.js';
export { createRng } from './random.js';
export * from './types.js';
