// A reply that grows while it is written: its beginning is shown now and then, and never after the reply itself.

import { escapeText, splitContent } from './markdown.js';
import { pause } from './pause.js';
import { makePost, type Post } from './render.js';

export interface Growing {
  /** The beginning so far. */
  readonly push: (text: string) => void;
  /** Shows the beginning as often as it has grown, at most every `pauseMs`, until the work is done and nothing is on its way. */
  showUntil(work: Promise<unknown>, show: (post: Post) => Promise<unknown>): Promise<void>;
}

/** Discord lets a message be edited five times in five seconds. */
const PAUSE_MS = 1500;
/** A message that is answered sooner shows no beginning; an interaction has waited before. */
const FIRST_MS = 250;
const MORE = ' …';
const MOST = 1900;

export function createGrowing({ pauseMs = PAUSE_MS, firstMs = FIRST_MS } = {}): Growing {
  let latest: string | null = null;
  let wake = (): void => {};

  return {
    push: (text) => {
      latest = text;
      wake();
    },
    async showUntil(work, show) {
      let isDone = false;
      const done = work.then(
        () => {
          isDone = true;
        },
        () => {
          isDone = true;
        },
      );
      let shown: string | null = null;
      // What is done at once needs no beginning.
      await Promise.race([done, pause(firstMs)]);
      while (!isDone) {
        if (latest === shown) {
          const grown = new Promise<void>((resolve) => {
            wake = resolve;
          });
          await Promise.race([done, grown]);
          continue;
        }
        shown = latest;
        await show(partialPost(shown ?? ''));
        await Promise.race([done, pause(pauseMs)]);
      }
    },
  };
}

const partialPost = (text: string): Post => makePost(`${splitContent(escapeText(text), MOST)[0]!}${MORE}`);
