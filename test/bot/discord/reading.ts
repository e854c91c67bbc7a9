// What the tests of the Discord bot look at: what people read, the buttons below it, and that nobody was disturbed.

import { expect } from 'vitest';
import { type Channel, componentsOf, type Interaction, type Message } from '../../support/discord/index.js';
import type { BotTest } from '../../support/discord-bot.js';

export const labelsOf = (message: Message): string[] => componentsOf(message).map(({ label }) => String(label));

export const askIn = ({ discord, member, channel }: BotTest, text = 'charged three times?'): Interaction =>
  discord.slash(member, channel, 'ask', { text });

/** The answers about `support` that everyone sees. */
export const answersIn = ({ discord, channel }: BotTest): Message[] =>
  discord
    .messages(channel)
    .filter(({ author, content }) => author.bot && /^\*\*(?:billing|bug|praise) \d+ %/.test(content));

/** How many examples `support` has. */
export async function examplesOf({ handful, guild }: BotTest): Promise<number> {
  const { workspace } = handful.services;
  const task = await workspace.findTask(`guild-${guild.id}`, 'support');
  return (await workspace.counts(task)).total;
}

/** Waits for a message with the picture of a report card. */
export function reportIn({ discord }: BotTest, channel: Channel, ms = 10_000): Promise<Message> {
  return discord.until(
    'the report card',
    () => discord.messages(channel).find(({ attachments }) => attachments.some(({ name }) => name.endsWith('.png'))),
    ms,
  );
}

/** All that the bot's messages show now, in every channel, to anybody. */
export function messagesOf({ discord, guild, mod, member }: BotTest): Message[] {
  const channels = [...guild.channels.values(), discord.dm(mod), discord.dm(member)];
  const seen = channels.flatMap((channel) =>
    [mod, member].flatMap((user) => discord.messages(channel, user).filter(({ author }) => author.bot)),
  );
  return [...new Set(seen)];
}

/** Every text of the bot, with what stands on its buttons and menus, and what its pictures say. */
export function everythingRead(test: BotTest): string[] {
  return messagesOf(test).flatMap((message) => [
    message.content,
    ...message.attachments.map(({ description }) => description ?? ''),
    ...componentsOf(message).flatMap(({ label, placeholder }) =>
      [label, placeholder].flatMap((text) => (typeof text === 'string' ? [text] : [])),
    ),
  ]);
}

/** Discord refused nothing but what was expected, nobody was pinged, and no link of a text opened below it. */
export function expectQuiet(test: BotTest, expected: readonly number[] = []): void {
  expect(test.discord.violations.filter(({ code }) => !expected.includes(code))).toEqual([]);
  for (const { pinged, linkPreviews } of messagesOf(test)) {
    expect(pinged).toEqual({ users: [], roles: [], everyone: false });
    expect(linkPreviews).toEqual([]);
  }
}
