// Small changes of English that keep the meaning: contractions, politeness, forms of a question.

import type { SyntaxTable } from './rewrite.js';

const OPEN_QUESTION = /^(?:who|whom|whose|what|which|when|where|why|how|can|could|do|does|did|is|are|was|were|will)\b/i;

export const ENGLISH_SYNTAX: SyntaxTable = {
  script: /\p{Script=Latin}/u,
  equivalents: [
    ...[
      ["i'm", 'i am'],
      ["i've", 'i have'],
      ["i'll", 'i will'],
      ["you're", 'you are'],
      ["we're", 'we are'],
      ["we've", 'we have'],
      ["they're", 'they are'],
      ["it's", 'it is'],
      ["that's", 'that is'],
      ["there's", 'there is'],
      ["what's", 'what is'],
      ["who's", 'who is'],
      ["where's", 'where is'],
      ["how's", 'how is'],
    ],
    ...[
      ["don't", 'do not'],
      ["doesn't", 'does not'],
      ["didn't", 'did not'],
      ["isn't", 'is not'],
      ["aren't", 'are not'],
      ["wasn't", 'was not'],
      ["weren't", 'were not'],
      ["can't", 'cannot', 'can not'],
      ["couldn't", 'could not'],
      ["won't", 'will not'],
      ["wouldn't", 'would not'],
      ["shouldn't", 'should not'],
      ["hasn't", 'has not'],
      ["haven't", 'have not'],
      ["hadn't", 'had not'],
    ],
    ...[
      ['how do i', 'how can i', 'how should i', 'how to'],
      ['how do you', 'how can you'],
      ['how do we', 'how can we'],
      ['can i', 'could i', 'may i', 'am i able to'],
      ['can you', 'could you', 'would you', 'can you please', 'could you please'],
      ['i want to', "i'd like to", 'i would like to', 'i wish to'],
      ['i need to', 'i have to', 'i must'],
      ['i need', 'i require'],
      ['tell me', 'let me know'],
      ['is it possible to', 'is there a way to'],
      ['what is the name of', 'what is the title of'],
      ['why did', 'for what reason did'],
      ['why does', 'for what reason does'],
      ['thanks', 'thank you'],
      ['kind of', 'sort of'],
      ['a lot of', 'lots of', 'plenty of'],
      ['as soon as possible', 'asap'],
      ['in order to', 'so as to'],
      ['gonna', 'going to'],
      ['wanna', 'want to'],
    ],
  ],
  rewrites: [
    (text) => text.replace(/^please,? +/i, ''),
    (text) => text.replace(/,? +please(?=[.!?]*$)/i, ''),
    (text) =>
      OPEN_QUESTION.test(text) && !/\bplease\b/i.test(text)
        ? `please tell me, ${text.charAt(0).toLowerCase()}${text.slice(1)}`
        : text,
  ],
};
