// Texts, labels and names that would do something in Discord, in every place where Handful shows them: nothing pings, formats,
// links or breaks a limit.

import { afterEach, describe, expect, it } from 'vitest';
import type { Interaction, Message } from '../../support/discord/index.js';
import { type BotTest, expectQuiet, offeredBy, startBotTest } from '../../support/discord-bot.js';

let test: BotTest;
afterEach(async () => {
  expectQuiet(test);
  await test.end();
});

/** What each would do if it were sent as it is. */
const NASTY = [
  '@everyone',
  '@here now',
  '<@123456789012345678>',
  '<@&123456789012345678>',
  '<#123456789012345678>',
  '</ask:123456789012345678>',
  '<t:1700000000:R>',
  '<a:party:123456789012345678>',
  ':smile:',
  '# heading',
  '-# small print',
  '> quote',
  '>>> long quote',
  '- item',
  '* item',
  '1. first',
  '**bold** __under__ ~~gone~~ ||hidden||',
  '`code`',
  '```js\ncode\n```',
  '[click me](https://evil.example/x_y)',
  'https://evil.example/a_b_c',
  'see <https://evil.example>',
  'discord.gg/abcdef',
  'https://discord.gg/abcdef',
  '\u202eright to left',
  'zero\u200bwidth',
  '\ue000<@123456789012345678>',
  'back\\slash \\*',
  '{task} %s &amp; &label=x',
];

