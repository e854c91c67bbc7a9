import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createPictures } from '../../../src/bot/picture/index.js';
import { ladder, numbered } from './records.js';

const pictures = createPictures();
afterAll(() => pictures.close());

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const number = (png: Uint8Array, at: number): number => new DataView(png.buffer, png.byteOffset).getUint32(at);

describe('pictures', () => {
  it('draw a report card in a thread', async () => {
    const picture = await pictures.reportCard(ladder(['billing', 'bug', 'praise']), 'en');
    const { name, png, alt } = picture!;
    expect(name).toBe('report-card.png');
    expect([...png.subarray(0, 8)]).toEqual(SIGNATURE);
    expect(number(png, 16)).toBe(800);
    expect(number(png, 20)).toBeGreaterThan(600);
    expect(png.length).toBeLessThan(200_000);
    expect(alt).toContain('head 90 % ± 11 (chosen)');
  });

  it('draw 500 labels, and several cards at once', async () => {
    const cards = await Promise.all([
      pictures.reportCard(ladder(numbered(500)), 'en'),
      pictures.reportCard(ladder(['账单', '故障']), 'zh'),
      pictures.reportCard(ladder(['账单', '故障']), 'en'),
    ]);
    expect(cards.map((card) => [...card!.png.subarray(0, 8)])).toEqual([SIGNATURE, SIGNATURE, SIGNATURE]);
    expect(cards[1]!.png).not.toEqual(cards[2]!.png);
    expect(cards[1]!.alt).toContain('账单');
  });

  it('are none when the chosen method was not measured', async () => {
    const record = { ...ladder(['a', 'b']), chosen: 'lora' as const };
    await expect(pictures.reportCard(record, 'en')).resolves.toBeNull();
  });

  it('take no longer than they may', async () => {
    const hasty = createPictures({ timeoutMs: 1 });
    try {
      await expect(hasty.reportCard(ladder(['a', 'b']), 'en')).rejects.toThrow('not drawn within 1 ms');
    } finally {
      await hasty.close();
    }
    await expect(hasty.reportCard(ladder(['a', 'b']), 'en')).rejects.toThrow('closed');
  });

  it('load nothing heavy in the thread of the chat', () => {
    // The door of the engine is open in that thread anyway.
    const engine = packagesOf('src/engine/index.ts');
    expect([...packagesOf('src/bot/picture/index.ts')].filter((name) => !engine.has(name))).toEqual([]);
    expect([...engine].filter((name) => /vega|resvg|tensorflow|transformers/.test(name))).toEqual([]);
    expect(packagesOf('src/bot/picture/worker.ts')).toContain('@resvg/resvg-js');
  });
});

/** Packages that a source file imports, itself or through our own files; imports of types are gone when it runs. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  seen.add(file);
  const source = readFileSync(path.join(root, file), 'utf8');
  const packages = new Set<string>();
  for (const [, names, from] of source.matchAll(/^(?:import|export) ([^;']*?)from '([^']+)';/gm)) {
    if (names!.startsWith('type ')) continue;
    if (!from!.startsWith('.')) {
      packages.add(from!);
      continue;
    }
    const next = path.join(path.dirname(file), from!).replace(/\.js$/, '.ts');
    if (seen.has(next)) continue;
    for (const name of packagesOf(next, seen)) packages.add(name);
  }
  return packages;
}
