import { describe, expect, it } from 'vitest';
import { createTestChat, teachSupport } from '../support/chat.js';

const FOLDER = './my-encoder';

describe('/task edit encoder:', () => {
  it('reads and measures in the background, answers as before meanwhile, and takes over then', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    let open = (): void => {};
    chat.engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    const reply = await chat.say(`/task edit task:support encoder:${FOLDER}`);
    expect(reply.text).toContain(`The encoder ${FOLDER} reads the examples of support in the background`);
    const taskNow = async () => (await chat.handful.services.workspace.tasks('local'))[0]!;
    expect((await taskNow()).settings.encoder).toBeNull();
    expect(await chat.say('charged')).toMatchObject({ kind: 'answer' });
    open();
    await chat.handful.services.runs.settle();
    expect(chat.engine.runs.at(-1)).toMatchObject({ encoder: FOLDER, methods: 'auto' });
    expect((await taskNow()).settings.encoder).toBe(FOLDER);
    expect(await chat.say('charged')).toMatchObject({ kind: 'answer' });
  });

  it('is not measured again by itself: nothing was taught since', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    await chat.say(`/task edit task:support encoder:${FOLDER}`);
    await chat.handful.services.runs.settle();
    const runs = chat.engine.runs.length;
    const [task] = await chat.handful.services.workspace.tasks('local');
    expect(await chat.handful.services.runs.consider(task!)).toBe(false);
    await chat.handful.services.runs.settle();
    expect(chat.engine.runs.length).toBe(runs);
  });

  it('keeps the encoder that was there when the run fails', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    chat.engine.failure = new Error('no such files');
    await chat.say(`/task edit task:support encoder:${FOLDER}`);
    await chat.handful.services.runs.settle();
    expect((await chat.handful.services.workspace.tasks('local'))[0]!.settings.encoder).toBeNull();
    expect(await chat.say('charged')).toMatchObject({ kind: 'answer' });
  });

  it('answers at once where there is too little to measure', async () => {
    const chat = await createTestChat();
    await chat.say('/task create name:support labels:"billing, bug"');
    const reply = await chat.say('/task edit task:support encoder:hashing');
    expect(reply.text).toContain('The encoder hashing reads the texts of support from now on.');
    expect((await chat.handful.services.workspace.tasks('local'))[0]!.settings.encoder).toBe('hashing');
    await chat.say('/task edit task:support encoder:default');
    expect((await chat.handful.services.workspace.tasks('local'))[0]!.settings.encoder).toBeNull();
  });

  it('says what may be chosen when the name means nothing', async () => {
    const chat = await createTestChat();
    await chat.say('/task create name:support labels:"billing, bug"');
    expect((await chat.say('/task edit task:support encoder:bert')).text).toBe(
      'There is no encoder "bert". Choose one of default, embedded, use-lite, static-en-zh, hashing, a folder, or a hub id (owner/name).',
    );
  });

  it('offers a community only what whoever runs Handful named: no folders, no downloads of its own choice', async () => {
    const chat = await createTestChat({ config: { encoders: ['me/offered'] } });
    const there = { space: 'guild', role: 'moderator' } as const;
    await chat.say('/task create name:support labels:"billing, bug"', there);
    const refused = await chat.say(`/task edit task:support encoder:${FOLDER}`, there);
    expect(refused.text).toContain(`The encoder "${FOLDER}" is not offered here.`);
    expect((await chat.say('/task edit task:support encoder:me/offered', there)).text).toContain('me/offered reads');
  });
});

describe('/model train', () => {
  it('hands the settings of a method on, and says of a wrong one what is right', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    await chat.say('/model train task:support method:lora options:"rank=16, epochs=24"');
    await chat.handful.services.runs.settle();
    expect(chat.engine.runs.at(-1)).toMatchObject({ methods: ['lora'], options: { rank: 16, epochs: 24 } });
    expect((await chat.say('/model train method:lora options:"rnak=16"')).text).toContain('Did you mean rank?');
    expect((await chat.say('/model train options:"rank=16"')).text).toBe(
      'Options are for one method: add method:, such as method:lora.',
    );
  });

  it('method:search searches for settings', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.handful.services.runs.settle();
    await chat.say('/model train task:support method:search budget:300');
    await chat.handful.services.runs.settle();
    expect(chat.engine.runs.at(-1)).toMatchObject({ methods: 'auto', search: true, budgetSeconds: 300 });
  });

  it('gives the run what the space taught besides: texts without a label, and other tasks', async () => {
    const chat = await createTestChat();
    await teachSupport(chat, 3);
    await chat.say('/teach task:support text:"where is it"');
    await chat.say('/task create name:tone labels:"kind, rude"');
    await chat.say('/teach task:tone label:kind text:"thank you"');
    await chat.handful.services.runs.settle();
    await chat.say('/model train task:support');
    await chat.handful.services.runs.settle();
    const { surroundings } = chat.engine.runs.at(-1)!;
    expect(surroundings?.unlabelled).toEqual(['where is it']);
    expect(surroundings?.related.map(({ labels }) => labels.map(({ name }) => name))).toEqual([['kind', 'rude']]);
  });
});
