// What a question asks: its language, the words around the topic taken off, and the two sides of a comparison. Pure.

import type { Language } from '../catalogue/index.js';

export interface Question {
  /** As asked, in one form of each letter. */
  readonly text: string;
  /** Without "what is" and the like; the text itself where nothing would be left. */
  readonly topic: string;
  readonly language: Language;
  /** What it compares: two or more; null for other questions. */
  readonly sides: readonly string[] | null;
}

const HAN = /\p{Script=Han}/u;

const ENGLISH_START =
  /^(?:(?:hi|hello|hey|so|ok|okay|well|and|but|please|pls|sorry|thanks)[\s,!.]+)*(?:(?:can|could|would) (?:you|someone|anyone|u) (?:please )?(?:explain|tell me|describe|define)(?: to me)?|(?:please )?(?:explain|define|describe|tell me|teach me)(?: to me)?(?: about| more about)?|i (?:would like|'d like|want|need) to (?:know|understand|learn)(?: about| what| how)?|what(?:'s|s| is| are| was| does| do| exactly is| exactly are)?(?: it)?(?: meant by| the meaning of| the idea (?:of|behind)| the point of| the purpose of)?|(?:does )?(?:any|some)(?:one|body) (?:know|explain)(?:s)?(?: what| about)?|(?:how|why) (?:do|does|did|is|are|can|should|would|to)(?: i| you| we| one)?|who|where|when (?:should|do|does|is|are)(?: i| we| you)?|is|are|does|do|can|should|could|would|which)\b[\s,:]*(?:(?:is|are|a|an|the|exactly|actually|really|you|i|we|it|there|mean by)\s+)*/iu;
const ENGLISH_END =
  /[\s,]*\b(?:mean|means|meaning|stand for|work|works|in simple (?:words|terms)|for dummies|for beginners|please|pls|thanks|exactly|actually|again|about|eli5)\s*$/iu;
const CHINESE_START =
  /^(?:(?:请问|请|你好|那么?|麻烦|帮我|给我|能不能|能否|可以|可不可以|我想知道|想知道|我想问|想问|问一下|问下)[，,\s]*)*(?:(?:解释|介绍|讲讲|讲解|说说|说明|科普|告诉我|聊聊|讲)(?:一下|下)?)?(?:什么是|什么叫做?|啥是|啥叫|何谓|何为|为什么|为啥|怎么样?|如何|怎样)?/u;
const CHINESE_END =
  /[，,\s]*(?:(?:到底|究竟|具体|又|都)?(?:是|指|指的是|叫|算|有)?(?:什么意思|啥意思|什么东西|啥东西|什么|啥|怎么回事|咋回事|干什么的?|干嘛的?|做什么用的?|有什么用|有啥用|的意思|的原理|的定义|的概念|的作用)|怎么办|吗|呢|吧|啊|呀|嘛|么)+$/u;
const EDGE_MARKS = /^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu;

const ENGLISH_SIDES: readonly RegExp[] = [
  /\b(?:differences?|distinction|comparison)\b(?: is there)?(?: between| of| in)?\s+(.+?)\s+(?:and|or|vs\.?|versus|from|to|,)\s+(.+)$/iu,
  /\bcompare\s+(.+?)\s+(?:and|with|to|vs\.?|versus)\s+(.+)$/iu,
  /^(.+?)\s+(?:vs\.?|versus)\s+(.+)$/iu,
  /^(?:how (?:is|are|does|do)\s+)?(.+?)\s+(?:differ(?:s|ent)?|distinct)\s+(?:from|to|than)\s+(.+)$/iu,
  /^(?:is|are)\s+(.+?)\s+(?:the same (?:thing )?as|a (?:special )?(?:kind|form|type|case|sort) of|just|better than|cheaper than)\s+(.+)$/iu,
  /^(?:(?:should i (?:use|choose|pick|do)|which is better|what is better|is it better to use|do i need|use)[\s,:]+)(.+?)\s+or\s+(.+)$/iu,
  /^(.+?)\s+or\s+(.+?)(?:[\s,]+(?:which|what)\b.*)?$/iu,
];
const CHINESE_SIDES: readonly RegExp[] = [
  /^(.+?)\s*(?:和|与|跟|同|vs\.?|versus|以及|、)\s*(.+?)\s*(?:之间|两者|二者|到底|究竟|相比)*\s*(?:的|有|有什么|有啥|有何|是|差|怎么|该怎么|应该怎么|哪|谁|算|属于|一样|比)/iu,
  /^(.+?)\s*(?:还是|或者)\s*(.+?)$/iu,
  /^(.+?)\s*(?:不同于|区别于|算不算|是不是|属于)\s*(.+?)$/iu,
  /^(.+?)\s*(?:vs\.?|versus)\s*(.+?)$/iu,
];

const COMPARES_CHINESE =
  /区别|不同|差别|差异|差在|差在哪|一样|相比|对比|比较|还是|哪个|哪种|怎么选|算不算|是不是|vs|versus|属于|关系/iu;

/** `fallback`: the language of a question without letters. */
export function readQuestion(asked: string, fallback: Language = 'en'): Question {
  const text = asked.normalize('NFKC').replace(/\s+/g, ' ').trim();
  const language = HAN.test(text) ? 'zh' : /\p{L}/u.test(text) ? 'en' : fallback;
  return { text, topic: topicOf(text, language), language, sides: sidesOf(text, language) };
}

function topicOf(text: string, language: Language): string {
  const bare = text.replace(EDGE_MARKS, '');
  const stripped =
    language === 'zh'
      ? bare.replace(CHINESE_START, '').replace(CHINESE_END, '')
      : bare.replace(ENGLISH_START, '').replace(ENGLISH_END, '');
  const left = stripped.replace(EDGE_MARKS, '');
  return left === '' ? bare : left;
}

function sidesOf(text: string, language: Language): readonly string[] | null {
  const bare = text.replace(EDGE_MARKS, '');
  if (language === 'zh' && !COMPARES_CHINESE.test(bare)) return null;
  for (const pattern of language === 'zh' ? CHINESE_SIDES : ENGLISH_SIDES) {
    const [, one, other] = pattern.exec(bare) ?? [];
    if (one !== undefined && other !== undefined) return [topicOf(one, language), topicOf(other, language)];
  }
  return null;
}

/** Names that differ only in case, spaces, hyphens or a mark at the end are the same name. */
export const sameName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}]+/gu, '');

const ENGLISH_ASKS =
  /^(?:(?:hi|hello|hey|so|ok|okay|well|and|but|please|pls)[\s,!.]+)*(?:what|how|why|which|who|when|where|is|are|does|do|did|can|could|should|would|will|explain|define|describe|compare|tell me|difference|any(?:one)?|i (?:want|would like|need) to (?:know|understand|learn))\b|\b(?:vs\.?|versus|difference between)\b/iu;
const CHINESE_ASKS =
  /什么|怎么|怎样|如何|为什么|为啥|为何|哪|谁|吗|呢|多少|几|是不是|能不能|会不会|有没有|要不要|可不可以|好不好|区别|不同|差别|差异|差在|对比|比较|还是|是啥|啥|咋|解释|介绍|讲讲|说说|告诉我|的原理|的定义|的概念/u;

/** A question mark, a word that asks, or a demand to explain. */
export function looksLikeQuestion(line: string): boolean {
  const text = line.normalize('NFKC').trim();
  return /\?["”)]*$|\?\s/.test(text) || (HAN.test(text) ? CHINESE_ASKS : ENGLISH_ASKS).test(text);
}
