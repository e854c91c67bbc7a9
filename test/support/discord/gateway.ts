// The gateway: identify, heartbeat, resume with replay, and the weather that tests make (cuts, reconnects, lost sessions).

import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GatewayCloseCodes as Close, GatewayIntentBits, GatewayOpcodes as Op } from 'discord.js';
import type { WebSocket, WebSocketServer } from 'ws';
import { ApiError } from './api-error.js';
import {
  applicationFlags,
  areIntentsAllowed,
  areIntentsValid,
  hasContentIntent,
  isTold,
  redact,
} from './gateway-rules.js';
import { shardOf } from './ids.js';
import { guildCreatePayload, memberPayload, userPayload } from './payloads.js';
import { asJson } from './rules/form.js';
import type { Guild, Json } from './types.js';
import { changed, recordViolation, type World } from './world.js';

const MAX_BUFFER = 5_000;
const MAX_GUILDS_A_SHARD = 2_500;
const COMMANDS_A_MINUTE = 120;
const UNAUTHENTICATED: readonly unknown[] = [Op.Heartbeat, Op.Identify, Op.Resume];

interface Session {
  readonly id: string;
  readonly shard: readonly [number, number];
  readonly intents: number;
  readonly buffer: Json[];
  seq: number;
  socket: WebSocket | null;
}

export interface Gateway {
  /** Sessions that can still be resumed, or are connected. */
  sessions(): readonly { readonly shard: readonly [number, number]; readonly connected: boolean }[];
  askReconnect(): void;
  invalidate(resumable: boolean): void;
  cut(): void;
  forget(): void;
  dropHeartbeats(drop: boolean): void;
  /** The developer resets the token: connections end, and the old one is refused from now on. */
  resetToken(): void;
  /** How often the bot identified, resumed and was refused. */
  readonly counts: { identified: number; resumed: number; invalid: number };
  readonly closeCodes: readonly number[];
  /** What the bot showed beside its name, by identifying or later: the texts of its activities. */
  readonly presences: readonly (readonly string[])[];
}

