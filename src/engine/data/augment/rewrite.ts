// The shape of the tables in syntax-en.ts and syntax-zh.ts.

/** Ways to say the same: any of them may stand for any other. */
export type Equivalents = readonly (readonly string[])[];

/** One change of a whole text; returns the text itself where it has nothing to change. */
export type Rewrite = (text: string) => string;

export interface SyntaxTable {
  /** What a text must contain for the table to apply. */
  readonly script: RegExp;
  readonly equivalents: Equivalents;
  readonly rewrites: readonly Rewrite[];
}
