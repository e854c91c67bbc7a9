// Vega-Lite → SVG with the library and the colours of the report card (src/bot/picture), for pages that a browser shows.

/** @param {Record<string, unknown>} spec a Vega-Lite specification without a config @returns {Promise<string>} */
export async function drawSvg(spec) {
  const { specToSvg } = await import('../../dist/bot/picture/draw.js');
  const { COLOUR, CONFIG, SIZE } = await import('../../dist/bot/picture/theme.js');
  const axis = {
    domainColor: COLOUR.line,
    tickColor: COLOUR.line,
    gridColor: COLOUR.empty,
    labelColor: COLOUR.quiet,
    titleColor: COLOUR.quiet,
    labelFontSize: SIZE.note,
    titleFontSize: SIZE.note,
    titleFontWeight: 'normal',
    labelFlush: false,
  };
  const legend = {
    labelColor: COLOUR.text,
    titleColor: COLOUR.quiet,
    labelFontSize: SIZE.note,
    titleFontSize: SIZE.note,
    symbolStrokeWidth: 3,
    symbolOpacity: 1,
    labelLimit: 320,
  };
  const header = { labelColor: COLOUR.text, titleColor: COLOUR.quiet, labelFontSize: SIZE.note };
  const config = {
    ...CONFIG,
    // A browser has neither of our fonts.
    font: `${CONFIG.font}, Noto Sans, Segoe UI, Helvetica, Arial, sans-serif`,
    padding: 16,
    axis,
    legend,
    header,
    title: { ...CONFIG.title, dx: 0 },
    range: { category: PALETTE },
  };
  return specToSvg({ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', ...spec, config });
}

/** Okabe & Ito (2008), without the black that a dark card swallows, the two of the report card first. */
export const PALETTE = [
  '#56b4e9',
  '#e69f00',
  '#009e73',
  '#f0e442',
  '#cc79a7',
  '#d55e00',
  '#0072b2',
  '#aab3c2',
  '#ffffff',
];
