// Training runs: when they start, that they never overlap, and what a failure, a cancel or a restart leaves behind.

import { describe, expect, it } from 'vitest';
import { announcement } from '../../src/bot/announce.js';
import { automaticRun } from '../../src/bot/automatic.js';
import { createSay } from '../../src/bot/catalogue/index.js';
import { createFormat } from '../../src/bot/format.js';
import type { LastRun } from '../../src/bot/run-types.js';
import type { Example, Task } from '../../src/bot/workspace/types.js';
import { UserError } from '../../src/engine/index.js';
import { createTestChat, type TestChat, teachSupport } from '../support/chat.js';

/** Let promises and what hangs on them go on. */
const turns = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
};

function hold(chat: TestChat): () => void {
  let open = (): void => {};
  chat.engine.gate = new Promise((resolve) => {
    open = resolve;
  });
  return () => {
    chat.engine.gate = null;
    open();
  };
}

const announced = (chat: TestChat): string[] => {
  const say = createSay('en');
  const words = { say, format: createFormat(say) };
  return chat.events.flatMap((event) => announcement(words, event)?.text ?? []);
};
const kinds = (chat: TestChat): string[] => chat.events.map((event) => event.kind);
const outcomes = (chat: TestChat): string[] =>
  chat.events.flatMap((event) => (event.kind === 'finished' ? event.outcome.kind : []));

describe('an automatic run', () => {
  it('starts after a pause of four seconds in the teaching, not before', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    chat.clock.advance(3_900);
    await chat.say('charged once more => billing');
    chat.clock.advance(3_900);
    await turns();
    expect(chat.engine.runs).toHaveLength(0);
    chat.clock.advance(200);
    await turns();
    expect(chat.engine.runs).toHaveLength(1);
    expect(chat.engine.runs[0]!.data.examples).toHaveLength(10);
  });

  it('starts at the latest a minute after the first new example', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    for (let i = 0; i < 20; i++) {
      chat.clock.advance(3_500);
      await chat.say(`charged again and again, number ${i} => billing`);
      await turns();
    }
    expect(chat.engine.runs.length).toBeGreaterThan(0);
  });

  it('says why the machine gets busy, then what changed', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    expect(announced(chat)[0]).toBe(
      'support: in context 70 % ± 10 of your own examples (3-fold). Your target is 90 %, so I am training in the background; keep chatting.',
    );
    expect(announced(chat)[1]).toMatch(/^support: version 1 \(LoRA\) is answering now\./);
  });

  it('does not run again on what it has measured, also after a restart', async () => {
    const chat = await createTestChat();
    chat.engine.accuracy['in-context'] = 0.95;
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    expect(announced(chat)).toEqual([
      'support: the answerer in context stays, with 95 % ± 8; the target 90 % is met, so nothing more was trained.\n' +
        '  mixed up most: billing and bug ("charged one times") · to get better: /review (1 text I am unsure about)',
    ]);
    expect(await chat.handful.resume('local')).toBe(0);
    expect(chat.engine.runs).toHaveLength(1);
  });

  const labels = [{ name: 'a' }, { name: 'b' }];
  const task = (changes: Partial<Task> = {}): Task => ({
    id: 't',
    space: 's',
    name: 'n',
    instruction: '',
    labels,
    settings: { target: 0.9, automatic: true, encoder: null },
    createdAt: 0,
    createdBy: 'x',
    revision: 100,
    activeVersion: null,
    ...changes,
  });
  const shots = (a: number, b: number): Example[] =>
    [...Array<string>(a).fill('a'), ...Array<string>(b).fill('b')].map((label, i) => ({
      id: String(i),
      text: `text ${i}`,
      label,
      submittedBy: 'x',
      submittedAt: 0,
    }));
  const last = (changes: Partial<LastRun> = {}): LastRun => ({
    revision: 100,
    examples: 6,
    labels: ['a', 'b'],
    endedAt: 0,
    record: null,
    ...changes,
  });

  it.each([
    ['has three examples a label and never ran', task(), shots(3, 3), null, 'due'],
    ['has a label with two', task(), shots(3, 2), null, 'too-few'],
    [
      'is switched off',
      task({ settings: { target: 0.9, automatic: false, encoder: null } }),
      shots(3, 3),
      null,
      'switched-off',
    ],
    ['has not changed', task(), shots(3, 3), last(), 'measured-already'],
    ['has one more example', task({ revision: 101 }), shots(4, 3), last(), 'due'],
    ['has one more of a hundred', task({ revision: 101 }), shots(51, 50), last({ examples: 100 }), 'measured-already'],
    ['has five more of a hundred', task({ revision: 105 }), shots(55, 50), last({ examples: 100 }), 'due'],
    ['has other labels', task({ revision: 101 }), shots(50, 50), last({ examples: 100, labels: ['a', 'c'] }), 'due'],
  ])('of a task that %s: %s', (_, subject, examples, before, expected) => {
    expect(automaticRun(subject, examples, before)).toBe(expected);
  });
});

