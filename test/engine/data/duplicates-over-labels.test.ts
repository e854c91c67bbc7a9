import { describe, expect, it } from 'vitest';
import { duplicatesOverLabels } from '../../../src/engine/data/duplicates-over-labels.js';
import { scriptShares } from '../../../src/engine/data/scripts.js';

const example = (text: string, label: string) => ({ text, label });

describe('texts under several labels', () => {
  it('are told apart from near ones, and from duplicates of one label', () => {
    const examples = [
      example('I was charged twice for the premium plan', 'billing'),
      example('it crashes', 'bug'),
      example('It crashes!', 'praise'),
      example('I was charged twice for the premium plans', 'bug'),
      example('so friendly', 'praise'),
      example('so friendly!', 'praise'),
    ];
    expect(duplicatesOverLabels(examples)).toEqual({
      pairs: [
        [0, 3],
        [1, 2],
      ],
      exact: 2,
      near: 2,
    });
  });

  it('are none in clean data', () => {
    expect(duplicatesOverLabels([example('one', 'a'), example('two', 'b')])).toEqual({ pairs: [], exact: 0, near: 0 });
    expect(duplicatesOverLabels([])).toEqual({ pairs: [], exact: 0, near: 0 });
  });
});

describe('the shares of scripts', () => {
  it.each<[string, string[], [latin: number, han: number, other: number]]>([
    ['English', ['hello there', 'ok'], [1, 0, 0]],
    ['Chinese', ['你好，世界！'], [0, 1, 0]],
    ['both', ['ab', '中文'], [0.5, 0.5, 0]],
    ['Greek', ['γεια'], [0, 0, 1]],
    ['no letters', ['123 !?', ''], [0, 0, 0]],
  ])('of %s', (_, texts, [latin, han, other]) => {
    expect(scriptShares(texts)).toEqual({ latin, han, other });
  });
});
