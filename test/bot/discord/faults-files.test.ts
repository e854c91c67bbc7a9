// Attachments that cannot be used: what people read, and that nothing of them is saved.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Interaction, Message, Upload } from '../../support/discord/index.js';
import { type BotTest, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { examplesOf, expectQuiet } from './reading.js';

let test: BotTest;
beforeAll(async () => {
  test = await startBotTest();
  await teachSupport(test, 3);
});
afterAll(async () => test?.end());

const CSV = 'text,label\nthe invoice is wrong,billing\nit froze,bug\n';
const UTF_16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(CSV.replaceAll(',', '\t'), 'utf16le')]);

/** Each from another person: one may send a few a minute. */
function sent(file: Upload): Interaction {
  const { discord, guild, channel } = test;
  const user = discord.addUser();
  discord.addMember(guild, user);
  return discord.slash(user, channel, 'teach-file', {}, { attachments: { file } });
}
const send = (file: Upload): Promise<Message> => sent(file).reply(10_000);

describe('a file is refused in words', () => {
  it.each<[string, Upload, RegExp]>([
    [
      'too large',
      { name: 'big.csv', data: 'x', size: 400_000_000 },
      /^big\.csv has 400\.0 MB; expected at most 67\.1 MB\./,
    ],
    ['empty', { name: 'empty.csv', data: '' }, /^empty\.csv is empty: expected rows with text and label\./],
    ['of another type', { name: 'cat.png', data: 'x' }, /^cat\.png: expected a CSV, TSV or JSONL file/],
    ['without a type', { name: 'examples', data: CSV }, /^examples: expected a CSV, TSV or JSONL file/],
    ['gone', { name: 'gone.csv', data: CSV, gone: true }, /^gone\.csv could not be fetched from Discord \(404\)/],
    ['cut short', { name: 'cut.csv', data: CSV, truncateAt: 20 }, /^cut\.csv could not be fetched .*connection/],
    ['larger than said', { name: 'more.csv', data: CSV, size: 10 }, /^more\.csv could not be fetched from Discord/],
    ['not text', { name: 'zip.csv', data: Uint8Array.of(80, 75, 3, 4, 0, 255, 254, 0, 1) }, /^zip\.csv/],
    [
      'in UTF-16',
      { name: 'sheet.tsv', data: UTF_16 },
      /^sheet\.tsv: expected a text file .*, found UTF-16 text \(save/,
    ],
    [
      'with one column',
      { name: 'one.csv', data: 'hello world\n' },
      /^one\.csv: expected the columns text and label .*, found 1 column/,
    ],
  ])('%s', async (_, file, sentence) => {
    const before = await examplesOf(test);
    const reply = await send(file);
    expect(reply.content.replaceAll('\\', '')).toMatch(sentence);
    expect(reply.ephemeral).toBe(true);
    expect(await examplesOf(test)).toBe(before);
    expect(test.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    expectQuiet(test);
  });
});

describe('a file is read', () => {
  it('that comes slowly, while the person is told to wait', async () => {
    const interaction = sent({ name: 'slow.csv', data: CSV, delayMs: 800 });
    expect((await interaction.acked).type).toBe(5);
    expect((await interaction.reply()).content).toMatch(/^2 rows: 2 taught/);
    expectQuiet(test);
  });
});