/** What a message would show that is more than plain text, outside of code blocks; our own bold and small print stay. */
function formatting(content: string): string[] {
  const text = content
    .replace(/```\n[\s\S]*?\n```/g, '')
    .replace(/<https?:[^\s<>]+>/g, 'a link')
    .replace(/\\[^\p{L}\p{N}\s]/gu, 'x')
    .replace(/^\*\*([^*\n]*)\*\*(?:(?=\n)\n-# )?/gm, '$1');
  const found = text.match(
    /[*_~|`]|<(?!https?:\/\/[^\s<>]+>)[@#:/at]|@(?:everyone|here)|^ *(?:#{1,3}|-#|>+|[-+]|\d+[.)]) |\]\(|:\w+:|discord\.gg\/|[\u202a-\u202e\u2066-\u2069]/gmu,
  );
  return found ?? [];
}

function look(message: Message): Message {
  // People of the server are shown by name.
  const people = new RegExp(`<@(${[test.mod.id, test.member.id].join('|')})>`, 'g');
  expect(formatting(message.content.replace(people, 'somebody')), message.content).toEqual([]);
  expect([...message.content].length).toBeLessThanOrEqual(2000);
  // What links there are are shown as links and unfold to nothing.
  for (const [link] of message.content.replaceAll(/<https?:[^\s<>]+>/g, '').matchAll(/https?:\/\/\S*/g))
    expect(link, message.content).toBe('');
  return message;
}
const seen = async (interaction: Interaction): Promise<Message> => look(await interaction.reply(15_000));

describe('whatever people write', () => {
  it('is shown as text in every reply', async () => {
    test = await startBotTest();
    const { discord, guild, mod, member, channel } = test;
    const log = discord.addChannel(guild, { name: 'log' });
    await discord.slash(mod, channel, 'settings', { log }).reply();
    const name = 'support @everyone **x** <@123456789012345678>';
    const labels = ['@everyone', '**bold** [x](https://evil.example)', '# heading', '> quote', '😀😀'];
    const make = await discord.slash(member, channel, 'task create', {}, { force: true }).form();
    await seen(
      discord.submit(member, make, {
        name,
        labels: labels.join('\n').replaceAll('\n', '; '),
        instruction: NASTY.join('\n'),
      }),
    );
    const [task] = await test.handful.services.workspace.tasks(`guild-${guild.id}`);
    expect(task!.labels.map((label) => label.name)).toEqual(labels);
    await discord
      .slash(mod, channel, 'task edit', { task: name, automatic: false, describe: `${labels[0]} = ${NASTY[16]} @here` })
      .reply();

    // The look itself notices what is not escaped.
    for (const text of NASTY.filter((one) => !/^(https|see|zero|back|\*\*|\{|\ue000)/.test(one)))
      expect(formatting(text), text).not.toEqual([]);
    expect(formatting('**bold 71 %**\n-# in context · nearest: "x"')).toEqual([]);

    for (const [i, text] of NASTY.entries()) {
      const label = labels[i % labels.length]!;
      await seen(discord.slash(member, channel, 'teach', { task: name, text, label }));
      if (i % 3 > 0) continue;
      await seen(discord.slash(mod, channel, 'teach', { task: name, text, label: labels[(i + 1) % labels.length]! }));
      const answer = await seen(discord.slash(member, channel, 'ask', { task: name, text: `${text} charged` }));
      for (const button of offeredBy(answer).filter((each) => /Why|Wrong/.test(each)))
        await seen(discord.click(member, answer, button));
      await seen(discord.slash(member, channel, 'teach', { task: name, text: `${text} unsure` }));
    }
    for (const [user, line, options] of [
      [member, 'task list', {}],
      [member, 'task show', { task: name }],
      [member, 'review', { task: name }],
      [member, 'ask', { task: name, text: NASTY.join('\n'), why: true }],
      [member, 'prompt show', { task: name, text: '**bold** @everyone' }],
      [member, 'forget', { task: name, example: 'https://evil.example/a_b_c' }],
      [mod, 'undo', {}],
      [mod, 'model compare', { task: name }],
      [mod, 'model status', { task: name }],
      [member, 'privacy show', {}],
      [mod, 'task delete', { task: name }],
      [mod, 'help', { command: '# nothing <@123456789012345678>' }],
      [mod, 'ask', { task: '@everyone **x**', text: 'x' }],
      [mod, 'teach', { task: name, text: 'x', label: '**nobody** @here' }],
    ] as const)
      await seen(discord.slash(user, channel, line, options));
    const choices = await discord.autocomplete(member, channel, 'teach', { task: name }, 'label').choices();
    expect(choices).toEqual(labels.map((label) => ({ name: label, value: label })));

    const progress = await discord.slash(mod, channel, 'model train', { task: name }).reply();
    await discord.until('the report card', () => progress.attachments.length > 0, 15_000);
    look(progress);
    await seen(discord.click(mod, progress, 'Compare'));
    await seen(discord.click(mod, progress, 'Roll back'));
    await discord.until('the log', () => discord.messages(log).some(({ content }) => content.includes('back to')));
    for (const message of discord.messages(log)) look(message);
    expect(
      discord
        .messages(log)
        .map(({ content }) => content)
        .join('\n'),
    ).toContain('support \\@everyone \\*\\*x\\*\\*');
  }, 30_000);

  it('is answered as text when it is a message', async () => {
    test = await startBotTest();
    const { discord, member } = test;
    const dm = discord.dm(member);
    await discord.slash(member, dm, 'task create', { name: '> t', labels: '# a, **b**' }).reply();
    for (const text of NASTY) {
      const said = discord.say(member, dm, `${text} => # a`);
      const answer = await discord.until('an answer', () =>
        discord.messages(dm, member).find(({ replyTo }) => replyTo === said),
      );
      look(answer);
    }
  });

  it('is harmless as the name of a file', async () => {
    test = await startBotTest();
    const { discord, member, channel } = test;
    await discord.slash(member, channel, 'task create', { name: 't', labels: 'a, b' }).reply();
    for (const name of [
      '@everyone.png',
      '**x**.csv',
      '[a](https://evil.example).csv',
      '<@123456789012345678>.exe',
      `${'long '.repeat(50)}.csv`,
    ])
      await seen(
        discord.slash(member, channel, 'teach-file', {}, { attachments: { file: { name, data: 'x,y\n1,2' } } }),
      );
    for (const file of [
      '@everyone',
      '../../etc/passwd',
      '😀',
      `${'long '.repeat(19)}x`,
      '**x**.csv',
      'a/b\\c:d.csv',
      '...',
    ])
      for (const line of ['task export', 'privacy export']) {
        const reply = await seen(discord.slash(member, channel, line, { file }));
        expect(reply.attachments).toHaveLength(1);
        expect(reply.attachments[0]!.name).not.toMatch(/[/\\:*]/);
      }
  });
});

