import { describe, expect, it } from 'vitest';
import { COMMANDS, shapeOf } from '../../../src/bot/commands/index.js';
import { parseLine } from '../../../src/bot/syntax/parse.js';

const parse = (line: string) => parseLine(line, COMMANDS.map(shapeOf));

describe('a command line', () => {
  it.each<[line: string, name: string, options: Record<string, string>]>([
    ['/task list', 'task list', {}],
    ['  /TASK List  ', 'task list', {}],
    [
      '/task create name:support labels:"billing, bug, praise"',
      'task create',
      { name: 'support', labels: 'billing, bug, praise' },
    ],
    ['/task create labels:"a, b" name:x', 'task create', { name: 'x', labels: 'a, b' }],
    ['/task create name:x labels:a, b, c', 'task create', { name: 'x', labels: 'a, b, c' }],
    ['/task create name: x labels: a, b', 'task create', { name: 'x', labels: 'a, b' }],
    [
      '／task create name：工单 labels：“账单，故障，表扬”',
      'task create',
      { name: '工单', labels: '账单，故障，表扬' },
    ],
    ['/task create name:工单 labels:「账单、故障」', 'task create', { name: '工单', labels: '账单、故障' }],
    ['/teach label:bug text:"she said \\"no\\""', 'teach', { label: 'bug', text: 'she said "no"' }],
    ['/teach label:bug text:“it says "error" twice”', 'teach', { label: 'bug', text: 'it says "error" twice' }],
    ["/teach label:bug text:'it broke'", 'teach', { label: 'bug', text: 'it broke' }],
    ["/teach label:bug text:'tis broken", 'teach', { label: 'bug', text: "'tis broken" }],
    ['/teach text:I was charged twice label:billing', 'teach', { text: 'I was charged twice', label: 'billing' }],
    ['/teach I was charged twice label:billing', 'teach', { text: 'I was charged twice', label: 'billing' }],
    ['/teach "the label:x thing" label:bug', 'teach', { text: 'the label:x thing', label: 'bug' }],
    ['/ask why was my card charged twice?', 'ask', { text: 'why was my card charged twice?' }],
    ['/ask "quoted whole"', 'ask', { text: 'quoted whole' }],
    ['/ask he said "no" to me', 'ask', { text: 'he said "no" to me' }],
    ['/ask see http://example.com and 10:30', 'ask', { text: 'see http://example.com and 10:30' }],
    ['/ask note: the text is mine', 'ask', { text: 'note: the text is mine' }],
    ['/ask why: it failed', 'ask', { text: 'why: it failed' }],
    ['/ask why:yes it failed', 'ask', { why: 'yes', text: 'it failed' }],
    ['/ask task:support it failed', 'ask', { task: 'support', text: 'it failed' }],
    ['/ask task:"my task" it failed', 'ask', { task: 'my task', text: 'it failed' }],
    ['/ask task:my task text:"it failed"', 'ask', { task: 'my task', text: 'it failed' }],
    ['/task show my task', 'task show', { task: 'my task' }],
    ['/teach a 5" pipe label:bug', 'teach', { text: 'a 5" pipe', label: 'bug' }],
    ['/teach text: it broke label: bug', 'teach', { text: 'it broke', label: 'bug' }],
    ['/teach what does label: mean', 'teach', { text: 'what does label: mean' }],
    ['/ask task:support why:yes text:"it failed"', 'ask', { task: 'support', why: 'yes', text: 'it failed' }],
    ['/ask it failed task:support', 'ask', { text: 'it failed', task: 'support' }],
    [
      '/teach-file file:"C:\\data\\my file.csv" partial:yes',
      'teach-file',
      { file: 'C:\\data\\my file.csv', partial: 'yes' },
    ],
    ['/teach-file ~/tickets.csv', 'teach-file', { file: '~/tickets.csv' }],
    ['/model train', 'model train', {}],
    ['/model train method:lora', 'model train', { method: 'lora' }],
    ['/teach text:', 'teach', { text: '' }],
  ])('%s', (line, name, options) => {
    expect(parse(line)).toEqual({ kind: 'command', name, options });
  });
});

describe('other lines', () => {
  it.each([
    ['I was charged twice => billing', { kind: 'teach', text: 'I was charged twice', label: 'billing' }],
    ['a => b => c', { kind: 'teach', text: 'a => b', label: 'c' }],
    ['坏了 ⇒ 故障', { kind: 'teach', text: '坏了', label: '故障' }],
    ['坏了＝＞故障', { kind: 'teach', text: '坏了', label: '故障' }],
    ['"it broke" => "bug"', { kind: 'teach', text: 'it broke', label: 'bug' }],
    ['"no" and "yes" => bug', { kind: 'teach', text: '"no" and "yes"', label: 'bug' }],
    ['it crashes', { kind: 'text', text: 'it crashes' }],
    ['   ', { kind: 'nothing' }],
    ['x =>', { kind: 'wrong', problem: { kind: 'half-arrow', missing: 'label' } }],
    ['=> bug', { kind: 'wrong', problem: { kind: 'half-arrow', missing: 'text' } }],
  ])('%s', (line, expected) => {
    expect(parse(line)).toEqual(expected);
  });
});

describe('a line that cannot be understood', () => {
  it.each([
    ['/tsak create', { kind: 'unknown-command', typed: '/tsak', meant: '/task create' }],
    ['/task craete', { kind: 'unknown-command', typed: '/task craete', meant: '/task create' }],
    ['/tech', { kind: 'unknown-command', typed: '/tech', meant: '/teach' }],
    ['/xyzzy', { kind: 'unknown-command', typed: '/xyzzy', meant: null }],
    ['/', { kind: 'unknown-command', typed: '/', meant: null }],
    ['/teach lable:bug', { kind: 'unknown-option', typed: 'lable', meant: 'label' }],
    ['/teach text:foo lable:bug', { kind: 'unknown-option', typed: 'lable', meant: 'label' }],
    ['/teach text:"foo" lable:bug', { kind: 'unknown-option', typed: 'lable', meant: 'label' }],
    ['/task list all:yes', { kind: 'unknown-option', typed: 'all', meant: null }],
    ['/teach label:a label:b text:x', { kind: 'repeated-option', option: 'label' }],
    ['/teach text:"foo', { kind: 'unclosed-quote', quote: '"', after: 'foo' }],
    ['/task list everything', { kind: 'stray-text', text: 'everything' }],
  ])('%s', (line, problem) => {
    expect(parse(line)).toMatchObject({ kind: 'wrong', problem });
  });
});
