// What is kept of people, and how it goes: told at the first teaching, shown, exported, forgotten, erased with a whole community.

import { describe, expect, it } from 'vitest';
import type { Speaker } from '../../src/bot/services.js';
import { FORGOTTEN_PERSON } from '../../src/bot/workspace/index.js';
import { openStore } from '../../src/engine/index.js';
import { createTestChat, type TestChat } from '../support/chat.js';
import { dump } from '../support/dump.js';

const NOTICE =
  'Handful trains only on what people submit like this; /privacy show tells what is kept, /privacy forget deletes it.';
const NOTICE_ZH = 'Handful 只用大家这样提交的内容训练；/privacy show 查看保存了什么，/privacy forget 可以删除。';

const GUILD = 'guild-100000000000000001';
const moderator: Partial<Speaker> = { space: GUILD, person: 'mia', role: 'moderator' };
const bob: Partial<Speaker> = { space: GUILD, person: 'bob', role: 'member' };

const WORDS = ['one', 'two', 'three', 'four'];

/** A task of a community with this many examples a label, taught by one person. */
async function teachAs(chat: TestChat, by: Partial<Speaker>, { shots = 3, task = 'support' } = {}): Promise<void> {
  const known = await chat.handful.services.workspace.tasks(by.space ?? 'local');
  if (!known.some(({ name }) => name === task)) {
    await chat.say(`/task create name:${task} labels:"billing, bug"`, { ...by, role: 'moderator' });
  }
  for (const word of WORDS.slice(0, shots)) {
    await chat.say(`/teach task:${task} label:billing text:"${by.person} was charged ${word}"`, by);
    await chat.say(`/teach task:${task} label:bug text:"${by.person} saw crash ${word}"`, by);
  }
}

async function train(chat: TestChat, by: Partial<Speaker> = moderator): Promise<void> {
  expect((await chat.say('/model train task:support', by)).kind).toBe('status');
  await chat.handful.services.runs.settle();
}

const everything = async (chat: TestChat): Promise<string> => {
  await chat.handful.services.asked.flush();
  return JSON.stringify(await dump(chat.handful.store));
};

describe('whoever teaches for the first time', () => {
  it('is told once what happens to it, in every space anew', async () => {
    const chat = await createTestChat();
    await chat.say('/task create name:support labels:"billing, bug"');
    const first = await chat.say('charged twice => billing');
    expect(first.text).toBe(`billing has 1 example.  support: billing 1, bug 0\n${NOTICE}`);
    expect((await chat.say('it crashed => bug')).text).not.toContain(NOTICE);
    expect((await chat.say('it crashed again => bug', { person: 'bob' })).text).toContain(NOTICE);
    await chat.say('/task create name:support labels:"billing, bug"', moderator);
    expect((await chat.say('charged => billing', { ...moderator, person: 'ann' })).text).toContain(NOTICE);
    const { consent } = chat.handful.services;
    expect(await consent.get('local', 'ann')).toEqual({ at: chat.clock.now(), notice: 1 });
    expect(await consent.get('local', 'mia')).toBeNull();
  });

  it('is told by whatever saves something first, and by nothing that does not', async () => {
    const chat = await createTestChat();
    chat.files.set('more.csv', 'text,label\npaid twice,billing\nno answer,\n');
    chat.files.set('tone.csv', 'text,label\nso nice,kind\ngo away,rude\n');
    await chat.say('/task create name:support labels:"billing, bug"');
    await chat.say('works now => bug', { person: 'zoe' });
    for (const line of ['what is this?', 'works now => billing', 'works now => bug', '/demo', '/task list']) {
      expect((await chat.say(line)).text, line).not.toContain(NOTICE);
    }
    for (const [person, line] of Object.entries({
      ann: '/teach-file task:support file:more.csv',
      ben: '/task import file:tone.csv',
      eva: '/teach task:support text:"and this"',
      ida: '/teach task:support text:"works now" label:billing replace:yes',
    })) {
      expect((await chat.say(line, { person })).text, line).toContain(`\n${NOTICE}`);
      expect((await chat.say(line, { person })).text, line).not.toContain(NOTICE);
    }
    const question = await chat.say('/review task:support', { person: 'joe' });
    expect(question.text).not.toContain(NOTICE);
    const [choice] = question.choices!;
    expect((await chat.say(choice!.label, { person: 'joe' })).text).toContain(NOTICE);
  });

  it('reads it in Chinese', async () => {
    const chat = await createTestChat({ language: 'zh' });
    await chat.say('/task create name:工单 labels:"账单, 故障"');
    expect((await chat.say('重复扣费 => 账单')).text).toBe(`“账单”现有 1 个样本。  工单：账单 1、故障 0\n${NOTICE_ZH}`);
    expect((await chat.say('打不开 => 故障')).text).not.toContain('/privacy');
  });
});

