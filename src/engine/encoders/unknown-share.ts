// How much of some texts a tokenizer does not know: an encoder that reads mostly unknown tokens cannot tell the texts apart.

/** Share of the tokens that are the unknown one; 0 where there are none. */
export function shareOfUnknown(
  texts: readonly string[],
  { tokenize, unknownId }: { readonly tokenize: (text: string) => ArrayLike<number>; readonly unknownId: number },
): number {
  let [unknown, tokens] = [0, 0];
  for (const text of texts) {
    const ids = tokenize(text);
    for (let i = 0; i < ids.length; i++) if (ids[i] === unknownId) unknown++;
    tokens += ids.length;
  }
  return tokens === 0 ? 0 : unknown / tokens;
}
