import { describe, expect, it } from 'vitest';
import { findName, listNames, parseLabels, resolveLabel, suggest } from '../../../src/engine/data/labels.js';

describe('parseLabels', () => {
  it.each([
    ['billing, bug, praise', ['billing', 'bug', 'praise']],
    ['账单，故障、表扬', ['账单', '故障', '表扬']],
    ['billing,, bug ,', ['billing', 'bug']],
    ['billing; bug', ['billing', 'bug']],
    ['billing\nbug\r\npraise', ['billing', 'bug', 'praise']],
    ['not spam', ['not spam']],
  ])('reads the names in %j', (list, names) => {
    expect(parseLabels(list)).toEqual(names.map((name) => ({ name })));
  });

  it('reads descriptions after an equals sign', () => {
    expect(parseLabels('billing = money matters, bug, praise = thanks = love')).toEqual([
      { name: 'billing', description: 'money matters' },
      { name: 'bug' },
      { name: 'praise', description: 'thanks = love' },
    ]);
  });

  it('lets descriptions hold commas where semicolons or lines separate the labels', () => {
    expect(parseLabels('billing = invoices, charges; bug')).toEqual([
      { name: 'billing', description: 'invoices, charges' },
      { name: 'bug' },
    ]);
    expect(parseLabels('账单＝发票，扣费；故障')).toEqual([
      { name: '账单', description: '发票，扣费' },
      { name: '故障' },
    ]);
  });

  it.each([
    ['', 'bad-input', 'Expected labels separated by commas, such as "billing, bug, praise"; found none.'],
    [' , ', 'bad-input', 'Expected labels separated by commas, such as "billing, bug, praise"; found none.'],
    ['bug, bug', 'bad-input', 'Expected every label once, found "bug" twice.'],
    ['bug, praise, Ｂug', 'bad-input', 'Expected every label once, found "bug" and "Ｂug" twice.'],
    ['= no name', 'bad-input', 'Expected a label, found nothing.'],
    [
      'a, b; c',
      'bad-input',
      'Expected one label between semicolons, found "a, b". Separate labels all in the same way.',
    ],
    [Array.from({ length: 501 }, (_, i) => i).join(), 'limit', 'Expected at most 500 labels, found 501.'],
    ['x'.repeat(101), 'limit', 'Expected a label of at most 100 characters, found 101.'],
  ])('refuses %.20j', (list, code, message) => {
    expect(() => parseLabels(list)).toThrow(expect.objectContaining({ code, message }));
  });
});

describe('findName', () => {
  it.each([
    ['bug', 'bug'],
    ['BUG', 'bug'],
    [' ｂｕｇ ', 'bug'],
    ['not  spam', 'Not spam'],
    ['bugs', null],
  ])('%j means %j', (name, expected) => {
    expect(findName(name, ['bug', 'Not spam'])).toBe(expected);
  });

  it('prefers the very same name to one in another case', () => {
    expect(findName('Bug', ['bug', 'BUG', 'Bug'])).toBe('Bug');
  });
});

describe('suggest', () => {
  it.each([
    ['refnd', ['billing', 'refund', 'bug'], 'refund'],
    ['BILING', ['billing', 'refund'], 'billing'],
    ['tsak', ['ask', 'task', 'teach'], 'task'],
    ['tsak create', ['task create', 'task list', 'teach'], 'task create'],
    ['bill', ['billing', 'bug'], 'billing'],
    ['bgu', ['billing', 'bug'], 'bug'],
    ['帐单', ['故障', '账单'], '账单'],
    ['praise', ['billing', 'bug'], null],
    ['x', ['y', 'z'], null],
    ['', ['bug'], null],
    ['anything', [], null],
  ])('%j among %j: %j', (word, candidates, expected) => {
    expect(suggest(word, candidates)).toBe(expected);
  });
});

describe('resolveLabel', () => {
  it('gives the name as the task writes it', () => {
    expect(resolveLabel('BUG', ['bug'])).toBe('bug');
  });

  it.each([
    ['refnd', 'support has no label "refnd". Did you mean refund?'],
    ['praise', 'support has no label "praise". Its labels are billing, refund.'],
  ])('says what %j could have been', (name, message) => {
    expect(() => resolveLabel(name, ['billing', 'refund'], 'support')).toThrow(
      expect.objectContaining({ code: 'unknown-label', message }),
    );
  });
});

it('a long list of names is cut short', () => {
  expect(listNames(['a', 'b', 'c'], 3)).toBe('a, b, c');
  expect(listNames(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});