describe('/privacy show and export', () => {
  it('list everything that is kept of a person, and nothing of others', async () => {
    const chat = await createTestChat({ config: { store: '/secret/folder/handful.sqlite', keepDays: 30 } });
    await teachAs(chat, { ...moderator, person: 'ann' }, { shots: 1 });
    await teachAs(chat, bob, { shots: 2 });
    await chat.say('/ask task:support text:"was I charged?"', { ...bob, source: '900' });
    await chat.say('/right', bob);
    await chat.say('/settings language:en', bob);
    expect((await chat.say('/privacy show', bob)).text.split('\n')).toEqual([
      'I keep 4 examples that you submitted, in 1 task.',
      '  support: 4 examples',
      '  1 question that you asked, so that the buttons of the answers work: for 7 days',
      '  1 vote on answers (right or wrong)',
      '  your language: en',
      '  on 2026-01-15 I told you what happens to texts that you teach',
      'All of it is in one file on the computer of whoever runs me, until you delete it. When I am removed from a server, everything of that server is deleted 30 days later.',
      'I train only on what people teach me on purpose, never on what they ask. /privacy export gives you all of it, /privacy forget deletes all of it.',
    ]);
    expect((await chat.say('/privacy show')).text).toContain('All of it is in /secret/folder/handful.sqlite');

    await chat.say('/privacy export', bob);
    const exported = JSON.parse(chat.written.get('handful-my-data.json')!);
    expect(exported).toEqual({
      examples: expect.arrayContaining([
        {
          task: 'support',
          text: 'bob was charged one',
          label: 'billing',
          submittedAt: '2026-01-15T12:00:00.000Z',
        },
      ]),
      questions: [
        expect.objectContaining({ task: 'support', text: 'was I charged?', answer: 'billing', message: '900' }),
      ],
      votes: [{ task: 'support', answerer: 'in-context', vote: 'right' }],
      toldWhatHappensToTexts: { at: '2026-01-15T12:00:00.000Z', notice: 1 },
      settings: { language: 'en' },
    });
    expect(exported.examples).toHaveLength(4);
    expect(JSON.stringify(exported)).not.toContain('ann');
  });

  it('say so where nothing is kept', async () => {
    const chat = await createTestChat();
    expect((await chat.say('/privacy show', bob)).text).toMatch(
      /^I keep 0 examples that you submitted, in 0 tasks\.\nAll/,
    );
    await chat.say('/privacy export', bob);
    expect(JSON.parse(chat.written.get('handful-my-data.json')!)).toEqual({
      examples: [],
      questions: [],
      votes: [],
      toldWhatHappensToTexts: null,
      settings: { language: null },
    });
  });
});

