// How pictures look: a dark card of its own, so that it reads on every background of a chat; sizes for a phone, where a picture
// is shown about 375 points wide. Blue and orange of Okabe & Ito (2008) stay apart for colour-blind eyes.

import type { Config } from 'vega-lite';

/** Fonts in the order in which a glyph is looked for. */
export const FONTS = [
  { family: 'Handful Sans', file: 'handful-sans.ttf' },
  { family: 'Handful Han', file: 'handful-han.ttf' },
  { family: 'Handful Emoji', file: 'handful-emoji.ttf' },
] as const;

export const COLOUR = {
  card: '#1e2229',
  band: '#2a303a',
  empty: '#262b34',
  line: '#3b424e',
  text: '#f2f4f8',
  quiet: '#aab3c2',
  dark: '#10141a',
  good: '#56b4e9',
  wrong: '#e69f00',
  /** The same two, nearly out. */
  goodLow: '#24394b',
  wrongLow: '#40372a',
} as const;

/** In points; drawn at twice the size. */
export const SIZE = {
  width: 400,
  pixels: 800,
  padding: 12,
  /** Texts stand this far inside the paddings, so that a band behind them has room. */
  inset: 10,
  gap: 26,
  title: 18,
  label: 14,
  note: 12.5,
} as const;

/** Width of what lies between the paddings, and the edges of texts in it. */
export const INNER = SIZE.width - 2 * SIZE.padding;
export const LEFT = SIZE.inset;
export const RIGHT = INNER - SIZE.inset;

export const CONFIG: Config = {
  background: COLOUR.card,
  padding: SIZE.padding,
  font: FONTS.map(({ family }) => family).join(', '),
  aria: false,
  view: { stroke: null },
  concat: { spacing: SIZE.gap },
  text: { color: COLOUR.text, fontSize: SIZE.label, baseline: 'middle', align: 'left' },
  title: {
    anchor: 'start',
    frame: 'group',
    dx: LEFT,
    color: COLOUR.text,
    fontSize: SIZE.title,
    fontWeight: 'normal',
    offset: 12,
    subtitleColor: COLOUR.quiet,
    subtitleFontSize: SIZE.note,
    subtitlePadding: 5,
  },
};
