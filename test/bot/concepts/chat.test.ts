// Concept questions in a chat: the reply, lines that are questions, topics of a community, follow-ups.

import { afterAll, describe, expect, it } from 'vitest';
import type { ConceptReply } from '../../../src/bot/reply.js';
import { replyToJson } from '../../../src/bot/reply.js';
import { createEngine } from '../../../src/engine/index.js';
import { createTestChat, type TestChat, teachSupport } from '../../support/chat.js';

const engine = createEngine({ encoder: 'hashing', backend: 'wasm' });
afterAll(() => engine.close());

/** A chat whose concept questions meet the real vectors. */
async function createChat(options: Parameters<typeof createTestChat>[0] = {}): Promise<TestChat> {
  const chat = await createTestChat(options);
  chat.engine.embed = engine.embed;
  return chat;
}
const idsOf = async (chat: TestChat, line: string, by = {}): Promise<readonly string[]> =>
  ((await chat.say(line, by)) as ConceptReply).ids;

const HOUSE = '/concept add title:"House style" text:"We label by team, not by product."';
const moderator = (space: string) => ({ space, person: 'mo', role: 'moderator' as const });
const member = (space: string) => ({ space, person: 'bob', role: 'member' as const });

describe('/concept', () => {
  it('answers with the mistake, the sources, and related topics to choose', async () => {
    const chat = await createChat();
    const reply = (await chat.say('/concept what is LoRA?')) as ConceptReply;
    expect(reply.text).toMatch(
      /^LoRA stands for .*\nOften mixed up: .*\nsource: Hu et al\. 2021.*https:\/\/arxiv\.org\/abs\/2106\.09685$/s,
    );
    expect(reply.choices?.map(({ label }) => label)).toEqual(['LoRA or full fine-tuning', 'LoRA or adapter', 'QLoRA']);
    expect(replyToJson(reply)).toMatchObject({
      kind: 'concept',
      answered: true,
      ids: ['lora'],
      language: 'en',
      score: expect.closeTo(1, 1),
      answer: expect.stringContaining('Low-Rank Adaptation'),
      sources: [expect.stringContaining('arxiv.org/abs/2106.09685')],
    });
    expect(await idsOf(chat, '3')).toEqual(['qlora']);
  });

  it.each([
    '/concept question: lora是啥',
    '/concept question:"lora是啥"',
    '/concept ask lora是啥',
    '／concept lora是啥',
  ])('understands %s and answers in the language of the question', async (line) => {
    const chat = await createChat();
    expect((await chat.say(line)).text).toMatch(/^LoRA 是 .*\n常见误解：.*\n来源：Hu et al/s);
  });

  it('refuses other subjects with the nearest topics', async () => {
    const chat = await createChat();
    const reply = (await chat.say('/concept 怎么做红烧肉')) as ConceptReply;
    expect(reply).toMatchObject({ answered: false, answer: null, sources: [] });
    expect(reply.text).toBe('这个我不知道：我只回答小样本学习和微调方面的问题。\n你也许想问：');
    expect(reply.choices).toHaveLength(3);
  });

  it('says what is missing', async () => {
    const chat = await createChat();
    expect((await chat.say('/concept')).text).toBe('/concept ask needs question: for example /concept what is LoRA?');
  });

  it('lists every topic', async () => {
    const chat = await createChat({ language: 'zh' });
    expect((await chat.say('/concept list')).text).toMatch(/^共 \d+ 个主题：.*LoRA（低秩适配）/);
  });

  it('does not take a new question for a mistyped choice', async () => {
    const chat = await createChat();
    await chat.say('/concept what is LoRA?');
    expect(await idsOf(chat, 'LoRA?')).toEqual(['lora']);
    await chat.say('/concept what is LoRA?');
    expect((await chat.say('QLoRB')).text).toContain('There is no task yet');
  });
});