describe('/privacy forget', () => {
  it('deletes everything of the person, queues a training without it, and offers moderators to switch the version off', async () => {
    const chat = await createTestChat();
    const { workspace, runs } = chat.handful.services;
    await teachAs(chat, { ...moderator, person: 'ann' });
    await teachAs(chat, moderator);
    await train(chat);
    await chat.say('/ask task:support text:"was mia charged?"', moderator);
    await chat.say('/right', moderator);
    await chat.say('/settings language:en', moderator);
    const [task] = await workspace.tasks(GUILD);
    expect(task!.activeVersion).toBe(1);

    expect((await chat.say('/privacy forget', moderator)).text).toBe(
      'Delete your 6 examples in 1 task, and whatever else I keep of you here? Answer yes or no.',
    );
    expect((await chat.say('no', moderator)).text).toContain('I keep 6 examples');
    await chat.say('/privacy forget', moderator);
    const reply = await chat.say('yes', moderator);
    expect(reply.text).toBe(
      [
        'Your 6 examples in 1 task are deleted, and whatever else I kept of you here. 1 version was trained on some of them.',
        'support: version 1 answers until the retraining that I just queued is done. To switch it off now: /model promote version:in-context task:"support"',
      ].join('\n'),
    );
    expect(reply.choices?.map(({ label }) => label)).toEqual(['Switch off version 1 of support']);
    expect(await everything(chat)).not.toContain('mia');

    await runs.settle();
    const [now] = await workspace.tasks(GUILD);
    const versions = await workspace.versions(now!);
    expect(versions.map(({ number, stale, createdBy }) => [number, stale, createdBy])).toEqual([
      [1, true, FORGOTTEN_PERSON],
      [2, false, 'handful'],
    ]);
    expect(now!.activeVersion).toBe(2);
    expect((await workspace.examples(now!)).map(({ submittedBy }) => submittedBy)).toEqual(Array(6).fill('ann'));
    // Too late to switch version 1 off: the one that took its place stays.
    expect((await chat.say('1', moderator)).text).toBe('support: version 2 (LoRA) answers already.');
    expect((await workspace.tasks(GUILD))[0]!.activeVersion).toBe(2);
  });

  it('lets a moderator switch the version off before the retraining is done', async () => {
    const chat = await createTestChat();
    const { workspace, runs } = chat.handful.services;
    await teachAs(chat, { ...moderator, person: 'ann' });
    await teachAs(chat, moderator);
    await train(chat);
    let open = (): void => {};
    chat.engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    await chat.say('/privacy forget confirm:yes', moderator);
    const [task] = await workspace.tasks(GUILD);
    expect(runs.current(task!.id)).toMatchObject({ automatic: true, by: 'handful' });
    expect((await chat.say('1', moderator)).text).toBe(
      'support: the answerer in context is answering now. /model rollback takes it back.',
    );
    expect((await workspace.tasks(GUILD))[0]!.activeVersion).toBeNull();
    open();
    await runs.settle();
    expect((await workspace.tasks(GUILD))[0]!.activeVersion).toBe(2);
  });

  it('tells a member who can switch the version off, and goes on when it cannot be trained again', async () => {
    const chat = await createTestChat();
    await teachAs(chat, bob);
    await train(chat);
    const reply = await chat.say('/privacy forget confirm:yes', bob);
    expect(reply.text).toBe(
      [
        'Your 6 examples in 1 task are deleted, and whatever else I kept of you here. 1 version was trained on some of them.',
        'support: version 1 goes on answering, since it cannot be trained again now. A moderator can switch it off now: /model promote version:in-context task:"support"',
      ].join('\n'),
    );
    expect(reply.choices).toEqual([]);
    expect(chat.handful.services.runs.busy()).toBe(false);
  });

  it('says the same in Chinese', async () => {
    const chat = await createTestChat({ language: 'zh' });
    await teachAs(chat, { ...moderator, person: 'ann' });
    await teachAs(chat, bob);
    await train(chat);
    expect((await chat.say('/privacy forget', bob)).text).toBe(
      '要删除你在 1 个任务里的 6 个样本，以及我在这里保存的你的其他内容吗？请回答“是”或“否”。',
    );
    expect((await chat.say('是', bob)).text).toBe(
      [
        '你在 1 个任务里的 6 个样本已删除，我在这里保存的你的其他内容也已删除。有 1 个版本用过其中一些。',
        'support：版本 1 会继续回答，直到刚排上的重新训练完成。管理员可以现在就停用它：/model promote version:in-context task:"support"',
      ].join('\n'),
    );
    expect((await chat.say('/privacy show', bob)).text).toContain('在 0 个任务里');
    expect(await everything(chat)).not.toContain('bob');
  });

  it('stops a run that has seen the texts, and starts it again without them', async () => {
    const chat = await createTestChat();
    const { runs, workspace } = chat.handful.services;
    await teachAs(chat, { ...moderator, person: 'ann' });
    await teachAs(chat, bob);
    let open = (): void => {};
    chat.engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    await chat.say('/model train task:support', moderator);
    await Promise.resolve();
    const [task] = await workspace.tasks(GUILD);
    await expect.poll(() => runs.current(task!.id)?.state).toBe('running');
    const forgetting = chat.say('/privacy forget confirm:yes', bob);
    await expect.poll(async () => (await workspace.counts(task!)).total).toBe(6);
    open();
    await forgetting;
    await runs.settle();
    expect(chat.engine.runs.map(({ data }) => data.examples.length)).toEqual([12, 6]);
    expect(chat.events.flatMap((event) => (event.kind === 'finished' ? [event.outcome.kind] : []))).toEqual([
      'cancelled',
      'promoted',
    ]);
    expect(await everything(chat)).not.toContain('bob');
  });

  it('leaves other spaces alone', async () => {
    const chat = await createTestChat();
    const elsewhere = { ...bob, space: 'guild-200000000000000002' };
    await teachAs(chat, elsewhere, { shots: 1 });
    await chat.handful.services.asked.flush();
    const before = await dump(chat.handful.store);
    await teachAs(chat, bob, { shots: 1 });
    await chat.say('/privacy forget confirm:yes', bob);
    const after = await dump(chat.handful.store);
    for (const [namespace, held] of Object.entries(before)) expect(after[namespace], namespace).toEqual(held);
  });
});

