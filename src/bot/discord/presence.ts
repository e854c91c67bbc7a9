// What the bot shows beside its name: whether it is training. Never what or for whom: every server sees it.

import { ActivityType, type Client } from 'discord.js';
import type { Clock } from '../clock.js';
import type { Runs } from '../runs.js';

/** Discord takes five changes in 20 seconds. */
const PAUSE_MS = 5000;

/** Returns what ends it. */
export function showPresence(client: Client<true>, runs: Runs, clock: Clock): () => void {
  let shown = false;
  let waiting: (() => void) | null = null;
  const show = (): void => {
    waiting = null;
    if (runs.busy() === shown) return;
    shown = !shown;
    client.user.setPresence({
      activities: shown ? [{ type: ActivityType.Custom, name: 'training', state: 'training' }] : [],
    });
    waiting = clock.after(PAUSE_MS, show);
  };
  const unsubscribe = runs.subscribe((event) => {
    if (event.kind === 'started') waiting ??= clock.after(0, show);
    // The queue is empty only after its last run was told of.
    if (event.kind === 'finished') waiting ??= clock.after(100, show);
  });
  return () => {
    unsubscribe();
    waiting?.();
  };
}
