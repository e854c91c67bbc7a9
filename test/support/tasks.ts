// Small tasks that are easy to learn.

import type { TaskData } from '../../src/engine/types.js';

export const support: TaskData = {
  instruction: 'Which team should see this?',
  labels: [{ name: 'billing' }, { name: 'bug' }, { name: 'praise' }],
  examples: [
    ['I was charged twice this month', 'billing'],
    ['my invoice shows the wrong amount', 'billing'],
    ['please refund the payment on my card', 'billing'],
    ['why did the price of my plan go up', 'billing'],
    ['the app crashes when I open settings', 'bug'],
    ['an error pops up whenever I log in', 'bug'],
    ['the page stays blank after the update', 'bug'],
    ['it freezes and loses my work', 'bug'],
    ['thank you, this is wonderful', 'praise'],
    ['great work, I love the new look', 'praise'],
    ['best support team I ever met, thanks', 'praise'],
    ['you people are amazing', 'praise'],
  ].map(([text, label]) => ({ text: text!, label: label! })),
};

/** What an answerer that learned `support` must know. */
export const supportQuestions: Readonly<Record<string, string>> = {
  'charged twice on my card, please refund the payment': 'billing',
  'the app crashes with an error after the update': 'bug',
  'thank you, great work, I love this': 'praise',
};

export const supportZh: TaskData = {
  instruction: '这条消息应该交给哪个小组？',
  labels: [{ name: '账单' }, { name: '物流' }],
  examples: [
    ['这个月被重复扣费了', '账单'],
    ['发票金额不对', '账单'],
    ['请把钱退给我', '账单'],
    ['快递还没有到', '物流'],
    ['包裹寄错地址了', '物流'],
    ['什么时候发货', '物流'],
  ].map(([text, label]) => ({ text: text!, label: label! })),
};

export const supportZhQuestions: Readonly<Record<string, string>> = {
  扣了两次费用: '账单',
  我的快递到哪里了: '物流',
};
