// Small changes of Chinese that keep the meaning: politeness, forms of a question, words of the same use.

import type { SyntaxTable } from './rewrite.js';

const QUESTION = /[吗么呢]|什么|怎么|如何|怎样|哪|谁|多少|几|是否|能否|？/u;

export const CHINESE_SYNTAX: SyntaxTable = {
  script: /\p{Script=Han}/u,
  equivalents: [
    ['怎么', '如何', '怎样'],
    ['为什么', '为何', '为啥'],
    ['什么', '啥'],
    ['哪里', '哪儿'],
    ['多久', '多长时间'],
    ['可以', '能够'],
    ['需要', '得要'],
    ['想', '想要'],
    ['非常', '十分', '特别', '很'],
    ['真的', '实在', '确实'],
    ['但是', '不过', '可是', '但'],
    ['因为', '由于'],
    ['所以', '因此'],
    ['如果', '要是', '假如'],
    ['而且', '并且'],
    ['虽然', '尽管'],
    ['或者', '或'],
    ['和', '跟', '与'],
    ['应该', '应当'],
    ['现在', '目前', '如今'],
    ['已经', '已'],
    ['马上', '立刻', '立即'],
    ['一直', '始终'],
    ['经常', '常常', '时常'],
    ['可能', '也许', '或许'],
    ['觉得', '感觉', '认为'],
    ['知道', '了解'],
    ['告诉', '告知'],
    ['帮忙', '帮助'],
    ['没有', '没'],
    ['别', '不要'],
    ['时候', '时'],
    ['您', '你'],
  ],
  rewrites: [
    (text) => text.replace(/^(?:请问|你好|您好)(?:一下)?[，,]?/u, ''),
    (text) => (QUESTION.test(text) && !/请问|^[你您]好/u.test(text) ? `请问${text}` : text),
    (text) => (QUESTION.test(text) && !/请问|^[你您]好/u.test(text) ? `你好，${text}` : text),
    (text) => text.replace(/吗(?=[？?]?$)/u, '么'),
    (text) => text.replace(/呢(?=[？?]?$)/u, ''),
    (text) => text.replace(/^请(?!问|求|假|教|客)/u, '麻烦'),
  ],
};
