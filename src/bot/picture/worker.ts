// The thread that draws: the only place where a running bot loads Vega and the renderer. It starts for the first picture and
// ends when it has had nothing to do for a while (index.ts), which gives the memory back.

import type { TopLevelSpec } from 'vega-lite';
import { type PngOptions, specToSvg, svgToPng } from './draw.js';

export interface DrawRequest extends PngOptions {
  readonly spec: TopLevelSpec;
}

export async function draw({ spec, width }: DrawRequest): Promise<Uint8Array> {
  return svgToPng(await specToSvg(spec), { width });
}
