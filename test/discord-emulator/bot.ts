// A real discord.js client on the emulator, and the means to send what its builders would refuse.

import {
  Client,
  type ClientOptions,
  DiscordAPIError,
  Events,
  GatewayIntentBits,
  type Interaction,
  type InteractionResponseType,
  Partials,
} from 'discord.js';
import { expect } from 'vitest';
import type { Discord, Json } from '../support/discord/index.js';

export const INTENTS = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages, GatewayIntentBits.DirectMessages];

export type Answering = (interaction: Interaction) => Promise<unknown>;

export interface TestBot {
  readonly client: Client<true>;
  /** What the next interactions are answered with. */
  answer(how: Answering): void;
  /** The errors that answering threw, oldest first; emptied by reading. */
  takeErrors(): readonly unknown[];
  /** A raw callback, past every builder. */
  callback(interaction: Interaction, type: InteractionResponseType, data?: Json): Promise<unknown>;
}

export async function startBot(discord: Discord, options: Partial<ClientOptions> = {}): Promise<TestBot> {
  const client = new Client({
    intents: INTENTS,
    partials: [Partials.Channel],
    ...options,
    rest: { api: discord.api, ...options.rest },
  });
  let how: Answering = async () => undefined;
  const errors: unknown[] = [];
  client.on(Events.Error, (error) => errors.push(error));
  client.on(Events.InteractionCreate, (interaction) => {
    how(interaction).catch((error: unknown) => errors.push(error));
  });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  await ready;
  return {
    client: client as Client<true>,
    answer: (next) => {
      how = next;
    },
    takeErrors: () => errors.splice(0),
    callback: (interaction, type, data) =>
      client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
        body: { type, data },
        auth: false,
      }),
  };
}

interface Refusal {
  readonly code: number;
  readonly status?: number;
  /** Dotted path into the tree of errors: `content`, `components.0.components.0.label`. */
  readonly path?: string;
  readonly reason?: string;
}

/** The call fails as Discord says, and the emulator wrote it down. */
export async function expectRefused(discord: Discord, call: Promise<unknown>, refusal: Refusal): Promise<void> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error, 'the call went through').toBeInstanceOf(DiscordAPIError);
  if (!(error instanceof DiscordAPIError)) return;
  expect(error.code).toBe(refusal.code);
  if (refusal.status !== undefined) expect(error.status).toBe(refusal.status);
  const tree = (error.rawError as { errors?: unknown }).errors;
  if (refusal.path !== undefined) {
    const node = refusal.path
      .split('.')
      .filter((step) => step !== '')
      .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], tree);
    const found = (node as { _errors?: { code: string }[] } | undefined)?._errors;
    expect(found, `no error at ${refusal.path} in ${JSON.stringify(tree)}`).toBeDefined();
    if (refusal.reason !== undefined) expect(found?.map(({ code }) => code)).toContain(refusal.reason);
  }
  expect(discord.takeViolations(refusal.code)).toHaveLength(1);
  expect(discord.violations).toEqual([]);
}
