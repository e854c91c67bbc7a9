// What a text is searched by: words of Latin script, roughly stemmed, and pairs of neighbours written as one ("fine tuning" and
// "fine-tuning" meet "finetuning"); of Chinese the words that Intl.Segmenter finds and pairs of characters. Pure.

const SEGMENTER = new Intl.Segmenter('zh', { granularity: 'word' });
const RUNS = /\p{Script=Han}+|[\p{Script=Latin}\p{N}]+(?:['’][\p{Script=Latin}]+)?/gu;
const HAN = /^\p{Script=Han}/u;

/** Words that carry no topic; in questions and in answers alike. */
const STOP_WORDS = new Set(
  `a an the this that these those it its i me my we us our you your he she they them their is are was were be been being am do does did
   doing done have has had having can could should would will shall may might must to of in on at by for from with about into than
   then so if or and but not no nor as what which who whom whose when where why how there here s t re ve ll m d don doesn isn
   aren won wouldn shouldn couldn please just really actually exactly some any also very too more most much many get got go
   work works mean means meaning thing things something`.split(/\s+/),
);
const STOP_SEGMENTS = new Set(
  `的 了 吗 呢 吧 啊 呀 是 在 有 和 与 跟 或 还 也 都 就 要 会 能 可以 什么 怎么 怎样 如何 为什么 哪 哪个 哪些 哪里 谁 多少 几 我 你 您 他 她 它 我们
   你们 他们 它们 这 那 这个 那个 这些 那些 一个 一下 一种 请 请问 到底 究竟 是不是 能不能 有没有 不 没 没有 吗 被 把 给 对 从 到 用 来 去 说 叫 做 让 该
   应该 怎么办 时候 啥 咋 为啥 区别 意思 是什么 指 上 里 中 下 里面 之间 以及 而 但 但是 如果 因为 所以 一般 比较 时 后 前 跟 东西`.split(
    /\s+/,
  ),
);

export interface Terms {
  /** Words by themselves: what the text is about. */
  readonly words: readonly string[];
  /** Neighbours written as one: they mean something only where somebody else writes them so. */
  readonly pairs: readonly string[];
}

/** A word that may carry a topic, and where it stands. */
interface Word {
  readonly text: string;
  readonly start: number;
  readonly isHan: boolean;
}

export function termsOf(text: string): Terms {
  const words: string[] = [];
  const pairs: string[] = [];
  let last: Word | null = null;
  for (const word of readWords(text)) {
    const gap: number = last === null ? Number.POSITIVE_INFINITY : word.start - last.start - last.text.length;
    const letters = [...word.text];
    if (word.isHan) {
      if (last?.isHan === true && gap === 0) pairs.push([...last.text].at(-1)! + letters[0]!);
      words.push(word.text);
      // Pairs of characters inside a word are words too: the segmenter knows few terms of the trade.
      if (letters.length > 2) for (let i = 0; i + 1 < letters.length; i++) words.push(letters[i]! + letters[i + 1]!);
    } else {
      // A space or a hyphen between them, nothing else.
      if (last?.isHan === false && gap <= 1) pairs.push(stemOf(last.text + word.text));
      // A bare number says nothing of the topic; "4-bit" does, as a pair.
      if (!/^\d+$/.test(word.text)) words.push(stemOf(word.text));
    }
    last = word;
  }
  return { words, pairs };
}

/** The words as they are written, each once: what vectors of words are made of. */
export function wordsOf(text: string): string[] {
  return [...new Set([...readWords(text)].map((word) => word.text))].filter((word) => !/^\d+$/.test(word));
}

/** The share of a text's words that carry a topic: "LoRA rank" all, "how long does it take" few. */
export function substance(text: string): number {
  const all = [...readWords(text, NOTHING)].length;
  return all === 0 ? 0 : [...readWords(text)].length / all;
}

const NOTHING: ReadonlySet<string> = new Set();

function* readWords(text: string, stop?: ReadonlySet<string>): Generator<Word> {
  const normalised = text.normalize('NFKC').toLowerCase();
  for (const { 0: run, index } of normalised.matchAll(RUNS)) {
    if (HAN.test(run)) {
      for (const { segment, index: at } of SEGMENTER.segment(run))
        if (!(stop ?? STOP_SEGMENTS).has(segment)) yield { text: segment, start: index + at, isHan: true };
      continue;
    }
    const word = run.replace(/['’]\p{L}+$/u, '');
    if (!(stop ?? STOP_WORDS).has(word)) yield { text: word, start: index, isHan: false };
  }
}

/** tuning, tuned, tunes → tun; quantization → quantis; but pets are no PET. Rough, but the same for questions and answers. */
export function stemOf(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  const plain = word
    .replace(/iz(?=e|a|i)/, 'is')
    .replace(/ies$/, 'y')
    .replace(/(?<=s|x|ch|sh)es$|(?<=\p{L}{3}[^su])s$/u, '');
  const stem = plain.replace(/(?:ation|ing|ed|er|e)$/, '');
  return stem.length >= 3 ? stem : plain;
}
