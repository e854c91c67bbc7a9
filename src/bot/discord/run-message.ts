// The message of one training: progress and report are edits of it. It belongs to the reply that started the run, or is posted where
// the task was taught; it is stored, so that a restart goes on in the same one.

import type { Clock } from '../clock.js';
import type { Log } from '../log.js';
import { reasonOf } from './deliver.js';
import type { Messenger } from './messenger.js';
import type { Place, Places } from './places.js';
import type { Post } from './render.js';

/** Works in channels that the bot cannot see, while the interaction's token lives. */
export interface Webhook {
  readonly edit: (post: Post) => Promise<unknown>;
  readonly until: number;
}

export interface RunMessage {
  /** Where the news goes; null: nowhere. */
  place(): Place | null;
  /** From now on it is the message of a reply; null: that reply is not known, so the run gets a message of its own. */
  moveTo(place: Place, webhook: Webhook | null): Promise<void>;
  /** Change it where there is one. */
  update(post: Post): Promise<void>;
  /** Change it; where there is none, or no longer, post one. */
  put(post: Post): Promise<void>;
  /** The run is over: the next one gets a message of its own. */
  leave(): Promise<void>;
}

export interface RunMessageParts {
  readonly messenger: Messenger;
  readonly places: Places;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Belonging {
  readonly space: string;
  readonly taskId: string;
  /** Where it goes until a reply says otherwise. */
  readonly stored: Place | null;
}

export function createRunMessage(
  { messenger, places, clock, log }: RunMessageParts,
  { space, taskId, stored }: Belonging,
): RunMessage {
  let place = stored;
  let webhook: Webhook | null = null;

  const isOurs = async (): Promise<boolean> => (await places.get(space, taskId))?.message === place?.message;

  const throughWebhook = async (post: Post): Promise<boolean> => {
    if (webhook === null || clock.now() >= webhook.until) return false;
    try {
      await webhook.edit(post);
      return true;
    } catch (error) {
      // The token ended early, or somebody deleted the message: the channel's own way is left.
      log.info('token of a run ended', { reason: reasonOf(error) });
      webhook = null;
      return false;
    }
  };

  /** Whether the message shows it now. */
  const change = async (post: Post): Promise<boolean> => {
    if (place === null || place.message === null) return false;
    return (await throughWebhook(post)) || messenger.edit(place.channel, place.message, post);
  };

  return {
    place: () => place,
    moveTo: async (to, through) => {
      place = to;
      webhook = through;
      await places.set(space, taskId, to);
    },
    update: async (post) => void (await change(post)),
    put: async (post) => {
      if (place === null || (await change(post))) return;
      const before = place;
      const ours = await isOurs();
      const message = await messenger.send(before.channel, post);
      if (message === null) log.warn('news not delivered', { space, task: taskId, channel: before.channel });
      place = { ...before, message };
      if (ours) await places.set(space, taskId, place);
    },
    leave: async () => {
      if (place !== null && place.message !== null && (await isOurs()))
        await places.set(space, taskId, { ...place, message: null });
      webhook = null;
    },
  };
}
