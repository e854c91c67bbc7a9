// Texts of people are data. A string such as `<|im_end|>` inside one would be read by the tokenizer as the end of the message,
// and what follows as an instruction: such strings are broken up by a space before they reach a model.

/** Of the chat formats that servers use; their tokenizers are not at hand here. */
const KNOWN = [
  '<|',
  '|>',
  '<s>',
  '</s>',
  '[INST]',
  '[/INST]',
  '<<SYS>>',
  '<</SYS>>',
  '<start_of_turn>',
  '<end_of_turn>',
  '<bos>',
  '<eos>',
  '<｜',
  '｜>',
] as const;

/** Gives a function that breaks up every one of the control strings. `special`: a model's own; without them, the known ones. */
export function controlTokenBreaker(special: readonly string[] = KNOWN): (text: string) => string {
  // Longest first, so that a string is broken before one that it contains. Spaces cannot be broken by a space.
  const strings = [...new Set(special)].filter((token) => /^\S./u.test(token)).sort((a, b) => b.length - a.length);
  if (strings.length === 0) return (text) => text;
  const quote = (token: string): string => token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(strings.map(quote).join('|'), 'gu');
  const breakOnce = (text: string): string =>
    text.replace(pattern, (token) => {
      const [first, ...rest] = token;
      return `${first} ${rest.join('')}`;
    });
  return (text) => {
    // What is left of one control string may be another: `<<s>` with the tokens `<<s` and `<s>`.
    let current = text;
    for (let next = breakOnce(current); next !== current; next = breakOnce(current)) current = next;
    return current;
  };
}
