// An emulator of the slice of Discord that a bot needs, on loopback sockets: the gateway, the REST API, attachments, and the people
// who use them. It answers as Discord does, refuses what Discord refuses, and writes every refusal into `violations`.
//
//   const discord = await startDiscord();
//   const client = new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: discord.api } });
//   await client.login(discord.token);                       // …and register commands
//   const guild = discord.addGuild({ name: 'Test' });
//   const alice = discord.addUser({ username: 'alice', locale: 'zh-CN' });
//   discord.addMember(guild, alice);
//   const reply = await discord.slash(alice, guild.general, 'task create', { name: 'support' }).reply();
//   const form = await discord.click(alice, reply, 'Add labels').form();
//   await discord.submit(alice, form, { Labels: 'billing, bug' }).reply();
//   console.log(discord.transcript(guild.general, alice));
//   expect(discord.violations).toEqual([]);
//   await client.destroy();
//   await discord.close();
//
// What people cannot do in the app (a command they are not offered, a disabled button, somebody else's ephemeral message) throws
// NotOffered. The rules are those of Discord's documentation; nothing here was checked against Discord itself. Not there: voice,
// reactions, polls, stickers, components v2 in messages, private threads, webhooks other than those of interactions.

import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { createGateway, type Gateway } from './gateway.js';
import { type ChatPeople, createChatPeople } from './people/chat.js';
import { type CommandPeople, createCommandPeople } from './people/commands.js';
import { type ComponentPeople, createComponentPeople } from './people/components.js';
import { createServers, type Servers } from './people/servers.js';
import { channelRoutes } from './routes/channels.js';
import { commandRoutes } from './routes/commands.js';
import { gatewayRoutes } from './routes/gateway.js';
import { guildRoutes } from './routes/guilds.js';
import { interactionRoutes } from './routes/interactions.js';
import { createHttpServer } from './server.js';
import { transcript } from './transcript.js';
import type {
  Attachment,
  Channel,
  DiscordOptions,
  Fault,
  Json,
  Message,
  PrivilegedIntent,
  RequestRecord,
  User,
  Violation,
} from './types.js';
import { changed, createWorld, eventually } from './world.js';

export type { SayExtras } from './people/chat.js';
export { NotOffered } from './people/offered.js';
export { componentsOf } from './people/selects.js';
export { EVERYONE_PERMISSIONS } from './rules/permissions.js';
export type * from './types.js';

export interface Discord extends Servers, CommandPeople, ComponentPeople, ChatPeople, Gateway {
  /** For discord.js: `rest: { api }`. */
  readonly api: string;
  /** Of everything, attachments too. */
  readonly origin: string;
  readonly token: string;
  readonly bot: User;
  readonly appId: string;
  /** Every refusal, and every interaction that the bot heard of and never answered. */
  readonly violations: readonly Violation[];
  /** Removes and gives the expected violations: all, or those with this code or status. */
  takeViolations(code?: number): readonly Violation[];
  readonly requests: readonly RequestRecord[];
  readonly typing: readonly { readonly channel: Channel; readonly at: number }[];
  /** What is registered: for everyone, or in one guild. */
  commands(scope?: string): readonly Json[];
  /** How often a scope was overwritten (PUT). */
  commandPuts(scope?: string): number;
  /** Messages of a channel that a person sees, oldest first; with no person: all that the channel holds for everyone. */
  messages(channel: Channel, user?: User): readonly Message[];
  /** Everything that was written anywhere and is not deleted, ephemeral messages too, oldest first. */
  everything(): readonly Message[];
  transcript(channel: Channel, user: User): string;
  /** The next requests that match go wrong. */
  fault(fault: Fault): void;
  /** From now on the attachment is gone, cut short or slow. */
  spoil(attachment: Attachment, how: { gone?: boolean; truncateAt?: number; delayMs?: number }): void;
  /** Moves the clock of token ages and timestamps. */
  advance(ms: number): void;
  /** What the developer portal allows from now on. */
  allow(privileged: readonly PrivilegedIntent[]): void;
  /** Waits until `get` gives a value; it is asked again after everything that happens. */
  until<T>(what: string, get: () => T | undefined | false, ms?: number): Promise<T>;
  close(): Promise<void>;
}

const WAIT_MS = 5_000;

export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  let ahead = 0;
  const base = options.now ?? Date.now;
  const world = createWorld(options, () => base() + ahead);
  const sockets = new WebSocketServer({ noServer: true });
  const gateway = createGateway(world, sockets);
  const server = createHttpServer(world, [
    ...gatewayRoutes(world, gateway),
    ...commandRoutes(world),
    ...interactionRoutes(world),
    ...channelRoutes(world),
    ...guildRoutes(world),
  ]);
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const fileOf = ({ id }: Attachment) => {
    const file = [...world.files.values()].find(({ attachment }) => attachment.id === id);
    if (file === undefined) throw new Error(`There is no attachment ${id}.`);
    return file;
  };

  return {
    ...createServers(world),
    ...createCommandPeople(world),
    ...createComponentPeople(world),
    ...createChatPeople(world),
    ...gateway,
    api: `${world.origin}/api`,
    origin: world.origin,
    token: world.options.token,
    bot: world.bot,
    appId: world.appId,
    violations: world.violations,
    takeViolations: (code) => {
      const taken = world.violations.filter(
        (violation) => code === undefined || violation.code === code || violation.status === code,
      );
      const left = world.violations.filter((violation) => !taken.includes(violation));
      world.violations.splice(0, world.violations.length, ...left);
      return taken;
    },
    requests: world.requests,
    typing: world.typing,
    commands: (scope = 'global') => world.commands.get(scope)?.list ?? [],
    commandPuts: (scope = 'global') => world.commands.get(scope)?.puts ?? 0,
    messages: (channel, user) =>
      [...world.messages.values()].filter(
        (message) =>
          message.channel === channel &&
          !message.deleted &&
          (message.addressee === null || message.addressee.id === user?.id),
      ),
    everything: () => [...world.messages.values()].filter(({ deleted }) => !deleted),
    transcript: (channel, user) => transcript(world, channel, user),
    fault: (fault) => {
      world.faults.push({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    spoil: (attachment, { gone, truncateAt, delayMs }) => {
      const file = fileOf(attachment);
      if (gone !== undefined) file.gone = gone;
      if (truncateAt !== undefined) file.truncateAt = truncateAt;
      if (delayMs !== undefined) file.delayMs = delayMs;
    },
    advance: (ms) => {
      ahead += ms;
      changed(world);
    },
    allow: (privileged) => {
      world.privileged.clear();
      for (const name of privileged) world.privileged.add(name);
    },
    until: (what, get, ms = WAIT_MS) =>
      eventually(world, what, ms, () => {
        const value = get();
        return value === false ? undefined : value;
      }),
    close: async () => {
      for (const timer of world.timers) clearTimeout(timer);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
