// What of a sentence can be checked to the letter: numbers, names, links, whether it denies something, and words whose opposite would
// say the contrary. Pure.

const UNITS: Readonly<Record<string, string>> = { b: 'billion', m: 'million', k: 'thousand', percent: '%' };
const NUMBER =
  /(?<![\p{L}\d.])(\d[\d,]*(?:\.\d+)?)(?:[\s-]?(million|billion|thousand|percent|%|万|亿|千|百|[bmk](?![\p{L}\d])))?/giu;
const COUNTED = 'two three four five six seven eight nine ten eleven twelve'.split(' ');
const NUMBER_WORD = new RegExp(
  String.raw`\b(?:${COUNTED.join('|')}|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|double|triple|tenfold)\b`,
  'gi',
);
const HAN_DIGITS = '零一二三四五六七八九十';
const HAN_NUMBER =
  /[一二两三四五六七八九十百千万亿]{2,}|[二两三四五六七八九十](?=\s*(?:个|种|倍|次|层|位|比特|块|条|步|类|轮|年|成|分之))/gu;

/** Each number in one form: 1,000 and 1000, four and 4, 7B and 7 billion are the same. */
export function numbersOf(text: string): Set<string> {
  const plain = text.normalize('NFKC');
  const digits = [...plain.matchAll(NUMBER)].map(([, number, unit]) => {
    const scale = unit?.toLowerCase() ?? '';
    return number!.replaceAll(',', '') + (UNITS[scale] ?? scale);
  });
  const words = (plain.match(NUMBER_WORD) ?? []).map((word) => {
    const lower = word.toLowerCase().replace(/s$/, '');
    const index = COUNTED.indexOf(lower);
    return index < 0 ? lower : String(index + 2);
  });
  const han = (plain.match(HAN_NUMBER) ?? []).map((run) => {
    const digit = HAN_DIGITS.indexOf(run.replace('两', '二'));
    return digit > 0 ? String(digit) : run;
  });
  return new Set([...digits, ...words, ...han]);
}

const LATIN = /\p{Script=Latin}[\p{Script=Latin}\p{N}]*/gu;
const lower = (word: string): string => word.toLowerCase().replace(/(?<=..)s$/, '');

/** Every word in Latin letters, as names are looked up. */
export const latinWords = (text: string): Set<string> =>
  new Set((text.normalize('NFKC').match(LATIN) ?? []).map(lower));

/** Words that can only be names: GPT4, LoRA, Paris inside a sentence; between Chinese characters every Latin word is one. */
export function namesOf(sentence: string): Set<string> {
  const text = sentence.normalize('NFKC').trim();
  const isChinese = /\p{Script=Han}/u.test(text);
  const names = [...text.matchAll(LATIN)].filter(({ 0: word, index }) => {
    if (isChinese) return word.length > 1;
    if (/\p{N}|(?!^)\p{Lu}/u.test(word)) return true;
    return /^\p{Lu}./u.test(word) && /[\p{L}\p{N}]/u.test(text.slice(0, index));
  });
  return new Set(names.map(({ 0: word }) => lower(word)));
}

const LINK = /https?:\/\/\S+|www\.\S+|\b[\w-]+\.[a-z]{2,}\/\S*|\S*@\S+|<[@#:]\S*/giu;
export const linksOf = (text: string): string[] => text.match(LINK) ?? [];

const DENIAL = /\b(?:not|no|never|none|nothing|nobody|neither|nor|without|cannot|hardly)\b|n['’]t\b/iu;
/** 不 and its kin, but for words in which it denies nothing. */
const HAN_HARMLESS = /不同|不过|不仅|不但|不断|不管|不论|无论|非常|特别|分别|类别|区别|差别|级别|识别|未来|除非|不少/gu;
const HAN_DENIAL = /[不没無无未勿莫]|并非|而非|别/u;

export const denies = (text: string): boolean =>
  DENIAL.test(text) || HAN_DENIAL.test(text.normalize('NFKC').replace(HAN_HARMLESS, ''));

const OPPOSITES: readonly (readonly [RegExp, RegExp])[] = [
  [/\b(?:more|many|most)\b|更多|较多/iu, /\b(?:less|fewer|few|least)\b|更少|较少/iu],
  [/\b(?:larger?|bigger?|huge)\b|更大|较大/iu, /\b(?:small(?:er)?|tiny|little)\b|更小|较小/iu],
  [/\b(?:faster?|quick(?:er)?)\b|更快|快一些/iu, /\b(?:slow(?:er)?)\b|更慢|慢一些/iu],
  [/\b(?:high(?:er)?)\b|更高|较高/iu, /\b(?:low(?:er)?)\b|更低|较低/iu],
  [
    /\b(?:increases?d?|raises?d?|grows?|rises?)\b|增加|提高|上升/iu,
    /\b(?:decreases?d?|reduces?d?|lowers?|falls?|shrinks?)\b|减少|降低|下降/iu,
  ],
  [/\b(?:better|best|good)\b|更好|更准/iu, /\b(?:worse|worst|bad|poor)\b|更差|不准/iu],
  [/\b(?:always|every|all)\b|总是|总会|所有|全部/iu, /\b(?:never|none)\b|从不|绝不/iu],
  [/\bbefore\b|之前/iu, /\bafter(?:wards)?\b|之后/iu],
  [/\b(?:frozen|freezes?|fixed)\b|冻结|固定不变/iu, /\b(?:trained|trains?|updated|updates?)\b|训练|更新/iu],
  [/\b(?:cheap(?:er)?)\b|便宜/iu, /\b(?:expensive|costly|dear)\b|昂贵/iu],
  [/\b(?:eas(?:y|ier))\b|容易/iu, /\b(?:hard(?:er)?|difficult)\b|困难/iu],
];

/** It says a word whose opposite, and not itself, stands in the other text. */
export const opposes = (sentence: string, text: string): boolean =>
  OPPOSITES.some((pair) =>
    [pair, [pair[1], pair[0]] as const].some(
      ([said, opposite]) => said.test(sentence) && !opposite.test(sentence) && opposite.test(text) && !said.test(text),
    ),
  );