describe('a run', () => {
  it('is never doubled for a task, and waits for the run of another task', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    await teachSupport(chat, 3);
    await chat.talk(
      '/task create name:tone labels:"kind, rude"',
      'so nice => kind',
      'very nice => kind',
      'go away => rude',
      'oh shut up => rude',
    );
    expect((await chat.say('/model train task:support')).kind).toBe('status');
    expect((await chat.say('/model train task:support')).kind).toBe('error');
    expect((await chat.say('/model train task:tone')).text).toBe(
      'tone: will train on 4 examples, at most 30 min, after support. Keep chatting; /model cancel takes it off the list.',
    );
    await turns();
    expect(chat.engine.runs).toHaveLength(1);
    expect((await chat.say('/model status task:tone')).text).toContain('A training waits in the queue.');
    open();
    await chat.handful.services.runs.settle();
    expect(chat.events.filter(({ kind }) => kind === 'started').map(({ run }) => run.taskName)).toEqual([
      'support',
      'tone',
    ]);
  });

  it('does not see what is taught while it trains; that counts for the next run', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    await teachSupport(chat, 3);
    await chat.say('/model train');
    await turns();
    await chat.say('charged while it trained => billing');
    open();
    await chat.handful.services.runs.settle();
    expect(chat.engine.runs.map((request) => request.data.examples.length)).toEqual([9, 10]);
    expect(chat.engine.runs[1]!.incumbent).toBe('lora');
  });

  it('answers every question with the version before, until the one after is warm', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    await teachSupport(chat, 3);
    await chat.say('/model train');
    await turns();
    expect(await chat.say('charged')).toMatchObject({ by: { kind: 'in-context' } });
    open();
    await chat.handful.services.runs.settle();
    const loaded = [...chat.engine.loaded];
    expect(await chat.say('charged')).toMatchObject({ by: { kind: 'version', number: 1, method: 'lora' } });
    expect(chat.engine.loaded).toEqual(loaded);
  });

  it('is cancelled, and is not started again by itself on the same examples', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    await teachSupport(chat, 3);
    await chat.say('/model train');
    await turns();
    expect((await chat.say('/model cancel')).text).toBe('support: stopping the training.');
    open();
    await chat.handful.services.runs.settle();
    expect(announced(chat)).toEqual(['support: training cancelled. What answered before goes on answering.']);
    expect(chat.engine.runs).toHaveLength(1);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'says what failed',
      new UserError('training-failed', 'The loss is not a number.'),
      /^support: the training failed: The loss is not a number\. What answered before goes on answering\.$/,
    ],
    [
      'names the log entry of a bug',
      new Error('tensor is disposed'),
      /^support: the training failed: a mistake of mine, in the log as [0-9a-f]{6}\. What answered before goes on answering\.$/,
    ],
  ])('that fails leaves the active version as it is and %s', async (_, failure, text) => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    await chat.talk('charged differently => billing');
    chat.engine.failure = failure;
    await chat.handful.services.runs.settle();
    expect(announced(chat).at(-1)).toMatch(text);
    expect(await chat.say('charged')).toMatchObject({ by: { kind: 'version', number: 1 } });
  });

  it('that trains the same method on the same examples keeps the version', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    await chat.say('/model train');
    await chat.handful.services.runs.settle();
    expect(outcomes(chat)).toEqual(['promoted', 'kept']);
    expect(announced(chat).at(-1)).toMatch(
      /^support: kept version 1 \(LoRA\)\. head reached 80 % ± 10 on the folds where it has 85 % ± 10\. Nothing changed\./,
    );
  });

  it('goes back to the examples in context when they are better now', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    chat.engine.accuracy = { 'in-context': 0.95, head: 0.8, lora: 0.85 };
    await chat.say('charged differently => billing');
    await chat.handful.services.runs.settle();
    expect(announced(chat).at(-1)).toMatch(
      /^support: the answerer in context is answering now\. 85 % ± 10 → 95 % ± 8 on the same folds\. Took 24 s\./,
    );
    expect(await chat.say('charged')).toMatchObject({ by: { kind: 'in-context' } });
  });

  it('is dropped when the labels changed meanwhile, and trains on the new ones', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    await teachSupport(chat, 3);
    await chat.say('/model train');
    await turns();
    await chat.talk(
      '/task edit add:refund',
      'money back one => refund',
      'money back two => refund',
      'money back three => refund',
    );
    open();
    await chat.handful.services.runs.settle();
    expect(outcomes(chat)).toEqual(['labels-changed', 'promoted']);
  });

  it('of a deleted task ends without a word', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    await teachSupport(chat, 3);
    await chat.say('/model train');
    await turns();
    const deleting = chat.say('/task delete task:support confirm:yes');
    open();
    await deleting;
    await chat.handful.services.runs.settle();
    expect(announced(chat).filter((text) => !text.includes('cancelled'))).toEqual([]);
  });

  it('that is interrupted by a stop is forgotten, and due again at the next start', async () => {
    const chat = await createTestChat();
    const open = hold(chat);
    await teachSupport(chat, 3);
    await chat.say('/model train');
    await turns();
    const closing = chat.handful.services.runs.close();
    open();
    await closing;
    expect(kinds(chat)).not.toContain('finished');
    const { memory, workspace } = chat.handful.services;
    const task = await workspace.findTask('local');
    expect(await memory.last(task.id)).toBeNull();
    expect(automaticRun(task, [...(await workspace.examples(task))], null)).toBe('due');
  });
});

describe('the record of a run', () => {
  it('no longer quotes a text that somebody wants forgotten', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    const { memory, workspace } = chat.handful.services;
    const { id } = await workspace.findTask('local');
    expect(JSON.stringify((await memory.last(id))?.record?.rungs)).toContain('charged one times');
    await chat.say('/forget "charged one times"');
    expect(JSON.stringify((await memory.last(id))?.record?.rungs)).not.toContain('charged one times');
  });
});
