// What everyone reads of a training: one message that shows its progress, edited and never posted again, and becomes the report
// card with its picture. It stands where the task was last taught or trained.

import { AttachmentBuilder, PermissionFlagsBits } from 'discord.js';
import type { CascadeRecord } from '../../engine/index.js';
import { announcement } from '../announce.js';
import type { Language } from '../catalogue/index.js';
import { progressBar, wordsIn } from '../format.js';
import type { Pictures } from '../picture/index.js';
import { progressDetails } from '../progress-line.js';
import type { Reply } from '../reply.js';
import type { Run, RunEvent } from '../run-types.js';
import type { Services } from '../services.js';
import type { Actions } from './actions.js';
import { type Button, buttonRow } from './components.js';
import type { Answerable } from './deliver.js';
import { escapeText } from './markdown.js';
import type { Messenger } from './messenger.js';
import type { Place, Places } from './places.js';
import { makePost, type Post, renderReply } from './render.js';
import { createRunMessage, type RunMessage, type Webhook } from './run-message.js';
import type { DiscordSpeaker } from './speaker.js';

/** Discord asks for few edits; nobody reads faster. */
export const EDIT_PAUSE_MS = 2000;
/** An interaction's token lives 15 minutes; some are left for an edit that waits its turn. */
const TOKEN_LIFE_MS = 14 * 60_000;

export interface News {
  /** A reply is under way: reports wait for it, since it may become their message. */
  expect(reply: Promise<unknown>): void;
  /** After a reply: where the task's news goes from now on, and which message shows the run that it started. */
  noticed(noticed: Noticed): Promise<void>;
  /** What was to be shown is shown, or given up. */
  stop(): Promise<void>;
}

interface Noticed {
  readonly reply: Reply;
  readonly speaker: Pick<DiscordSpeaker, 'space' | 'language'>;
  readonly place: ReplyPlace;
}

/** Where a reply is, and how its message can be changed. */
export interface ReplyPlace {
  readonly channel: string | null;
  readonly message: string | null;
  /** Whether the bot may post there of its own accord. */
  readonly mayPost: boolean;
  readonly webhook: Webhook | null;
}

export function placeOfInteraction(interaction: Answerable, message: string | null): ReplyPlace {
  const edit = ({ flags: _, ...post }: Post) => interaction.editReply({ ...post, files: [...post.files] });
  const webhook = message === null ? null : { edit, until: interaction.createdTimestamp + TOKEN_LIFE_MS };
  return { channel: interaction.channelId, message, mayPost: canWrite(interaction), webhook };
}

export interface NewsParts {
  readonly services: Services;
  readonly messenger: Messenger;
  readonly places: Places;
  readonly actions: Actions;
  readonly pictures: Pictures;
}

/** One run and its message. */
interface Shown {
  run: Run;
  readonly message: Promise<RunMessage>;
  /** When it was changed last. */
  changedAt: number;
  /** Whether a reply became its message. */
  noticed: boolean;
  /** Stops the edit that waits for its turn. */
  waiting: (() => void) | null;
  working: Promise<void>;
}

