// The tiny decoder of test/fixtures: a real model, of random weights.

import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalModelSettings } from '../../../src/engine/language-model/local/settings.js';

export const TINY = fileURLToPath(new URL('../../fixtures/tiny-decoder', import.meta.url));

/** A copy that a test may break. */
export function copyTiny(): string {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'handful-lm-')), 'tiny');
  cpSync(TINY, folder, { recursive: true });
  return folder;
}

export const tinySettings = (changes: Partial<LocalModelSettings> = {}): LocalModelSettings => ({
  source: { kind: 'folder', name: TINY },
  cacheDir: path.join(tmpdir(), 'handful-lm-none'),
  hub: 'http://127.0.0.1:9/',
  dtype: null,
  device: 'cpu',
  threads: 1,
  cacheBytes: 2 ** 24,
  availableMemory: null,
  ...changes,
});
