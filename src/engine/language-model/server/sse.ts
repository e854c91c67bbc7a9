// Server-sent events, as servers really send them: cut anywhere, with any line ends, comments, and a last event that lacks its
// blank line. Only `data` matters here.

/** A line longer than this is no event of a chat. */
const MAX_LINE = 2 ** 20;

/** The data of each event. Stops reading, and lets go of the stream, when the consumer does. */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let buffer = '';
  let data: string[] = [];
  const event = function* (): Generator<string> {
    if (data.length > 0) yield data.join('\n');
    data = [];
  };
  const line = function* (text: string): Generator<string> {
    if (text === '') yield* event();
    else if (text === 'data') data.push('');
    else if (text.startsWith('data:')) data.push(text.slice(text[5] === ' ' ? 6 : 5));
  };
  for await (const chunk of chunks) {
    buffer += decoder.decode(chunk, { stream: true });
    // A carriage return at the end may be half of a line end.
    for (let end = endOfLine(buffer); end !== null; end = endOfLine(buffer)) {
      const text = buffer.slice(0, end.at);
      buffer = buffer.slice(end.next);
      yield* line(text);
    }
    if (buffer.length > MAX_LINE) throw new Error('a line of the stream does not end');
  }
  buffer += decoder.decode();
  yield* line(buffer.replace(/\r$/, ''));
  yield* event();
}

function endOfLine(text: string): { at: number; next: number } | null {
  const at = text.search(/[\r\n]/);
  if (at < 0 || (text[at] === '\r' && at + 1 === text.length)) return null;
  return { at, next: text.startsWith('\r\n', at) ? at + 2 : at + 1 };
}