describe('a message that is deleted', () => {
  it('takes its example, its question and what was measured with it along', async () => {
    const chat = await createTestChat();
    const { erasure, workspace } = chat.handful.services;
    await teachAs(chat, { ...moderator, person: 'ann' });
    await chat.say('/teach task:support label:bug text:"a sentence that was taken"', { ...bob, source: '501' });
    await chat.say('/ask task:support text:"another sentence"', { ...bob, source: '502' });
    await train(chat);
    const losses = await erasure.forgetMessages(GUILD, ['501', '502', '503']);
    expect(
      losses.map(({ task, removed, answering, retraining }) => [task.name, removed.length, answering, retraining]),
    ).toEqual([['support', 1, 1, true]]);
    const left = await everything(chat);
    expect(left).not.toContain('a sentence that was taken');
    expect(left).not.toContain('another sentence');
    expect((await workspace.counts(losses[0]!.task)).total).toBe(6);
    expect(await erasure.forgetMessages(GUILD, ['501', '502', '503'])).toEqual([]);
  });
});

describe('/privacy erase', () => {
  it('leaves nothing of a community, and every other one as it was', async () => {
    const store = await openStore('memory:');
    const chat = await createTestChat({ store });
    const other = { ...moderator, space: 'guild-200000000000000002' };
    await teachAs(chat, other);
    await train(chat, other);
    await chat.handful.services.asked.flush();
    const before = await dump(store);

    await teachAs(chat, moderator, { shots: 4 });
    await teachAs(chat, bob, { task: 'tone' });
    await train(chat);
    await chat.say('/teach task:support label:bug text:"taken from a message"', { ...bob, source: '501' });
    await chat.say('/forget "taken from a message"', moderator);
    await chat.say('/ask task:support text:"was I charged?"', { ...bob, source: '502' });
    await chat.say('/right', bob);
    await chat.say('/settings language:zh', bob);
    await chat.say('/settings log:100000000000000009', moderator);
    await chat.handful.services.asked.flush();
    const kinds = new Set(
      (await store.namespaces('')).flatMap((name) => (name.includes(GUILD) ? name.split('/')[0] : [])),
    );
    expect([...kinds].sort()).toEqual(
      [
        ...['asked', 'asked-index', 'checkpoint', 'community', 'consent', 'example', 'feedback', 'person'],
        ...['source', 'space', 'task', 'undo', 'version'],
      ].sort(),
    );

    expect((await chat.say('/privacy erase', bob)).text).toBe('/privacy erase 只有管理员可以用。');
    expect((await chat.say('/privacy erase', moderator)).text).toBe(
      'Delete everything that I keep here: 2 tasks with 14 examples, all versions and settings, and whatever I keep of everybody? Nothing brings it back. Answer yes or no, or type /privacy erase confirm:yes',
    );
    expect((await chat.say('yes', moderator)).text).toBe('Everything that I kept here is deleted.');
    expect(await store.namespaces('').then((names) => names.filter((name) => name.includes(GUILD)))).toEqual([]);
    expect(await dump(store)).toEqual(before);
    expect((await chat.say('/task list', bob)).text).toContain('There is no task yet');
    expect(chat.logged.join('\n')).not.toMatch(/charged|taken from a message/);
  });

  it('stops a training first, also in the local chat', async () => {
    const chat = await createTestChat();
    const { runs } = chat.handful.services;
    const me = { space: 'local', person: 'me', role: 'owner' } as const;
    await chat.say('/task create name:support labels:"billing, bug"', me);
    for (const word of WORDS) await chat.say(`charged ${word} => billing`, me);
    for (const word of WORDS) await chat.say(`crash ${word} => bug`, me);
    let open = (): void => {};
    chat.engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    await chat.say('/model train', me);
    await expect.poll(() => chat.engine.runs.length).toBe(1);
    const erasing = chat.say('/privacy erase confirm:yes', me);
    open();
    expect((await erasing).text).toBe('Everything that I kept here is deleted.');
    await runs.settle();
    chat.clock.advance(100_000);
    await runs.settle();
    expect(chat.engine.runs).toHaveLength(1);
    expect(await dump(chat.handful.store)).toEqual({});
  });
});

