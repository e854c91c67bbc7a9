// Sentences with placeholders: "{task} has {count} {count, example|examples}". A placeholder with two forms picks the first
// when its value is 1. The compiler knows every placeholder of every sentence.

export type Language = 'en' | 'zh';
export const LANGUAGES: readonly Language[] = ['en', 'zh'];

type NameOf<Placeholder extends string> = Placeholder extends `${infer Name},${string}` ? Name : Placeholder;

/** The placeholder names of a sentence: `{task} has {count, one|many}` → 'task' | 'count'. */
export type PlaceholdersOf<Sentence extends string> = Sentence extends `${string}{${infer Placeholder}}${infer Rest}`
  ? NameOf<Placeholder> | PlaceholdersOf<Rest>
  : never;

export type Values<Sentence extends string> = Readonly<Record<PlaceholdersOf<Sentence>, string | number>>;

const PLACEHOLDER = /\{([a-zA-Z]+)(?:,\s*([^|}]*)\|([^}]*))?\}/g;

/** The same names at run time; sorted and without repetition. */
export function placeholdersOf(sentence: string): string[] {
  return [...new Set([...sentence.matchAll(PLACEHOLDER)].map((match) => match[1]!))].sort();
}

/** Fill a sentence. Values are put in as they are and never read as placeholders themselves. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(PLACEHOLDER, (_, name: string, one: string | undefined, many: string | undefined) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the sentence "${sentence}" needs a value for {${name}}`);
    return one === undefined ? String(value) : value === 1 ? one : many!;
  });
}
