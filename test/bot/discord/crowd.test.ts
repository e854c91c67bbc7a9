// Many people at once, while what answers them changes: each question gets exactly one answer, made by exactly one version.

import { afterEach, describe, expect, it } from 'vitest';
import type { Interaction, Message, User } from '../../support/discord/index.js';
import { type BotTest, startBotTest, teachSupport } from '../../support/discord-bot.js';
import { expectQuiet, reportIn } from './reading.js';

let test: BotTest;
afterEach(async () => test?.end());

const WAIT_MS = 20_000;
/** Answered in context, or by the version; the fake engine's version knows no nearest examples. */
const IN_CONTEXT = /^\*\*(\w+) \d+ %\*\*\n-# in context · nearest: .+$/;
const VERSION = /^\*\*(\w+) \d+ %\*\*\n-# version 1 \(LoRA\)$/;
const TOPICS = [
  ['charged three times?', 'billing'],
  ['a crash today?', 'bug'],
  ['thanks, lovely', 'praise'],
] as const;

function addMembers({ discord, guild }: BotTest, count: number): User[] {
  return Array.from({ length: count }, (_, i) => {
    const user = discord.addUser({ username: `member${i}` });
    discord.addMember(guild, user);
    return user;
  });
}

/** Who answered; throws when the answer is not that of one answerer to this question. */
function answererOf(content: string, label: string): 'in-context' | 'version' {
  for (const [answerer, pattern] of [
    ['in-context', IN_CONTEXT],
    ['version', VERSION],
  ] as const) {
    const match = pattern.exec(content);
    if (match?.[1] === label) return answerer;
  }
  throw new Error(`not one answer to a question about ${label}: ${content}`);
}

/** The messages that show an answer to each question: one each. */
function expectOneAnswerEach(
  { discord, channel }: BotTest,
  asked: readonly Interaction[],
  answers: readonly Message[],
) {
  expect(new Set(answers.map(({ id }) => id)).size).toBe(asked.length);
  const shown = discord.messages(channel).filter(({ usedBy }) => usedBy?.name === '/ask');
  expect(shown).toHaveLength(asked.length);
  for (const interaction of asked) expect(interaction.followUps).toEqual([]);
}

describe('a crowd', () => {
  it('of 50 asks while a training ends and its version takes over', async () => {
    test = await startBotTest();
    const { discord, mod, channel, engine } = test;
    await teachSupport(test, 4);
    const members = addMembers(test, 50);
    let go = (): void => {};
    engine.gate = new Promise((resolve) => {
      go = resolve;
    });
    await discord.slash(mod, channel, 'model train').reply();
    const asked: Interaction[] = [];
    const answers: Message[] = [];
    let swapped = false;
    const keepAsking = async (member: User, i: number): Promise<string[]> => {
      const by: string[] = [];
      const [text, label] = TOPICS[i % TOPICS.length]!;
      // Until the version has answered once, at least twice.
      while (by.length < 2 || !swapped) {
        const interaction = discord.slash(member, channel, 'ask', { text });
        asked.push(interaction);
        const answer = await interaction.reply(WAIT_MS);
        answers.push(answer);
        by.push(answererOf(answer.content, label));
        swapped ||= by.at(-1) === 'version';
        if (asked.length > 1000) throw new Error('the version never answers');
        if (by.length === 1) go();
        // Thirty questions a minute are a person's share.
        if (by.length >= 25) break;
      }
      return by;
    };
    const answered = await Promise.all(members.map(keepAsking));
    // Nobody is thrown back to what answered before.
    for (const by of answered) expect(by).toEqual([...by].sort());
    const kinds = new Set(answered.flat());
    expect(kinds).toEqual(new Set(['in-context', 'version']));
    expectOneAnswerEach(test, asked, answers);
    expect((await reportIn(test, channel)).content).toContain('version 1 (LoRA) is answering now');
    expectQuiet(test);
  });

  it('of 200 asks at the same moment', async () => {
    test = await startBotTest();
    const { discord, channel } = test;
    await teachSupport(test, 4);
    const members = addMembers(test, 200);
    const asked = members.map((member, i) =>
      discord.slash(member, channel, 'ask', { text: TOPICS[i % TOPICS.length]![0] }),
    );
    const answers = await Promise.all(asked.map((interaction) => interaction.reply(WAIT_MS)));
    for (const [i, { content }] of answers.entries())
      expect(answererOf(content, TOPICS[i % TOPICS.length]![1])).toBe('in-context');
    expectOneAnswerEach(test, asked, answers);
    expectQuiet(test);
  });
});
