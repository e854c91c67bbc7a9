// The limits of embeds, each and together.

import { asJson, type Form, isJson, lengthOf } from './form.js';

const MAX_EMBEDS = 10;
const MAX_TOTAL = 6_000;
const MAX_FIELDS = 25;

export function checkEmbeds(form: Form, value: unknown, fileNames: ReadonlySet<string>): void {
  let total = 0;
  const text = (path: readonly (string | number)[], text: unknown, max: number, required = false): void => {
    form.text(['embeds', ...path], text, { max, required, ...(required ? { min: 1 } : {}) });
    if (typeof text === 'string') total += lengthOf(text.trim());
  };
  for (const [index, entry] of form.list(['embeds'], value, { max: MAX_EMBEDS }).entries()) {
    if (!isJson(entry)) {
      form.fail(['embeds', index], 'MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType');
      continue;
    }
    text([index, 'title'], entry.title, 256);
    text([index, 'description'], entry.description, 4_096);
    if (isJson(entry.footer)) text([index, 'footer', 'text'], entry.footer.text, 2_048, true);
    if (isJson(entry.author)) text([index, 'author', 'name'], entry.author.name, 256, true);
    const fields = form.list(['embeds', index, 'fields'], entry.fields, { max: MAX_FIELDS });
    for (const [place, field] of fields.entries()) {
      text([index, 'fields', place, 'name'], asJson(field).name, 256, true);
      text([index, 'fields', place, 'value'], asJson(field).value, 1_024, true);
    }
    form.integer(['embeds', index, 'color'], entry.color, { min: 0, max: 0xffffff });
    checkUrls(form, index, entry, fileNames);
  }
  if (total > MAX_TOTAL)
    form.fail(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${MAX_TOTAL}`);
}

function checkUrls(form: Form, index: number, embed: object, fileNames: ReadonlySet<string>): void {
  const entry = asJson(embed);
  const check = (path: readonly string[], url: unknown): void => {
    if (url === undefined || url === null) return;
    const file = /^attachment:\/\/(.+)$/.exec(String(url))?.[1];
    if (file !== undefined) {
      // Discord would show no picture and say nothing; a bot that does this is wrong.
      if (!fileNames.has(file))
        form.fail(['embeds', index, ...path], 'EMULATOR_NO_SUCH_FILE', `The message has no file ${file}.`);
    } else if (!/^https?:\/\/\S+$/.test(String(url))) {
      form.fail(
        ['embeds', index, ...path],
        'URL_TYPE_INVALID_SCHEME',
        `Scheme "${String(url).split(':')[0]}" is not supported. Scheme must be one of ('http', 'https').`,
      );
    }
  };
  check(['url'], entry.url);
  for (const key of ['image', 'thumbnail']) check([key, 'url'], asJson(entry[key]).url);
  for (const key of ['footer', 'author']) check([key, 'icon_url'], asJson(entry[key]).icon_url);
}