export function createNews({ services, messenger, places, actions, pictures }: NewsParts): News {
  const { clock, log, runs } = services;
  /** By the run's id. */
  const shown = new Map<number, Shown>();
  /** Tasks whose stored message was looked at: later runs of them get messages of their own. */
  const known = new Set<string>();
  /** Replies under way that may turn out to be a run's message. */
  const expected = new Set<Promise<unknown>>();

  const showing = (run: Run): Shown => {
    const entry = shown.get(run.id);
    if (entry !== undefined) {
      entry.run = run;
      return entry;
    }
    const { space, taskId } = run;
    const goesOn = !known.has(taskId);
    known.add(taskId);
    const message = places.get(space, taskId).then((place) => {
      const stored = place === null || goesOn ? place : { ...place, message: null };
      return createRunMessage({ messenger, places, clock, log }, { space, taskId, stored });
    });
    const fresh: Shown = { run, message, changedAt: 0, noticed: false, waiting: null, working: Promise.resolve() };
    message.catch(() => {});
    shown.set(run.id, fresh);
    return fresh;
  };

  /** One thing after another for each message; a failure ends up in the log. */
  function then(entry: Shown, work: () => Promise<void>): void {
    entry.working = entry.working.then(work).catch((error) => void log.bug('news', error));
  }

  const unsubscribe = runs.subscribe((event: RunEvent) => {
    const entry = showing(event.run);
    switch (event.kind) {
      case 'measured':
        return;
      case 'queued':
        // Put back after a restart: its message says so.
        if (event.run.resumed) schedule(entry);
        return;
      case 'started':
      case 'progress':
        schedule(entry);
        return;
      case 'climbing':
        // Nobody asked for this run: now that it takes a while, say so.
        then(entry, async () => {
          if (!entry.run.automatic || entry.run.state === 'ended') return;
          const message = await entry.message;
          entry.changedAt = clock.now();
          await message.put(progressPost(entry.run, message.place()));
        });
        return;
      case 'finished':
        callOff(entry);
        then(entry, async () => {
          await Promise.allSettled(expected);
          await finish(await entry.message, event);
        });
        then(entry, async () => void shown.delete(event.run.id));
        return;
      default:
        event satisfies never;
    }
  });

  function callOff(entry: Shown): void {
    entry.waiting?.();
    entry.waiting = null;
  }

  function schedule(entry: Shown): void {
    if (entry.waiting !== null) return;
    const delay = Math.max(0, entry.changedAt + EDIT_PAUSE_MS - clock.now());
    entry.waiting = clock.after(delay, () => {
      entry.waiting = null;
      then(entry, async () => {
        if (entry.run.state === 'ended') return;
        const message = await entry.message;
        entry.changedAt = clock.now();
        await message.update(progressPost(entry.run, message.place()));
      });
    });
  }

  function progressPost(run: Run, place: Place | null): Post {
    const { say, format } = wordsIn(place?.language ?? 'en');
    const { progress, resumed } = run;
    const percent = progress?.percent ?? 0;
    const details = [
      ...(progress === null ? [say('progress.starting')] : progressDetails({ say, format }, progress)),
      ...(resumed ? [say('discord.resumed')] : []),
    ];
    const content = [
      `**${escapeText(run.taskName)}** ${progressBar(percent)} ${format.percent(percent / 100)}`,
      `-# ${escapeText(details.join(' · '))}`,
    ].join('\n');
    const cancel: Button = { label: say('discord.cancel'), command: 'model cancel', options: { task: run.taskName } };
    return makePost(content, { components: [buttonRow({ actions, owner: ownerOf(run) }, [cancel])] });
  }

  async function finish(message: RunMessage, { run, outcome }: Extract<RunEvent, { kind: 'finished' }>): Promise<void> {
    const place = message.place();
    if (place === null) return;
    const { say, format } = wordsIn(place.language);
    const reply = announcement({ say, format }, { kind: 'finished', run, outcome }) ?? {
      kind: 'notice' as const,
      text: say('news.taskGone', { task: run.taskName }),
    };
    const record = reply.kind === 'report' ? reply.record : null;
    const files = await pictureOf(record, place.language);
    const posts = renderReply(reply, { say, actions, owner: ownerOf(run), files });
    const buttons: Button[] = [
      { label: say('discord.compare'), command: 'model compare', options: { task: run.taskName } },
      ...(outcome.kind === 'promoted'
        ? [{ label: say('discord.rollback'), command: 'model rollback', options: { task: run.taskName } }]
        : []),
    ];
    const components = record === null ? [] : [buttonRow({ actions, owner: ownerOf(run) }, buttons)];
    const post = { ...posts[0]!, components };
    // Measured again by itself and nothing changed: not worth a message.
    const worthOne = (!run.automatic || outcome.kind !== 'kept') && outcome.kind !== 'dropped';
    if (worthOne) await message.put(post);
    else await message.update(post);
    await message.leave();
  }

  async function pictureOf(record: CascadeRecord | null, language: Language): Promise<AttachmentBuilder[]> {
    if (record === null) return [];
    try {
      const picture = await pictures.reportCard(record, language);
      if (picture === null) return [];
      return [new AttachmentBuilder(Buffer.from(picture.png), { name: picture.name, description: picture.alt })];
    } catch (error) {
      log.bug('picture', error);
      return [];
    }
  }

  const startedBy = (taskId: string): Shown | undefined =>
    [...shown.values()].find((entry) => entry.run.taskId === taskId && isAskedFor(entry));

  return {
    expect: (reply) => {
      expected.add(reply);
      const end = (): void => void expected.delete(reply);
      reply.then(end, end);
    },
    noticed: async ({ reply, speaker, place: { channel, message, mayPost, webhook } }) => {
      const taught = reply.kind === 'taught' ? reply.task : null;
      const training = 'training' in reply ? reply.training : undefined;
      if (taught === null && training === undefined) return;
      const tasks = await services.workspace.tasks(speaker.space);
      const task = tasks.find(({ id, name }) => (training === undefined ? name === taught : id === training));
      if (task === undefined || channel === null) return;
      const place = { channel, language: speaker.language, message };
      const started = training === undefined ? undefined : startedBy(task.id);
      if (started !== undefined) {
        started.noticed = true;
        if (message === null && !mayPost) return;
        // Not in line with the others: the report waits for this reply.
        await (await started.message).moveTo(place, webhook);
        schedule(started);
        return;
      }
      // A run that is shown goes on where it is.
      if (runs.current(task.id) !== null || !mayPost) return;
      await places.set(speaker.space, task.id, { ...place, message: null });
    },
    stop: async () => {
      unsubscribe();
      for (const entry of shown.values()) callOff(entry);
      await Promise.all([...shown.values()].map(({ working }) => working));
    },
  };
}

/** Asked for, not put back: what a reply of now can have started. */
const isAskedFor = ({ run, noticed }: Shown): boolean => !run.automatic && !run.resumed && !noticed;

const ownerOf = ({ space, by }: Run) => ({ space, person: by });

const canWrite = ({ appPermissions, guildId }: Answerable): boolean =>
  guildId === null || appPermissions.has([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages]);
