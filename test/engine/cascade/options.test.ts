import { describe, expect, it } from 'vitest';
import {
  checkOptions,
  METHOD_OPTIONS,
  optionsOf,
  ownOptions,
  parseMethodOptions,
} from '../../../src/engine/cascade/options.js';
import { METHOD_NAMES, type MethodName } from '../../../src/engine/types.js';

const failure = (methods: readonly MethodName[], text: string): unknown => {
  try {
    return parseMethodOptions(methods, text);
  } catch (error) {
    return error;
  }
};

describe('options of methods as people write them', () => {
  it.each([
    ['', {}],
    ['rank=16', { rank: 16 }],
    ['rank=16, epochs=24', { rank: 16, epochs: 24 }],
    ['rank=16，epochs=24；dropout=0.2', { rank: 16, epochs: 24, dropout: 0.2 }],
    ['  learningRate=1e-3   dora=yes ', { learningRate: 1e-3, dora: true }],
    ['dora=false rslora=true', { dora: false, rslora: true }],
    ['augment=swap+dropout copies=2', { augment: 'swap+dropout', copies: 2 }],
  ])('"%s"', (text, options) => {
    expect(parseMethodOptions(['lora'], text)).toEqual(options);
  });

  it('are taken where one of several methods knows them', () => {
    expect(parseMethodOptions(['head', 'lora'], 'rank=16 copies=2')).toEqual({ rank: 16, copies: 2 });
    expect(failure(['head'], 'rank=16')).toMatchObject({ code: 'bad-input' });
  });

  it.each<[string, readonly MethodName[], string, string]>([
    ['an unknown one, with what may be meant', ['lora'], 'epoch=3', 'lora has no option epoch. Did you mean epochs?'],
    [
      'an unknown one, with all there are',
      ['head'],
      'magic=3',
      'head has no option magic. Its options are augment, copies, strength.',
    ],
    [
      'one of a method without any',
      ['in-context'],
      'rank=3',
      'in-context has no option rank. in-context has no options.',
    ],
    [
      'one that none of several methods has',
      ['head', 'adapter'],
      'rank=3',
      'head has no option rank. Its options are ',
    ],
    ['a word that every object has', ['lora'], 'constructor=3', 'lora has no option constructor. '],
    ['one that is there twice', ['lora'], 'rank=4 rank=8', 'rank is there twice'],
    ['a name alone', ['lora'], 'rank', 'expected name=value, such as rank=16'],
    ['a value alone', ['lora'], '=16', 'expected name=value, such as rank=16'],
    ['a name without its value', ['lora'], 'rank=', 'expected name=value, such as rank=16'],
    ['too small a number', ['lora'], 'rank=0', 'Too small: expected number to be >=1'],
    ['too large a number', ['head', 'lora'], 'epochs=1000', 'Too big: expected number to be <=500'],
    ['a word instead of a number', ['lora'], 'epochs=many', 'expected number, received string'],
    ['a part of a number', ['lora'], 'epochs=1.5', 'expected int, received number'],
    ['a kind that there is not', ['contrastive'], 'sampling=magic', 'expected one of "oversampling"'],
    ['kinds of which one is not', ['lora'], 'augment=swap+magic', 'expected none, or kinds out of synonyms, '],
  ])('refuse %s', (_, methods, text, why) => {
    const part = text.split(' ').at(-1)!;
    expect(failure(methods, text)).toMatchObject({
      name: 'UserError',
      code: 'bad-input',
      message: expect.stringContaining(why),
      details: { option: part },
    });
    expect((failure(methods, text) as Error).message.startsWith(`Option "${part}": `)).toBe(true);
  });
});

describe('the options of each method', () => {
  it.each(METHOD_NAMES)('of %s all have a default, which a record does not repeat', (method) => {
    const defaults = METHOD_OPTIONS[method].parse({}) as Record<string, number | string | boolean>;
    expect(Object.keys(defaults).sort()).toEqual(Object.keys(METHOD_OPTIONS[method].shape).sort());
    expect(ownOptions(method, defaults)).toEqual({});
    checkOptions(method, defaults);
  });

  it('are those that were given, over the defaults', () => {
    expect(optionsOf('lora', { rank: 2 })).toEqual({ ...optionsOf('lora', {}), rank: 2 });
    expect(ownOptions('lora', { rank: 2, epochs: optionsOf('lora', {}).epochs, bottleneck: 8 })).toEqual({ rank: 2 });
  });
});
