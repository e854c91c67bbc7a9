// Compiles src/ to dist/ once before all tests: worker threads and the processes that tests start run the compiled code.
// @ts-expect-error plain JavaScript, shared with bin/handful.js
import { build } from '../../scripts/build.js';

export async function setup(): Promise<void> {
  await build();
}