describe('a line', () => {
  it('that is a question about concepts is answered where there is no task', async () => {
    const chat = await createChat();
    expect(await idsOf(chat, 'what is overfitting')).toEqual(['overfitting']);
    expect((await chat.say('thanks a lot')).text).toContain('There is no task yet');
  });

  it('goes to the task, unless it is surely about a concept by its name', async () => {
    const chat = await createChat();
    await teachSupport(chat, 3);
    expect(await chat.say('why was my card charged 4 times?')).toMatchObject({ kind: 'answer', task: 'support' });
    expect(await chat.say('how many examples do I need')).toMatchObject({ kind: 'answer' });
    expect(await idsOf(chat, 'what is LoRA?')).toEqual(['lora']);
    expect(await chat.say('LoRA')).toMatchObject({ kind: 'answer' });
    expect(await chat.say('support: what is LoRA?')).toMatchObject({ kind: 'answer' });
    expect(await chat.say('/ask what is LoRA?')).toMatchObject({ kind: 'answer' });
  });

  it('goes on from the question before, until something else is said', async () => {
    const chat = await createChat();
    await chat.say('what is LoRA?');
    expect(await idsOf(chat, 'and how does it differ from adapters?')).toEqual(['lora-vs-adapter', 'lora', 'adapter']);
    await chat.say('什么是提示微调');
    expect((await idsOf(chat, '那它和前缀微调有什么区别'))[0]).toBe('prompt-tuning-vs-prefix-tuning');
    await chat.say('/task list');
    expect((await chat.say('and how does it work?')).kind).toBe('error');
  });

  it('goes on only for the person who asked, in their space', async () => {
    const chat = await createChat();
    await chat.say('what is LoRA?', member('a'));
    const line = '/concept how does it differ from adapters?';
    expect((await idsOf(chat, line, member('a')))[0]).toBe('lora-vs-adapter');
    expect((await idsOf(chat, line, member('b')))[0]).not.toBe('lora-vs-adapter');
    expect((await idsOf(chat, line, { ...member('a'), person: 'eve' }))[0]).not.toBe('lora-vs-adapter');
  });
});

