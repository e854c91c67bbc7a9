// Texts of people as our fonts can draw them: on one line, with emoji that are joined of several taken apart. The renderer has no
// second font for a joined sequence and would draw boxes over the text.

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;
const HALF_SURROGATE = /\p{Cs}/gu;
const GENDER = /\u200d[♀♂]/gu;
const JOINER = /(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d/gu;
/** Skin tones, variation selectors, the frame of 1️⃣, the tags of flags. */
const MODIFIER = /[\u{1f3fb}-\u{1f3ff}\ufe00-\ufe0f\u20e3\u{e0000}-\u{e01ef}]/gu;
const FLAG_LETTER = /[\u{1f1e6}-\u{1f1ff}]/gu;

export function plainText(text: string): string {
  return text
    .replace(HALF_SURROGATE, '\ufffd')
    .normalize('NFC')
    .replace(CONTROL, ' ')
    .replace(GENDER, '')
    .replace(JOINER, '')
    .replace(MODIFIER, '')
    .replace(FLAG_LETTER, (letter) => String.fromCharCode(letter.codePointAt(0)! - 0x1f1e6 + 0x41))
    .trim();
}
