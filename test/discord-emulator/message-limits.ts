// Limits of messages: a body that just fits, and one that is refused.

export const x = (length: number): string => 'x'.repeat(length);
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
export const embed = (of: object) => ({ embeds: [of] });
const row = (...components: object[]) => ({ components: [{ type: 1, components }], content: 'x' });
const button = (of: object = {}) => ({ type: 2, style: 1, label: 'Go', custom_id: 'go', ...of });
const option = (of: object = {}) => ({ label: 'L', value: 'v', ...of });
const select = (of: object = {}) => ({ type: 3, custom_id: 's', options: [option()], ...of });
const buttons = (count: number) => times(count, (index) => button({ custom_id: `b${index}` }));

interface Case {
  readonly fits: object;
  readonly fails: object;
  readonly path: string;
  readonly reason?: string;
}

export const LIMITS: Readonly<Record<string, Case>> = {
  content: {
    fits: { content: x(2_000) },
    fails: { content: x(2_001) },
    path: 'content',
    reason: 'BASE_TYPE_MAX_LENGTH',
  },
  'content in code points': {
    fits: { content: '😀'.repeat(2_000) },
    fails: { content: '😀'.repeat(2_001) },
    path: 'content',
  },
  flags: { fits: { content: 'x', flags: 4 }, fails: { content: 'x', flags: 64 }, path: 'flags' },
  embeds: {
    fits: { embeds: times(10, () => ({ title: 'x' })) },
    fails: { embeds: times(11, () => ({ title: 'x' })) },
    path: 'embeds',
  },
  'title of an embed': { fits: embed({ title: x(256) }), fails: embed({ title: x(257) }), path: 'embeds.0.title' },
  'description of an embed': {
    fits: embed({ description: x(4_096) }),
    fails: embed({ description: x(4_097) }),
    path: 'embeds.0.description',
  },
  'fields of an embed': {
    fits: embed({ fields: times(25, () => ({ name: 'n', value: 'v' })) }),
    fails: embed({ fields: times(26, () => ({ name: 'n', value: 'v' })) }),
    path: 'embeds.0.fields',
  },
  'name of a field': {
    fits: embed({ fields: [{ name: x(256), value: 'v' }] }),
    fails: embed({ fields: [{ name: x(257), value: 'v' }] }),
    path: 'embeds.0.fields.0.name',
  },
  'value of a field': {
    fits: embed({ fields: [{ name: 'n', value: x(1_024) }] }),
    fails: embed({ fields: [{ name: 'n', value: x(1_025) }] }),
    path: 'embeds.0.fields.0.value',
  },
  'empty value of a field': {
    fits: embed({ fields: [{ name: 'n', value: 'v' }] }),
    fails: embed({ fields: [{ name: 'n', value: '' }] }),
    path: 'embeds.0.fields.0.value',
    reason: 'BASE_TYPE_REQUIRED',
  },
  'footer of an embed': {
    fits: embed({ footer: { text: x(2_048) } }),
    fails: embed({ footer: { text: x(2_049) } }),
    path: 'embeds.0.footer.text',
  },
  'author of an embed': {
    fits: embed({ author: { name: x(256) } }),
    fails: embed({ author: { name: x(257) } }),
    path: 'embeds.0.author.name',
  },
  'all embeds together': {
    fits: { embeds: [{ description: x(4_000) }, { description: x(2_000) }] },
    fails: { embeds: [{ description: x(4_000) }, { description: x(2_001) }] },
    path: 'embeds',
    reason: 'MAX_EMBED_SIZE_EXCEEDED',
  },
  'picture of an embed': {
    fits: embed({ title: 'x', image: { url: 'https://example.org/a.png' } }),
    fails: embed({ title: 'x', image: { url: 'attachment://missing.png' } }),
    path: 'embeds.0.image.url',
  },
  rows: {
    fits: {
      content: 'x',
      components: times(5, (index) => ({ type: 1, components: [button({ custom_id: `${index}` })] })),
    },
    fails: {
      content: 'x',
      components: times(6, (index) => ({ type: 1, components: [button({ custom_id: `${index}` })] })),
    },
    path: 'components',
  },
  'buttons in a row': { fits: row(...buttons(5)), fails: row(...buttons(6)), path: 'components.0.components' },
  'an empty row': { fits: row(button()), fails: row(), path: 'components.0.components' },
  'a button outside of a row': {
    fits: row(button()),
    fails: { content: 'x', components: [button()] },
    path: 'components.0.type',
  },
  'a select and a button in a row': {
    fits: row(select()),
    fails: row(select(), button()),
    path: 'components.0',
    reason: 'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
  },
  'a text input in a message': {
    fits: row(button()),
    fails: row({ type: 4, custom_id: 'x', style: 1, label: 'x' }),
    path: 'components.0.components.0.type',
  },
  'label of a button': {
    fits: row(button({ label: x(80) })),
    fails: row(button({ label: x(81) })),
    path: 'components.0.components.0.label',
  },
  'a button without words': {
    fits: row(button({ label: undefined, emoji: { name: '👍' } })),
    fails: row(button({ label: '' })),
    path: 'components.0.components.0.label',
  },
  'custom id': {
    fits: row(button({ custom_id: x(100) })),
    fails: row(button({ custom_id: x(101) })),
    path: 'components.0.components.0.custom_id',
  },
  'an empty custom id': {
    fits: row(button()),
    fails: row(button({ custom_id: '' })),
    path: 'components.0.components.0.custom_id',
  },
  'the same custom id twice': {
    fits: row(button(), button({ custom_id: 'other' })),
    fails: row(button(), button()),
    path: 'components.0.components.1.custom_id',
    reason: 'COMPONENT_CUSTOM_ID_DUPLICATED',
  },
  'a link with a custom id': {
    fits: row({ type: 2, style: 5, label: 'x', url: 'https://example.org' }),
    fails: row({ type: 2, style: 5, label: 'x', url: 'https://example.org', custom_id: 'x' }),
    path: 'components.0.components.0.custom_id',
  },
  'address of a link': {
    fits: row({ type: 2, style: 5, label: 'x', url: 'https://example.org' }),
    fails: row({ type: 2, style: 5, label: 'x', url: 'file:///etc' }),
    path: 'components.0.components.0.url',
  },
  'style of a button': {
    fits: row(button({ style: 4 })),
    fails: row(button({ style: 7 })),
    path: 'components.0.components.0.style',
  },
  'options of a select': {
    fits: row(select({ options: times(25, (index) => option({ value: `${index}` })) })),
    fails: row(select({ options: times(26, (index) => option({ value: `${index}` })) })),
    path: 'components.0.components.0.options',
  },
  'a select without options': {
    fits: row(select()),
    fails: row(select({ options: [] })),
    path: 'components.0.components.0.options',
  },
  'label of an option': {
    fits: row(select({ options: [option({ label: x(100) })] })),
    fails: row(select({ options: [option({ label: x(101) })] })),
    path: 'components.0.components.0.options.0.label',
  },
  'value of an option': {
    fits: row(select({ options: [option({ value: x(100) })] })),
    fails: row(select({ options: [option({ value: x(101) })] })),
    path: 'components.0.components.0.options.0.value',
  },
  'description of an option': {
    fits: row(select({ options: [option({ description: x(100) })] })),
    fails: row(select({ options: [option({ description: x(101) })] })),
    path: 'components.0.components.0.options.0.description',
  },
  'the same value twice': {
    fits: row(select({ options: [option(), option({ value: 'w' })] })),
    fails: row(select({ options: [option(), option()] })),
    path: 'components.0.components.0.options.1.value',
    reason: 'SELECT_COMPONENT_OPTION_VALUE_DUPLICATED',
  },
  placeholder: {
    fits: row(select({ placeholder: x(150) })),
    fails: row(select({ placeholder: x(151) })),
    path: 'components.0.components.0.placeholder',
  },
  'values of a select': {
    fits: row(select({ max_values: 1 })),
    fails: row(select({ max_values: 2 })),
    path: 'components.0.components.0.max_values',
  },
  'allowed mentions': {
    fits: { content: 'x', allowed_mentions: { parse: [], users: ['1'] } },
    fails: { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
    path: 'allowed_mentions',
  },
  'kinds of allowed mentions': {
    fits: { content: 'x', allowed_mentions: { parse: ['roles'] } },
    fails: { content: 'x', allowed_mentions: { parse: ['here'] } },
    path: 'allowed_mentions.parse.0',
  },
};