export function createGateway(world: World, server: WebSocketServer): Gateway {
  const sessions = new Map<string, Session>();
  const closeCodes: number[] = [];
  const presences: string[][] = [];
  const counts = { identified: 0, resumed: 0, invalid: 0 };
  let dropAcks = false;

  const send = (socket: WebSocket, payload: Json): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(payload));
  };
  const control = (op: number, d: unknown): Json => ({ op, d, s: null, t: null });
  const broadcast = (op: number, d: unknown): void => {
    for (const socket of server.clients) send(socket, control(op, d));
  };
  const refuse = (socket: WebSocket, code: number, reason: string): void => {
    recordViolation(world, new ApiError(code, code, reason), 'gateway');
    socket.close(code, reason);
    changed(world);
  };

  const push = (session: Session, event: string, data: Json): void => {
    const payload = { op: Op.Dispatch, s: ++session.seq, t: event, d: data };
    session.buffer.push(payload);
    if (session.buffer.length > MAX_BUFFER) session.buffer.shift();
    if (session.socket !== null) send(session.socket, payload);
  };

  world.dispatch = (event, data, guildId) => {
    let heard = false;
    for (const session of sessions.values()) {
      const shard = guildId === null ? 0 : shardOf(guildId, session.shard[1]);
      if (session.shard[0] !== shard || !isTold(event, guildId, session.intents)) continue;
      const blank = data.author !== undefined && !hasContentIntent(session.intents);
      push(session, event, blank ? redact(data, world.bot.id, guildId !== null) : data);
      heard ||= session.socket !== null;
    }
    return heard;
  };

  const guildsOf = (shard: readonly [number, number]): Guild[] =>
    [...world.guilds.values()].filter(({ id, state }) => state !== 'left' && shardOf(id, shard[1]) === shard[0]);

  const identify = (socket: WebSocket, data: Json): Session | null => {
    const [index, total] = Array.isArray(data.shard) ? (data.shard as [number, number]) : [0, 1];
    const intents = Number(data.intents);
    if (data.token !== world.options.token) {
      refuse(socket, Close.AuthenticationFailed, 'Authentication failed.');
    } else if (!(total >= 1 && index >= 0 && index < total)) {
      refuse(socket, Close.InvalidShard, 'Invalid shard.');
    } else if (!Number.isInteger(intents) || !areIntentsValid(intents)) {
      refuse(socket, Close.InvalidIntents, 'Invalid intent(s).');
    } else if (!areIntentsAllowed(intents, world.privileged)) {
      refuse(socket, Close.DisallowedIntents, 'Disallowed intent(s).');
    } else if (guildsOf([index, total]).length > MAX_GUILDS_A_SHARD) {
      refuse(socket, Close.ShardingRequired, 'Sharding required.');
    } else {
      counts.identified++;
      return welcome(socket, [index, total], intents);
    }
    return null;
  };

  const welcome = (socket: WebSocket, shard: readonly [number, number], intents: number): Session => {
    const session: Session = { id: randomBytes(16).toString('hex'), shard, intents, buffer: [], seq: 0, socket };
    sessions.set(session.id, session);
    const guilds = guildsOf(shard);
    push(session, 'READY', {
      v: 10,
      user: userPayload(world.bot),
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: world.origin.replace('http', 'ws'),
      shard,
      application: { id: world.appId, flags: applicationFlags(world.privileged) },
      private_channels: [],
      session_type: 'normal',
    });
    for (const guild of guilds)
      if (guild.state === 'in' && isTold('GUILD_CREATE', guild.id, intents))
        push(session, 'GUILD_CREATE', guildCreatePayload(guild, listed(guild, intents)));
    changed(world);
    return session;
  };

  const listed = (guild: Guild, intents: number) =>
    [...guild.members.values()]
      .map(({ user }) => user)
      .filter((user) => user.id === world.bot.id || (intents & GatewayIntentBits.GuildMembers) !== 0);

  const resume = (socket: WebSocket, data: Json): Session | null => {
    const session = sessions.get(String(data.session_id));
    if (session === undefined || data.token !== world.options.token) {
      counts.invalid++;
      send(socket, control(Op.InvalidSession, false));
      return null;
    }
    const seen = Number(data.seq);
    if (seen > session.seq) {
      refuse(socket, Close.InvalidSeq, 'Invalid seq.');
      return null;
    }
    counts.resumed++;
    session.socket = socket;
    for (const missed of session.buffer) if (Number(missed.s) > seen) send(socket, missed);
    push(session, 'RESUMED', {});
    changed(world);
    return session;
  };

  const requestMembers = (session: Session, data: Json): void => {
    const guild = world.guilds.get(String(data.guild_id));
    if (guild === undefined) return;
    const wanted = Array.isArray(data.user_ids) ? data.user_ids : [data.user_ids];
    const members = [...guild.members.values()].filter(({ user }) => wanted.includes(user.id));
    push(session, 'GUILD_MEMBERS_CHUNK', {
      guild_id: guild.id,
      members: members.map(({ user }) => memberPayload(guild, user)),
      chunk_index: 0,
      chunk_count: 1,
      ...(data.nonce === undefined ? {} : { nonce: data.nonce }),
    });
  };

  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const query = new URL(request.url ?? '/', 'ws://discord').searchParams;
    let session: Session | null = null;
    let received = 0;
    const minute = setInterval(() => {
      received = 0;
    }, 60_000);
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      clearInterval(minute);
      closeCodes.push(code);
      if (session?.socket !== socket) return;
      session.socket = null;
      // A client that says goodbye with 1000 or 1001 ends its session.
      if (code === 1_000 || code === 1_001) sessions.delete(session.id);
      changed(world);
    });
    if (query.get('v') !== '10') return refuse(socket, Close.InvalidAPIVersion, 'Invalid API version.');
    if (query.get('encoding') !== 'json' || query.has('compress'))
      return refuse(socket, Close.DecodeError, 'The emulator speaks plain JSON only.');
    send(socket, control(Op.Hello, { heartbeat_interval: world.options.heartbeatMs, _trace: [] }));

    socket.on('message', (frame) => {
      let payload: Json;
      try {
        payload = asJson(JSON.parse(String(frame)));
      } catch {
        return refuse(socket, Close.DecodeError, 'Error while decoding payload.');
      }
      if (++received > COMMANDS_A_MINUTE) return refuse(socket, Close.RateLimited, 'You are being rate limited.');
      const { op } = payload;
      // A session that was invalidated has no connection any more, although this one is still open.
      const live = session?.socket === socket ? session : null;
      if (live === null && !UNAUTHENTICATED.includes(op))
        return refuse(socket, Close.NotAuthenticated, 'Not authenticated.');
      if (live !== null && (op === Op.Identify || op === Op.Resume))
        return refuse(socket, Close.AlreadyAuthenticated, 'Already authenticated.');
      if (op === Op.Heartbeat) {
        if (!dropAcks) send(socket, { op: Op.HeartbeatAck });
      } else if (op === Op.Identify) session = identify(socket, asJson(payload.d));
      else if (op === Op.Resume) session = resume(socket, asJson(payload.d));
      else if (op === Op.RequestGuildMembers && live !== null) requestMembers(live, asJson(payload.d));
      else if (op === Op.PresenceUpdate) {
        presences.push(activitiesOf(payload.d));
        changed(world);
      } else if (op !== Op.VoiceStateUpdate) return refuse(socket, Close.UnknownOpcode, 'Unknown opcode.');
    });
  });

  return {
    sessions: () => [...sessions.values()].map(({ shard, socket }) => ({ shard, connected: socket !== null })),
    askReconnect: () => broadcast(Op.Reconnect, null),
    invalidate: (resumable) => {
      for (const session of sessions.values()) session.socket = null;
      if (!resumable) sessions.clear();
      broadcast(Op.InvalidSession, resumable);
    },
    cut: () => {
      for (const socket of server.clients) socket.terminate();
    },
    forget: () => sessions.clear(),
    dropHeartbeats: (drop) => {
      dropAcks = drop;
    },
    resetToken: () => {
      Object.assign(world.options, { token: `${world.options.token}.new` });
      sessions.clear();
      for (const socket of server.clients) socket.close(Close.AuthenticationFailed, 'Authentication failed.');
    },
    counts,
    closeCodes,
    presences,
  };
}

/** What people read of activities: the state of a custom status, the name of others. */
function activitiesOf(presence: unknown): string[] {
  const { activities } = asJson(presence);
  return Array.isArray(activities) ? activities.map(asJson).map(({ state, name }) => String(state ?? name)) : [];
}
