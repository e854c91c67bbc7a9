// What tests see of the emulator: options, people, places, messages, interactions and what was recorded.

import type { APIEmbed, APIMessage, APIMessageTopLevelComponent } from 'discord.js';

export type Json = Readonly<Record<string, unknown>>;
export type PrivilegedIntent = 'message-content' | 'members' | 'presences';

export interface RouteLimit {
  readonly limit: number;
  readonly windowMs: number;
}

export interface DiscordOptions {
  readonly token?: string;
  readonly botName?: string;
  /** Wall clock of ids, timestamps and token ages; `advance()` adds to it. */
  readonly now?: () => number;
  /** Time to acknowledge an interaction, in real time. Discord: 3,000. */
  readonly ackDeadlineMs?: number;
  /** Age at which an interaction's token dies, by `now`. Discord: 15 minutes. */
  readonly tokenLifeMs?: number;
  readonly heartbeatMs?: number;
  /** What GET /gateway/bot recommends. */
  readonly shards?: number;
  readonly maxConcurrency?: number;
  readonly sessionStarts?: number;
  /** What the developer portal allows; more asked for closes with 4014. None by default. */
  readonly privileged?: readonly PrivilegedIntent[];
  /** Authenticated requests a second; false: no limit. Discord: 50. */
  readonly globalLimit?: number | false;
  /** Per route and channel, guild or webhook. Discord: about 5 in 5 seconds; by default 50 a second, so that tests are fast. */
  readonly routeLimit?: RouteLimit;
}

export interface User {
  readonly id: string;
  readonly username: string;
  readonly bot: boolean;
  /** Language of the person's app. */
  locale: string;
  /** Refuses direct messages: 50007. */
  dmsClosed: boolean;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  permissions: bigint;
  readonly mentionable: boolean;
}

export interface Member {
  readonly user: User;
  readonly roles: Set<string>;
}

export interface Overwrite {
  /** A role or a user; the everyone role has the guild's id. */
  readonly id: string;
  readonly allow?: bigint;
  readonly deny?: bigint;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly preferredLocale: string;
  readonly roles: Map<string, Role>;
  readonly members: Map<string, Member>;
  readonly channels: Map<string, Channel>;
  readonly general: Channel;
  /** `left`: the bot is no member. */
  state: 'in' | 'outage' | 'left';
}

export interface Channel {
  readonly id: string;
  /** A ChannelType of discord.js. */
  readonly type: number;
  readonly name: string;
  readonly guild: Guild | null;
  /** The other side of a direct message. */
  readonly recipient: User | null;
  /** The channel of a thread. */
  readonly parent: Channel | null;
  readonly overwrites: Map<string, Overwrite>;
  deleted: boolean;
}

export interface Upload {
  readonly name: string;
  readonly data: string | Uint8Array;
  readonly contentType?: string;
  /** What Discord says the size is; the real one by default. */
  readonly size?: number;
  /** Downloading answers 404. */
  readonly gone?: boolean;
  /** The download ends after so many bytes although more were announced. */
  readonly truncateAt?: number;
  readonly delayMs?: number;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly contentType: string;
  readonly description: string | null;
  readonly url: string;
  readonly data: Buffer;
  text(): string;
}

/** Who would be notified. */
export interface Pinged {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
}

/** Live: shows what the message is now. */
export interface Message {
  readonly id: string;
  readonly channel: Channel;
  readonly author: User;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly attachments: readonly Attachment[];
  readonly flags: number;
  readonly ephemeral: boolean;
  /** "… is thinking": a deferral that was not edited yet. */
  readonly thinking: boolean;
  /** Whose ephemeral message it is. */
  readonly addressee: User | null;
  readonly pinged: Pinged;
  /** As the bot sent them with the last body; undefined when it sent none. */
  readonly allowedMentions: Json | undefined;
  /** Links that Discord would unfurl below the message. */
  readonly linkPreviews: readonly string[];
  readonly replyTo: Message | null;
  readonly deleted: boolean;
  readonly edits: number;
  /** What the person used, shown above the reply: `/task create`. */
  readonly usedBy: { readonly user: User; readonly name: string } | null;
  readonly raw: APIMessage;
}

export interface Ack {
  /** An InteractionResponseType of discord.js. */
  readonly type: number;
  readonly latencyMs: number;
  readonly data: Json;
}

export interface Edit {
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly files: readonly string[];
  /** After the interaction was dispatched. */
  readonly atMs: number;
}

export interface FormField {
  readonly customId: string;
  readonly label: string;
  readonly description: string;
  /** A ComponentType of discord.js. */
  readonly type: number;
  readonly component: Json;
}

export interface Form {
  readonly customId: string;
  readonly title: string;
  readonly fields: readonly FormField[];
  readonly user: User;
  readonly raw: Json;
}

export interface OfferedChoice {
  readonly name: string;
  readonly value: string | number;
}

export interface Interaction {
  readonly id: string;
  readonly token: string;
  /** An InteractionType of discord.js. */
  readonly type: number;
  readonly user: User;
  readonly channel: Channel;
  readonly payload: Json;
  /** Rejects when the deadline passes ("The application did not respond"). */
  readonly acked: Promise<Ack>;
  readonly edits: readonly Edit[];
  readonly followUps: readonly Message[];
  /** The message that answers, once it says something (after the edit of a deferral). */
  reply(ms?: number): Promise<Message>;
  form(ms?: number): Promise<Form>;
  choices(ms?: number): Promise<readonly OfferedChoice[]>;
  /** Waits for the n-th follow-up, the first by default. */
  followUp(index?: number, ms?: number): Promise<Message>;
  /** The same event a second time, as the gateway may do. */
  deliverAgain(): void;
  /** Whether this person can see the answer. */
  visibleTo(user: User): boolean;
}

export interface Violation {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  /** `POST /channels/1/messages`, or what happened without a request. */
  readonly where: string;
  readonly errors?: Json;
}

export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly json: Json;
  readonly files: readonly string[];
  readonly at: number;
  status: number;
}

export interface Fault {
  readonly method?: string;
  /** Tested against the path after the version, decoded: /channels/1/messages. */
  readonly path: RegExp;
  /** Without a status the request goes on after `delayMs`. */
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often; for ever by default. */
  readonly times?: number;
  readonly delayMs?: number;
  /** The connection breaks: `before` the request was handled, or `after`, so that only the reply is lost. */
  readonly destroy?: 'before' | 'after';
}