describe('limits of Discord', () => {
  const menus = ['review', 'ask', 'teach', 'task list', 'task show', 'model status', 'model compare'] as const;

  it.each([
    ['100 characters a label', [`${'x'.repeat(99)}a`, `${'x'.repeat(99)}b`, 'y'.repeat(100)]],
    ['100 emoji a label', [`${'😀'.repeat(99)}🙃`, `${'😀'.repeat(99)}😎`, '👨‍👩‍👧‍👦', '❤️']],
    ['100 Chinese characters a label', [`${'账'.repeat(99)}单`, `${'账'.repeat(99)}目`, '单'.repeat(100)]],
    ['10 long labels', Array.from({ length: 10 }, (_, i) => `${'标签'.repeat(49)}${String(i).padStart(2, '0')}`)],
    ['25 long labels', Array.from({ length: 25 }, (_, i) => `${'long '.repeat(19)}x${String(i).padStart(3, '0')}`)],
    ['500 labels', Array.from({ length: 500 }, (_, i) => `label number ${i}`)],
    ['empty-looking labels', ['ㅤ.', '\u00a0x', '⠀⠀', '͏a', '.']],
  ])(
    'hold with %s',
    async (_, labels) => {
      test = await startBotTest();
      const { discord, mod, member, channel } = test;
      const name = `${'task '.repeat(19)}x`;
      const file = {
        name: 'labels.csv',
        data: ['text,label', ...labels.flatMap((label, i) => [`alpha ${i},${label}`, `beta ${i},${label}`])].join('\n'),
      };
      await seen(discord.slash(mod, channel, 'task import', { name }, { attachments: { file } }));
      const [task] = await test.handful.services.workspace.tasks(`guild-${test.guild.id}`);
      expect(task!.labels).toHaveLength(labels.length);
      await discord.slash(mod, channel, 'task edit', { automatic: false, instruction: 'why? '.repeat(790) }).reply();
      await seen(discord.slash(member, channel, 'teach', { text: 'no label yet' }));
      for (const line of menus) {
        const texts = line === 'ask' ? ['alpha 1', 'xyzzy'] : line === 'teach' ? ['alpha 1'] : [null];
        for (const text of texts)
          await seen(
            discord.slash(
              member,
              channel,
              line,
              text === null ? {} : line === 'ask' ? { text, why: true } : { text, label: labels[0]! },
            ),
          );
      }
      const answer = await seen(discord.slash(member, channel, 'ask', { text: 'alpha 1' }));
      await seen(discord.click(member, answer, 'Wrong'));
      await discord.slash(member, channel, 'teach').form();
      const choices = await discord.autocomplete(member, channel, 'teach', {}, 'label').choices();
      expect(new Set(choices.map(({ value }) => value)).size).toBe(choices.length);
      // A picture takes a second: those that are the hardest to draw.
      if (labels.length > 20 || labels[0]!.includes('😀')) {
        const report = await discord.slash(mod, channel, 'model train').reply();
        await discord.until('the report card', () => report.attachments.length > 0, 20_000);
      }
      await seen(discord.slash(mod, channel, 'model compare'));
      for (const message of discord.messages(channel, member)) look(message);
    },
    30_000,
  );

  it('hold with 30 tasks and 4,000 characters a text, and nothing that is long is cut', async () => {
    test = await startBotTest();
    const { discord, mod, member, channel } = test;
    for (let i = 0; i < 30; i++)
      await discord
        .slash(mod, channel, 'task create', { name: `${'**task** '.repeat(10)}${i}`, labels: 'a, b, c' })
        .reply();
    const list = await seen(discord.slash(member, channel, 'task list'));
    const whole = (): string =>
      discord
        .messages(channel, member)
        .filter(({ id }) => BigInt(id) >= BigInt(list.id))
        .map(({ content, attachments }) => content + attachments.map((file) => file.text()).join(''))
        .join('\n');
    await discord.until('the last task', () => / 29: a 0/.test(whole()));
    const all = whole();
    for (let i = 0; i < 30; i++) expect(all).toMatch(new RegExp(`task\\S* ${i}: a 0`));
    await discord.slash(member, channel, 'teach').form();
    expect(await discord.autocomplete(member, channel, 'ask', {}, 'task').choices()).toHaveLength(25);

    for (const letter of ['*', '\\', '`', '@', '字', '😀', '[', 'x ', '\n> ', 'https://evil.example/ ']) {
      const text = `a${letter.repeat(Math.floor(3999 / [...letter].length))}`;
      await seen(discord.slash(member, channel, 'teach', { text, label: 'a' }));
      await seen(discord.slash(member, channel, 'ask', { text, why: true }));
      const edited = await discord.slash(mod, channel, 'task edit', { instruction: text }).reply();
      expect(edited.content).toMatch(/changed/);
      await seen(discord.slash(member, channel, 'task show'));
      for (const message of discord.messages(channel, member)) look(message);
    }
  }, 30_000);
});
