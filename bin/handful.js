#!/usr/bin/env node
// The command `handful`. In a checkout it compiles src/ first when a source file changed; an installed package brings dist/.
import { existsSync } from 'node:fs';

if (existsSync(new URL('../src', import.meta.url))) {
  const { build } = await import('../scripts/build.js');
  await build();
}
const { main } = await import('../dist/bot/main.js');
await main(process.argv);