describe('topics of a community', () => {
  it('are answered in their space alone', async () => {
    const chat = await createChat();
    expect((await chat.say(HOUSE, moderator('a'))).text).toBe(
      'House style is added. Questions in this community are answered from it too.',
    );
    expect(await chat.say('/concept what is our house style?', member('a'))).toMatchObject({
      ids: ['house-style'],
      answer: 'We label by team, not by product.',
    });
    expect(await chat.say('/concept what is our house style?', member('b'))).toMatchObject({ answered: false });
    expect((await chat.say('/concept list', member('a'))).text).toMatch(/^Added here: House style\.\n91 topics/);
    expect((await chat.say('/concept list', member('b'))).text).not.toContain('House style');
    expect(await idsOf(chat, '/concept what is LoRA?', member('a'))).toEqual(['lora']);
  });

  it('are changed and removed', async () => {
    const chat = await createChat();
    await chat.say(HOUSE);
    await chat.say('/concept edit topic:"house style" title:"Our style" text:"By product."');
    expect(await chat.say('/concept our style')).toMatchObject({ ids: ['house-style'], answer: 'By product.' });
    expect((await chat.say('/concept remove topic:"Our stile"')).text).toBe(
      'No topic "Our stile" was added here. Did you mean Our style?',
    );
    expect((await chat.say('/concept remove Our style')).text).toBe('Our style is removed.');
    const after = await chat.say('/concept our style');
    expect(after).not.toMatchObject({ ids: expect.arrayContaining(['house-style']) });
    expect(after.text).not.toContain('By product.');
  });

  it('come from a file too, whose mistakes are told with their line', async () => {
    const chat = await createChat();
    const head = '---\nid: 标注规范\ntitle: 标注规范\nrelated: [label-noise]\n';
    chat.files.set('good.md', `${head}---\n\n## zh\n\n按小组标注。\n`);
    chat.files.set('bad.md', `${head}labels: 3\n---\n\n## zh\n\n按小组标注。\n`);
    chat.files.set('latin.md', new Uint8Array([0x2d, 0xe9, 0x2d]));
    chat.files.set('large.md', `${head}---\n\n## zh\n\n${'啊\n'.repeat(40_000)}`);
    expect((await chat.say('/concept add file:bad.md')).text).toBe(
      'bad.md, line 5: expected one of the fields id, title, names, related, compares, sources, found "labels". Nothing was saved.',
    );
    expect(await chat.say('/concept add file:latin.md')).toMatchObject({ kind: 'error', code: 'bad-file' });
    expect(await chat.say('/concept add file:large.md')).toMatchObject({ kind: 'error', code: 'limit' });
    await chat.say('/concept add file:good.md');
    const reply = await chat.say('/concept 标注规范是什么');
    expect(reply).toMatchObject({ ids: ['标注规范'], answer: '按小组标注。' });
    expect(reply.choices?.map(({ label }) => label)).toEqual(['标签噪声']);
  });

  it.each([
    ['/concept add title:"LoRA" text:"Mine."', 'conflict', 'LoRA is there already.'],
    ['/concept add title:"low-rank adaptation" text:"Mine."', 'conflict', 'LoRA is there already.'],
    [HOUSE, 'conflict', 'House style is there already.'],
    ['/concept add title:"Only a title"', 'bad-input', 'Expected a title and a text, or a file alone.'],
    ['/concept add title:"?!" text:"Mine."', 'bad-input', 'Expected a title with letters or digits'],
    [`/concept add title:"${'x'.repeat(101)}" text:"Mine."`, 'limit', 'at most 100 characters, found 101'],
    [`/concept add title:"Long" text:"${'x'.repeat(2001)}"`, 'limit', 'at most 2000 characters, found 2001'],
    ['/concept edit topic:"House style"', 'bad-input', 'Nothing to change.'],
    ['/concept edit topic:lora text:"Mine."', 'forbidden', '"lora" came with me and cannot be changed here.'],
    ['/concept remove topic:LoRA', 'forbidden', '"LoRA" came with me'],
  ])('refuse %s', async (line, code, text) => {
    const chat = await createTestChat();
    await chat.say(HOUSE);
    expect(await chat.say(line)).toMatchObject({ kind: 'error', code, text: expect.stringContaining(text) });
  });

  it('are for moderators to change', async () => {
    const chat = await createTestChat();
    for (const line of [HOUSE, '/concept edit topic:x text:y', '/concept remove topic:x'])
      expect(await chat.say(line, member('a'))).toMatchObject({ kind: 'error', code: 'forbidden' });
  });

  it('are at most two hundred, and the last place is taken once', async () => {
    const chat = await createTestChat();
    const { concepts } = chat.handful.services;
    for (let i = 0; i < 199; i++)
      await concepts.save('local', 'ann', () => ({
        id: `t${i}`,
        texts: { en: { title: `t${i}`, names: [], answer: 'x', mistake: null } },
        related: [],
        compares: [],
        sources: [],
      }));
    const replies = await Promise.all(['a1', 'b2'].map((title) => chat.say(`/concept add title:${title} text:"x"`)));
    expect(replies.map(({ kind }) => kind).sort()).toEqual(['error', 'settings']);
  });

  it('go with their author, and with the space', async () => {
    const chat = await createTestChat();
    const { concepts, erasure } = chat.handful.services;
    const own = async (space: string) => (await concepts.all(space)).own.map(({ concept }) => concept.id);
    await chat.say(HOUSE, moderator('a'));
    await chat.say('/concept add title:"Other" text:"x"', { ...moderator('a'), person: 'eve' });
    await chat.say(HOUSE, moderator('b'));
    await erasure.forgetPerson('a', 'mo');
    expect([await own('a'), await own('b')]).toEqual([['other'], ['house-style']]);
    await erasure.eraseSpace('a');
    expect([await own('a'), await own('b')]).toEqual([[], ['house-style']]);
  });
});