describe('/task delete', () => {
  it('leaves nothing of the task, its questions and votes included', async () => {
    const chat = await createTestChat();
    await teachAs(chat, moderator, { task: 'tone', shots: 1 });
    await teachAs(chat, moderator);
    await train(chat);
    await chat.say('/teach task:support label:bug text:"taken from a message"', { ...bob, source: '501' });
    await chat.say('/ask task:support text:"was mia charged?"', moderator);
    await chat.say('/right', moderator);
    const task = (await chat.handful.services.workspace.tasks(GUILD)).find(({ name }) => name === 'support');
    expect(await everything(chat)).toContain(task!.id);
    await chat.say('/task delete task:support confirm:yes', moderator);
    const left = await everything(chat);
    expect(left).not.toContain(task!.id);
    expect(left).not.toMatch(/was mia charged|taken from a message/);
    expect(left).toContain('mia was charged one');
  });
});

describe('a keeper that a face adds', () => {
  it('is told of everything that goes', async () => {
    const chat = await createTestChat();
    const { erasure } = chat.handful.services;
    const told: unknown[] = [];
    erasure.add({
      clearSpace: (space) => void told.push(['space', space]),
      forgetPerson: (space, person) => void told.push(['person', space, person]),
      forgetMessages: (space, messages) => void told.push(['messages', space, ...messages]),
      forgetTask: (space, task) => void told.push(['task', space, task]),
    });
    await teachAs(chat, bob, { shots: 1 });
    const [task] = await chat.handful.services.workspace.tasks(GUILD);
    await erasure.forgetMessages(GUILD, ['1', '2']);
    await erasure.forgetPerson(GUILD, 'bob');
    await erasure.deleteTask(task!);
    await erasure.eraseSpace(GUILD);
    expect(told).toEqual([
      ['messages', GUILD, '1', '2'],
      ['person', GUILD, 'bob'],
      ['task', GUILD, task!.id],
      ['space', GUILD],
    ]);
  });
});

describe('HANDFUL_TRAINING=off', () => {
  it('trains nothing: not when asked, not by itself, not after a restart, not after forgetting', async () => {
    const store = await openStore('memory:');
    const on = await createTestChat({ store });
    await teachAs(on, { ...moderator, person: 'ann' });
    await teachAs(on, bob);
    await train(on);
    const [task] = await on.handful.services.workspace.tasks(GUILD);
    await on.handful.services.workspace.teach(task!, [{ text: 'something new', label: 'bug' }], { by: 'ann' });

    const off = await createTestChat({ store, config: { training: false } });
    const { runs } = off.handful.services;
    expect((await off.say('/model train task:support', moderator)).text).toBe(
      'Training is switched off here (HANDFUL_TRAINING=off); answers come from the examples in context.',
    );
    expect(await off.handful.resume(GUILD)).toBe(0);
    await teachAs(off, { ...moderator, person: 'zoe' }, { shots: 4 });
    off.clock.advance(100_000);
    await runs.settle();
    expect((await off.say('/privacy forget confirm:yes', bob)).text).toContain(
      'support: version 1 goes on answering, since it cannot be trained again now.',
    );
    await runs.settle();
    expect(off.engine.runs).toEqual([]);
    expect(runs.busy()).toBe(false);
  });
});
