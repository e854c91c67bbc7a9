// In which scripts texts are written: what tells an encoder that knows their language from one that does not.

/** Shares of all letters, together 1; all 0 where there is no letter. */
export interface ScriptShares {
  readonly latin: number;
  readonly han: number;
  readonly other: number;
}

export function scriptShares(texts: readonly string[]): ScriptShares {
  let [latin, han, letters] = [0, 0, 0];
  for (const text of texts) {
    latin += count(text, /\p{Script=Latin}/gu);
    han += count(text, /\p{Script=Han}/gu);
    letters += count(text, /\p{L}/gu);
  }
  if (letters === 0) return { latin: 0, han: 0, other: 0 };
  // 々 and 〇 are written as Han and are no letters of it: never below nothing.
  return { latin: latin / letters, han: han / letters, other: Math.max(0, letters - latin - han) / letters };
}

const count = (text: string, letters: RegExp): number => text.match(letters)?.length ?? 0;
