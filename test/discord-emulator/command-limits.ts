// Limits of commands: a registration that just fits, and one that is refused.

export const x = (length: number): string => 'x'.repeat(length);
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const command = (of: object = {}) => ({ name: 'task', description: 'Tasks', ...of });
export const option = (of: object = {}) => ({ type: 3, name: 'text', description: 'Text', ...of });
export const sub = (of: object = {}) => ({ type: 1, name: 'make', description: 'Make', ...of });
export const withOptions = (...options: object[]) => command({ options });
export const choice = (of: object = {}) => ({ name: 'A', value: 'a', ...of });

interface Case {
  readonly fits: object;
  readonly fails: object;
  /** Below the first command. */
  readonly path: string;
}

export const LIMITS: Readonly<Record<string, Case>> = {
  'length of a name': { fits: command({ name: x(32) }), fails: command({ name: x(33) }), path: 'name' },
  'letters of a name': { fits: command({ name: 'aufgabe-ü_任务' }), fails: command({ name: 'a b' }), path: 'name' },
  'case of a name': { fits: command({ name: 'task' }), fails: command({ name: 'Task' }), path: 'name' },
  description: { fits: command({ description: x(100) }), fails: command({ description: x(101) }), path: 'description' },
  'no description': { fits: command(), fails: { name: 'task' }, path: 'description' },
  type: { fits: command({ type: 1 }), fails: command({ type: 9 }), path: 'type' },
  'locale of a name': {
    fits: command({ name_localizations: { 'zh-CN': '任务' } }),
    fails: command({ name_localizations: { zh: '任务' } }),
    path: 'name_localizations.zh',
  },
  'translated name': {
    fits: command({ name_localizations: { de: 'aufgabe' } }),
    fails: command({ name_localizations: { de: 'Aufgabe' } }),
    path: 'name_localizations.de',
  },
  'translated description': {
    fits: command({ description_localizations: { de: x(100) } }),
    fails: command({ description_localizations: { de: x(101) } }),
    path: 'description_localizations.de',
  },
  options: {
    fits: withOptions(...times(25, (index) => option({ name: `o${index}` }))),
    fails: withOptions(...times(26, (index) => option({ name: `o${index}` }))),
    path: 'options',
  },
  'name of an option': {
    fits: withOptions(option()),
    fails: withOptions(option({ name: 'Text' })),
    path: 'options.0.name',
  },
  'names of options twice': {
    fits: withOptions(option(), option({ name: 'other' })),
    fails: withOptions(option(), option()),
    path: 'options.1',
  },
  'translated names of options twice': {
    fits: withOptions(
      option({ name_localizations: { de: 'a' } }),
      option({ name: 'other', name_localizations: { fr: 'a' } }),
    ),
    fails: withOptions(
      option({ name_localizations: { de: 'a' } }),
      option({ name: 'other', name_localizations: { de: 'a' } }),
    ),
    path: 'options.1',
  },
  'description of an option': {
    fits: withOptions(option()),
    fails: withOptions(option({ description: '' })),
    path: 'options.0.description',
  },
  'order of options': {
    fits: withOptions(option({ required: true }), option({ name: 'b' })),
    fails: withOptions(option(), option({ name: 'b', required: true })),
    path: 'options.1',
  },
  'subcommands beside options': {
    fits: withOptions(sub(), sub({ name: 'b' })),
    fails: withOptions(sub(), option()),
    path: 'options',
  },
  'a subcommand in a subcommand': {
    fits: withOptions(sub({ options: [option()] })),
    fails: withOptions(sub({ options: [sub()] })),
    path: 'options.0.options.0.type',
  },
  'a group in a group': {
    fits: withOptions({ ...sub(), type: 2, options: [sub()] }),
    fails: withOptions({ ...sub(), type: 2, options: [{ ...sub(), type: 2, options: [sub()] }] }),
    path: 'options.0.options.0.type',
  },
  'an empty group': {
    fits: withOptions({ ...sub(), type: 2, options: [sub()] }),
    fails: withOptions({ ...sub(), type: 2 }),
    path: 'options.0.options',
  },
  choices: {
    fits: withOptions(option({ choices: times(25, (index) => choice({ name: `${index}` })) })),
    fails: withOptions(option({ choices: times(26, (index) => choice({ name: `${index}` })) })),
    path: 'options.0.choices',
  },
  'name of a choice': {
    fits: withOptions(option({ choices: [choice({ name: x(100) })] })),
    fails: withOptions(option({ choices: [choice({ name: x(101) })] })),
    path: 'options.0.choices.0.name',
  },
  'value of a choice': {
    fits: withOptions(option({ choices: [choice({ value: x(100) })] })),
    fails: withOptions(option({ choices: [choice({ value: x(101) })] })),
    path: 'options.0.choices.0.value',
  },
  'type of a choice': {
    fits: withOptions(option({ type: 4, choices: [choice({ value: 1 })] })),
    fails: withOptions(option({ type: 4, choices: [choice({ value: 'a' })] })),
    path: 'options.0.choices.0.value',
  },
  'choices of a file': {
    fits: withOptions(option({ type: 11 })),
    fails: withOptions(option({ type: 11, choices: [choice()] })),
    path: 'options.0.type',
  },
  'autocomplete with choices': {
    fits: withOptions(option({ autocomplete: true })),
    fails: withOptions(option({ autocomplete: true, choices: [choice()] })),
    path: 'options.0.autocomplete',
  },
  'length of a text': {
    fits: withOptions(option({ max_length: 6_000 })),
    fails: withOptions(option({ max_length: 6_001 })),
    path: 'options.0.max_length',
  },
  'bounds of a text': {
    fits: withOptions(option({ type: 4, min_value: 1 })),
    fails: withOptions(option({ min_value: 1 })),
    path: 'options.0.min_value',
  },
  size: {
    fits: withOptions(
      ...times(20, (index) =>
        option({ name: `o${index}`, choices: times(3, (n) => choice({ name: `${n}${x(90)}`, value: `${n}` })) }),
      ),
    ),
    fails: withOptions(
      ...times(20, (index) =>
        option({ name: `o${index}`, choices: times(5, (n) => choice({ name: `${n}${x(90)}`, value: `${n}` })) }),
      ),
    ),
    path: '',
  },
  permissions: {
    fits: command({ default_member_permissions: '32' }),
    fails: command({ default_member_permissions: 32 }),
    path: 'default_member_permissions',
  },
  contexts: { fits: command({ contexts: [0, 1, 2] }), fails: command({ contexts: [3] }), path: 'contexts.0' },
  installations: {
    fits: command({ integration_types: [0, 1] }),
    fails: command({ integration_types: [2] }),
    path: 'integration_types.0',
  },
  'description of a menu': {
    fits: { type: 3, name: 'Label This!' },
    fails: { type: 3, name: 'x', description: 'x' },
    path: 'description',
  },
  'options of a menu': {
    fits: { type: 3, name: 'x' },
    fails: { type: 3, name: 'x', options: [option()] },
    path: 'options',
  },
};
