// How wide a text is drawn, without drawing it: the advance widths of data/fonts/handful-sans.ttf for ASCII, and what is usual
// for the rest. Labels are cut by it before they are drawn, at a whole character, so that none runs into its neighbour.

import { plainText } from './plain-text.js';

/** Advance widths of U+0020 to U+007E in thousandths of the font size. */
const ASCII = [
  260, 273, 429, 646, 572, 852, 737, 237, 312, 312, 548, 572, 273, 321, 272, 385, 572, 572, 572, 572, 572, 572, 572,
  572, 572, 572, 272, 273, 572, 572, 572, 447, 899, 655, 654, 635, 731, 557, 528, 727, 748, 354, 290, 632, 534, 918,
  776, 784, 610, 784, 632, 550, 562, 738, 615, 941, 611, 584, 574, 330, 385, 330, 572, 434, 306, 572, 620, 491, 620,
  574, 357, 620, 627, 270, 270, 559, 270, 947, 627, 611, 620, 620, 423, 486, 383, 627, 527, 807, 543, 528, 477, 384,
  551, 384, 572,
];

const NARROW = /[±×·–‘’“”]/u;
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;
/** Chinese, kana, full-width forms, arrows and shapes of the Han font, and what is in no font. */
const WIDE = /[\u2070-\u2bff\u2e80-\uffff…—\u{10000}-\u{3ffff}]/u;
const EMOJI = /\p{Emoji_Presentation}/u;
/** Other letters are taken at their average. */
const CAPITAL = /\p{Lu}/u;

/** Width in the unit of the font size. */
export function widthOf(text: string, fontSize: number): number {
  let thousandths = 0;
  for (const letter of text) thousandths += advance(letter);
  return (thousandths * fontSize) / 1000;
}

function advance(letter: string): number {
  const ascii = ASCII[letter.codePointAt(0)! - 0x20];
  if (ascii !== undefined) return ascii;
  if (ZERO_WIDTH.test(letter)) return 0;
  if (EMOJI.test(letter)) return 1275;
  if (NARROW.test(letter)) return 572;
  if (WIDE.test(letter)) return 1000;
  return CAPITAL.test(letter) ? 720 : 620;
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The text on one line, cut to a width with an ellipsis where it is too long. */
export function cut(text: string, fontSize: number, maxWidth: number): string {
  const line = plainText(text);
  if (widthOf(line, fontSize) <= maxWidth) return line;
  const room = maxWidth - widthOf('…', fontSize);
  let kept = '';
  for (const { segment } of segmenter.segment(line)) {
    if (widthOf(kept + segment, fontSize) > room) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}
