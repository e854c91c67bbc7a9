// The log channel of a community: who taught, trained, promoted, rolled back, in the language of the server. What happens within a
// few seconds is one message.

import type { Client } from 'discord.js';
import { createSay, type Language, languageOfLocale } from '../catalogue/index.js';
import type { Clock } from '../clock.js';
import type { Communities } from '../community.js';
import { type Journal, type JournalEntry, journalSentence } from '../journal.js';
import type { Log } from '../log.js';
import { escapeText, splitContent } from './markdown.js';
import type { Messenger } from './messenger.js';
import { makePost } from './render.js';
import { guildOf, personMark } from './spaces.js';

const TOGETHER_MS = 3000;

export interface LogChannelParts {
  readonly journal: Journal;
  readonly communities: Communities;
  readonly messenger: Messenger;
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
}

/** Returns what ends it, after what was noted is sent. */
export function sendLog({ journal, communities, messenger, client, clock, log }: LogChannelParts): () => Promise<void> {
  const waiting = new Map<string, JournalEntry[]>();
  const sending = new Set<Promise<void>>();

  const send = async (space: string, entries: readonly JournalEntry[]): Promise<void> => {
    const { logChannel } = await communities.get(space);
    if (logChannel === null) return;
    const language = languageOfServer(client, space);
    const lines = entries.map((entry) => sentence(language, entry));
    for (const piece of splitContent(lines.join('\n'))) await messenger.send(logChannel, makePost(piece));
  };
  const flush = (space: string): void => {
    const entries = waiting.get(space);
    waiting.delete(space);
    if (entries === undefined) return;
    const done = send(space, entries)
      .catch((error: unknown) => void log.bug('log channel', error))
      .then(() => void sending.delete(done));
    sending.add(done);
  };

  const unsubscribe = journal.subscribe((entry) => {
    if (guildOf(entry.space) === null) return;
    const entries = waiting.get(entry.space);
    if (entries !== undefined) {
      entries.push(entry);
      return;
    }
    waiting.set(entry.space, [entry]);
    clock.after(TOGETHER_MS, () => flush(entry.space));
  });
  return async () => {
    unsubscribe();
    for (const space of waiting.keys()) flush(space);
    await Promise.all(sending);
  };
}

function languageOfServer(client: Client, space: string): Language {
  const guild = guildOf(space);
  return languageOfLocale(guild === null ? undefined : client.guilds.cache.get(guild)?.preferredLocale);
}

const sentence = (language: Language, entry: JournalEntry): string =>
  escapeText(journalSentence(createSay(language), entry, { person: personMark, text: (name) => name }));
