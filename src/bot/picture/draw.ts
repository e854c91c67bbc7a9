// Vega-Lite → SVG → PNG, with the fonts of data/fonts. Heavy: it belongs in a worker thread (worker.ts) or a script. Nothing
// outside the specification is ever loaded: there is no loader, and pictures inside a picture are not fetched.

import { fileURLToPath } from 'node:url';
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { widthOf } from './text-width.js';
import { FONTS } from './theme.js';

export interface PngOptions {
  /** Pixels; the height follows. */
  readonly width: number;
}

// src/bot/picture and dist/bot/picture lie equally deep.
const FOLDER = new URL('../../../data/fonts/', import.meta.url);
const FONT_FILES = FONTS.map(({ file }) => fileURLToPath(new URL(file, FOLDER)));

interface TextMetrics {
  width: (item: { readonly fontSize?: number }, text: unknown) => number;
}

// Vega measures texts with a canvas, which there is none of here, or guesses 0.8 em a character.
(vega as unknown as { readonly textMetrics: TextMetrics }).textMetrics.width = (item, text) =>
  widthOf(String(text ?? ''), item.fontSize ?? 11);

/** Throws what Vega would only log. */
export async function specToSvg(spec: TopLevelSpec): Promise<string> {
  const problems: string[] = [];
  const logger = vega.logger(vega.Error, 'error', (_method, _level, messages) => problems.push(messages.join(' ')));
  const runtime = vega.parse(compile(spec, { logger }).spec);
  const view = new vega.View(runtime, { renderer: 'none', loader: refusingLoader(problems), logger });
  try {
    const svg = await view.toSVG();
    if (problems.length > 0) throw new Error(`The chart cannot be drawn: ${problems.join('; ')}`);
    return svg.replace(NOT_XML, '\ufffd');
  } finally {
    view.finalize();
  }
}

export function svgToPng(svg: string, { width }: PngOptions): Uint8Array {
  const font = {
    loadSystemFonts: UNCOVERED.test(svg),
    fontFiles: FONT_FILES,
    defaultFontFamily: FONTS[0].family,
    sansSerifFamily: FONTS[0].family,
  };
  const png = new Resvg(svg, { font, fitTo: { mode: 'width', value: width }, logLevel: 'off' }).render().asPng();
  return new Uint8Array(png);
}

/** Letters of scripts that our fonts lack: a font of the machine may have them. */
const UNCOVERED =
  /(?=\p{L})[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Common}\p{Script=Inherited}]/u;

/** Characters that XML 1.0 cannot hold, escaped or not. */
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu;

/** Data, pictures and links of other places: refused, and remembered as a problem, because Vega would draw on without them. */
function refusingLoader(problems: string[]): vega.Loader {
  const note = (address: string): string => {
    problems.push(`nothing is loaded for a picture, found ${address}`);
    return problems.at(-1)!;
  };
  const refuse = async (address: string): Promise<never> => {
    throw new Error(note(address));
  };
  // Vega leaves a rejection of this one unhandled.
  const sanitize = async (address: string): Promise<{ href: string }> => {
    note(address);
    return { href: '' };
  };
  return { load: refuse, http: refuse, file: refuse, sanitize };
}
