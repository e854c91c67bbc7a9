// The time to acknowledge an interaction, and what happens when it is over.

import type { Interaction } from 'discord.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Discord, type Guild, startDiscord, type User } from '../support/discord/index.js';
import { expectRefused, startBot, type TestBot } from './bot.js';

const DEADLINE_MS = 100;

describe('the deadline', () => {
  let hasty: Discord;
  let slow: TestBot;
  let place: Guild;
  let alice: User;
  let bob: User;

  beforeAll(async () => {
    hasty = await startDiscord({ ackDeadlineMs: DEADLINE_MS });
    place = hasty.addGuild();
    alice = hasty.addUser({ username: 'alice' });
    bob = hasty.addUser({ username: 'bob' });
    for (const user of [alice, bob]) hasty.addMember(place, user);
    slow = await startBot(hasty);
    await slow.client.application.commands.set([{ name: 'go', description: 'Go' }]);
  });

  afterAll(async () => {
    await slow.client.destroy();
    await hasty.close();
  });

  it('passes without an answer: the person reads that the application did not respond', async () => {
    const used = hasty.slash(alice, place.general, 'go');
    await expect(used.acked).rejects.toThrow('/go: the application did not respond within 100 ms');
    await expect(used.reply()).rejects.toThrow('did not respond');
    expect(hasty.transcript(place.general, alice)).toContain(
      'alice used /go\nhandful: (only you) The application did not respond',
    );
    expect(hasty.transcript(place.general, bob)).not.toContain('did not respond');
    expect(hasty.takeViolations().map(({ code, where }) => [code, where])).toEqual([
      [10062, '/go: no answer in 100 ms'],
    ]);
  });

  it('makes a late answer worth nothing, and the token too', async () => {
    const late = new Promise<Interaction>((resolve) => {
      slow.answer(async (interaction) => void setTimeout(() => resolve(interaction), DEADLINE_MS + 50));
    });
    hasty.slash(alice, place.general, 'go');
    const interaction = await late;
    if (!interaction.isChatInputCommand()) throw new Error('no command');
    hasty.takeViolations();
    await expectRefused(hasty, interaction.reply('late'), { code: 10062, status: 404 });
    await expectRefused(hasty, interaction.webhook.send('late'), { code: 10015, status: 404 });
  });

  it('is nobody’s fault while the bot is away', async () => {
    await slow.client.destroy();
    await hasty.until('the end of the session', () => hasty.sessions().length === 0);
    await expect(hasty.slash(alice, place.general, 'go').acked).rejects.toThrow('did not respond');
    expect(hasty.violations).toEqual([]);
  });
});
