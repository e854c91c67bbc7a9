// Text that grows: gives out what is certain, holds back what may still turn into a stop text or the rest of a character.

export interface TextStream {
  /** The whole text so far; returns whether it has ended at a stop text. */
  update(text: string): boolean;
  /** Gives out what was held back, and returns the whole text. */
  end(): string;
}

export function createTextStream(stop: readonly string[], onText: ((piece: string) => void) | undefined): TextStream {
  const stops = stop.filter((text) => text !== '');
  let current = '';
  let given = '';
  let stopped = false;
  const give = (text: string): void => {
    // A tokenizer may rewrite what it decoded before; what is out stays out.
    if (!text.startsWith(given) || text.length === given.length) return;
    onText?.(text.slice(given.length));
    given = text;
  };
  return {
    update(text) {
      if (stopped) return true;
      const cuts = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
      stopped = cuts.length > 0;
      current = stopped ? text.slice(0, Math.min(...cuts)) : text;
      give(stopped ? current : current.slice(0, current.length - heldBack(current, stops)));
      return stopped;
    },
    end() {
      give(current);
      return current.startsWith(given) ? current : given;
    },
  };
}

/** Characters at the end that are not certain yet: half a character, or the beginning of a stop text. */
function heldBack(text: string, stops: readonly string[]): number {
  let held = /\uFFFD+$/.exec(text)?.[0].length ?? 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > held; length--) {
      if (text.endsWith(stop.slice(0, length))) {
        held = length;
        break;
      }
    }
  }
  return held;
}
