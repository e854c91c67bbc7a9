// The layers, as the sources import them: bot → prompts, bot → engine/index, prompts → types of engine/index; engine knows neither.
// Each heavy library has one home. No cycles.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SOURCE = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../src');

interface Import {
  readonly from: string;
  /** A path below src/, or the name of a package. */
  readonly to: string;
  readonly typesOnly: boolean;
}

const FILES = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll(path.sep, '/'));

const IMPORTS = FILES.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const source = readFileSync(path.join(SOURCE, file), 'utf8');
  const statements = source.matchAll(/^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm);
  const calls = source.matchAll(/\bimport\('([^']+)'\)/g);
  const resolve = (specifier: string): string =>
    specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts')
      : specifier;
  return [
    ...[...statements].map(([, type, from, bare]) => ({
      from: file,
      to: resolve(from ?? bare!),
      typesOnly: type !== undefined,
    })),
    ...[...calls].map(([, to]) => ({ from: file, to: resolve(to!), typesOnly: false })),
  ];
}

const layerOf = (file: string): string => file.split('/')[0]!;
const describeImport = ({ from, to }: Import): string => `${from} → ${to}`;
const violations = (wrong: (edge: Import) => boolean): string[] => IMPORTS.filter(wrong).map(describeImport);

describe('the layers', () => {
  it('are the three that the design names', () => {
    expect([...new Set(FILES.map(layerOf))].sort()).toEqual(['bot', 'engine', 'prompts']);
  });

  it('are seen by this test', () => {
    expect(IMPORTS.length).toBeGreaterThan(FILES.length);
    expect(violations(({ to }) => to.endsWith('.ts') && !FILES.includes(to))).toEqual([]);
  });

  it('the engine imports neither the bot nor the prompts', () => {
    expect(violations(({ from, to }) => layerOf(from) === 'engine' && /^(?:bot|prompts)\//.test(to))).toEqual([]);
  });

  it('the prompts import only types, and only from the door of the engine', () => {
    expect(
      violations(({ from, to, typesOnly }) => {
        if (layerOf(from) !== 'prompts' || to.startsWith('prompts/')) return false;
        return !(to === 'engine/index.ts' && typesOnly);
      }),
    ).toEqual([]);
  });

  it('the bot enters the engine and the prompts by their doors', () => {
    expect(
      violations(
        ({ from, to }) =>
          layerOf(from) === 'bot' &&
          /^(?:engine|prompts)\//.test(to) &&
          !['engine/index.ts', 'prompts/index.ts'].includes(to),
      ),
    ).toEqual([]);
  });

  it('no file imports itself round a circle', () => {
    const edges = new Map<string, string[]>();
    for (const { from, to, typesOnly } of IMPORTS) {
      if (!typesOnly && FILES.includes(to)) edges.set(from, [...(edges.get(from) ?? []), to]);
    }
    expect(findCycle(edges)).toBeNull();
  });
});

describe('heavy libraries', () => {
  it.each([
    ['discord.js', /^discord\.js$/, /^bot\/discord\//],
    ['TensorFlow.js', /^@tensorflow\//, /^engine\//],
    ['transformers.js', /^@xenova\/transformers$/, /^engine\//],
    ['commander', /^commander$/, /^bot\/main\.ts$/],
    ['libsql', /^libsql$/, /^engine\/store\//],
    ['pino', /^pino$/, /^bot\/log\.ts$/],
    ['Vega and resvg', /^(?:vega|vega-lite|@resvg\/resvg-js)$/, /^bot\/picture\//],
    ['rate-limiter-flexible', /^rate-limiter-flexible$/, /^bot\/limits\.ts$/],
  ])('%s has one home', (_, library, home) => {
    expect(violations(({ from, to }) => library.test(to) && !home.test(from))).toEqual([]);
  });

  it('chance and time are arguments in the engine and the prompts', () => {
    const impure = FILES.filter((file) => layerOf(file) !== 'bot' && file !== 'engine/clock.ts').filter((file) => {
      const code = readFileSync(path.join(SOURCE, file), 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
      return /\bMath\.random\(|\bDate\.now\(/.test(code);
    });
    expect(impure).toEqual([]);
  });
});

function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] | null {
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of edges.get(file) ?? []) {
      const cycle = walk(next, [...trail, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of edges.keys()) {
    const cycle = walk(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
