// Chinese has no spaces, and these libraries cut texts at spaces: they get characters and pairs of neighbouring characters.

const HAN = /\p{Script=Han}/u;
/** Han characters in a row, or other letters and digits in a row. */
const RUNS = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;

/** @param {readonly { text: string }[]} examples */
export const areChinese = (examples) => 2 * examples.filter(({ text }) => HAN.test(text)).length > examples.length;

/** Lower-cased Latin words and numbers, Han characters, and pairs of characters that stand side by side. */
export function characterTokens(text) {
  const runs = text.toLowerCase().match(RUNS) ?? [];
  return runs.flatMap((run) => {
    if (!HAN.test(run)) return [run];
    const characters = [...run];
    return [...characters, ...characters.slice(1).map((character, i) => characters[i] + character)];
  });
}

/** Lower-cased words. */
export const wordTokens = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+(?:'\p{L}+)?/gu) ?? [];
