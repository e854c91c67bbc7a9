// Words that carry the label or turn it around. A negation stays, and stays where it is, with the word after it, which is what it
// negates; numbers and question words are never dropped; words with a near opposite are never replaced, because the vectors of
// opposites are close (bad and good: cosine 0.64 in the embedded table).

import type { Piece } from './pieces.js';

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter((word) => word !== ''));

const ENGLISH_NEGATIONS = words(`
  not no never none nor neither nobody nothing nowhere without cannot hardly barely ain't aint dont doesnt didnt isnt arent wasnt
  werent wont cant couldnt wouldnt shouldnt hasnt havent hadnt`);

/** Chinese negates with these characters; the look-aheads are words in which they do not (别人, 未来, 非常). */
const CHINESE_NEGATION =
  /[不没沒无無勿莫]|^(?:[别別](?!人|的|处|處|名|致|墅)|未(?!来|來)|非(?!常|洲))|^(?:从|從|并|尚|还|還)未/u;
const CHINESE_CONJUNCTIONS = words('不过 不過 不但 不仅 不僅 不管 不论 不論 无论 無論');

export const isNegation = (word: string): boolean => {
  const plain = word.toLowerCase().replace('’', "'");
  return (
    ENGLISH_NEGATIONS.has(plain) ||
    plain.endsWith("n't") ||
    (CHINESE_NEGATION.test(word) && !CHINESE_CONJUNCTIONS.has(word))
  );
};

const isNumber = (word: string): boolean =>
  /\p{N}/u.test(word) || /^[零一二两三四五六七八九十百千万亿半几第]+[个次天年月日点块元号条件台部层]?$/u.test(word);

const NUMBER_WORDS = words(`
  zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
  twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion first second third half once twice double`);

const QUESTIONS = words(`
  who whom whose what which when where why how who's what's when's where's why's how's
  谁 什么 啥 哪 哪个 哪些 哪里 哪儿 怎么 怎样 怎么样 如何 为什么 为何 为啥 多少 几 何时 什么时候 多久 多大 多长 吗 么 是否 能否`);

/** Grammar, and words whose nearest word is often their opposite or another of their kind. */
const UNREPLACED = words(`
  i me my mine myself you your yours he him his she her hers it its we us our ours they them their theirs this that these those
  am is are was were be been being do does did have has had can could will would shall should may might must
  a an the and or but if then than so because as of to in on at by for from with about into over under up down out off before after
  again more less most least very too also only just all any some each every both few many much other same own yes ok
  need able someone somebody anyone everyone person
  good bad better worse best worst big small large little great high low long short old new young hot cold fast slow early late
  left right open close opened closed on off in out up down true false positive negative happy sad love hate like dislike
  buy sell bought sold win lose won lost push pull start stop begin end rise fall increase decrease accept reject
  allow deny enable disable import export upload download income expense cheap expensive easy hard easily strong weak
  full empty rich poor safe dangerous hero villain actor actress last next highest lowest male female man woman boy girl mother father husband wife king queen son daughter
  monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october
  november december today tomorrow yesterday morning evening night north south east west
  我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 自己 大家 这 那 这个 那个 这些 那些 这里 那里 这样 那样
  的 地 得 了 着 过 是 有 在 和 与 或 就 也 都 还 又 再 才 只 很 太 更 最 把 被 让 给 对 从 到 向 为 以 及 而 但 但是 如果 因为 所以
  好 坏 差 大 小 多 少 高 低 长 短 快 慢 新 旧 贵 便宜 冷 热 早 晚 前 后 左 右 上 下 里 外 开 关 进 出 来 去 对 错 真 假 强 弱 难 容易
  买 卖 购买 出售 输 赢 胜 败 喜欢 讨厌 满意 失望 开心 难过 成功 失败 增加 减少 上升 下降 提高 降低 打开 关闭 开始 结束 接受 拒绝
  男 女 男人 女人 父亲 母亲 爸爸 妈妈 丈夫 妻子 安全 危险 简单 复杂 优点 缺点 支持 反对 收入 支出 上传 下载
  今天 明天 昨天 早上 晚上 上午 下午 星期一 星期二 星期三 星期四 星期五 星期六 星期日 周一 周二 周三 周四 周五 周六 周日 东 西 南 北`);

/** For each piece, whether it is a negation or the word that a negation stands before. */
export function negated(pieces: readonly Piece[]): boolean[] {
  const held = pieces.map(() => false);
  let after = false;
  pieces.forEach(({ text, word }, index) => {
    if (!word) return;
    const negation = isNegation(text);
    held[index] = negation || after;
    after = negation;
  });
  return held;
}

/** Numbers and question words: without them a question asks something else. */
export const isKept = (word: string): boolean => {
  const plain = word.toLowerCase().replace('’', "'");
  return isNumber(plain) || NUMBER_WORDS.has(plain) || QUESTIONS.has(plain);
};

/** Whether another word may stand for this one at all. */
export const isReplaceable = (word: string): boolean =>
  !isKept(word) && !isNegation(word) && !UNREPLACED.has(word.toLowerCase());
