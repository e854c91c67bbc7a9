import { describe, expect, it } from 'vitest';
import { complete } from '../../../src/bot/local/complete.js';
import { readVocabulary } from '../../../src/bot/local/vocabulary.js';
import { createTestChat } from '../../support/chat.js';

describe('tab completion', () => {
  it.each([
    [
      '/mod',
      [
        '/model train ',
        '/model status ',
        '/model compare ',
        '/model promote ',
        '/model rollback ',
        '/model cancel ',
        '/model advise ',
        '/model doctor ',
      ],
      '/mod',
    ],
    ['/task cr', ['/task create '], '/task cr'],
    ['/ask ', ['text:', 'task:', 'why:'], ''],
    ['/ask ta', ['task:'], 'ta'],
    ['/ask task:my', ['"my task" '], 'my'],
    ['/ask task:"m', ['"my task" '], '"m'],
    ['/ask task:', ['"my task" ', 'support '], ''],
    ['/ask why:', ['yes ', 'no '], ''],
    ['/teach task:"my task" label:fo', ['four '], 'fo'],
    ['/teach label:b', ['billing ', 'bug '], 'b'],
    ['/teach task:support label:bu', ['bug '], 'bu'],
    ['/model train method:l', ['lora '], 'l'],
    ['it crashes => bu', ['bug'], 'bu'],
    ['it crashes', [], 'it crashes'],
  ])('of %j', async (line, candidates, replaced) => {
    const chat = await createTestChat();
    await chat.talk(
      '/task create name:"my task" labels:"four, five"',
      '/task create name:support labels:"billing, bug"',
      '/task show support',
    );
    const [found, end] = complete(line, await readVocabulary(chat.handful.services, 'local'));
    expect([[...new Set(found)].sort(), end]).toEqual([[...candidates].sort(), replaced]);
  });
});
