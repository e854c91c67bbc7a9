// `npm test` does not run this: check.py does, for the exports that it compares.

import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noDefaultExport: vitest reads it.
export default defineConfig({
  test: { include: ['test/interop/make.ts'], testTimeout: 600_000, hookTimeout: 600_000 },
});
