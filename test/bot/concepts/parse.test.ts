import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConcept } from '../../../src/bot/concepts/parse.js';

const FOLDER = new URL('../../../data/concepts/', import.meta.url);

const file = (lines: { readonly matter?: readonly string[]; readonly body?: string }): string =>
  [
    '---',
    ...(lines.matter ?? ['id: house-style', 'title: House style']),
    '---',
    lines.body ?? '## en\n\nBy team.',
  ].join('\n');

describe('parseConcept', () => {
  it('reads every shipped topic, both languages whole', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(files.length).toBeGreaterThan(80);
    for (const name of files) {
      const parsed = parseConcept(readFileSync(new URL(name, FOLDER), 'utf8'));
      if ('problem' in parsed) throw new Error(`${name}: ${JSON.stringify(parsed.problem)}`);
      expect(`${parsed.concept.id}.md`).toBe(name);
      expect(Object.keys(parsed.concept.texts)).toEqual(['en', 'zh']);
    }
  });

  it('reads title, names, answer, mistake and sources', () => {
    const parsed = parseConcept(readFileSync(new URL('lora.md', FOLDER), 'utf8'));
    expect(parsed).toMatchObject({
      concept: {
        id: 'lora',
        texts: {
          en: {
            title: 'LoRA',
            names: expect.arrayContaining(['low-rank adaptation']),
            answer: expect.stringMatching(/^LoRA stands for .*nothing extra\.$/),
            mistake: expect.stringMatching(/^Some texts expand/),
          },
          zh: { title: 'LoRA（低秩适配）' },
        },
        related: expect.arrayContaining(['qlora']),
        compares: [],
        sources: [{ cite: expect.stringContaining('Hu et al. 2021'), url: 'https://arxiv.org/abs/2106.09685' }],
      },
    });
  });

  it('is content with one language, one title and nothing else, whatever the line breaks', () => {
    expect(parseConcept(`\ufeff${file({}).replaceAll('\n', '\r\n')}`)).toEqual({
      concept: {
        id: 'house-style',
        texts: { en: { title: 'House style', names: [], answer: 'By team.', mistake: null } },
        related: [],
        compares: [],
        sources: [],
      },
    });
  });

  const matter = (...lines: string[]) => file({ matter: ['id: a', 'title: A', ...lines] });
  it.each([
    ['nothing', '', { line: 1, expected: 'front-matter', found: '' }],
    ['no front matter', 'LoRA is …', { line: 1, expected: 'front-matter', found: 'LoRA is …' }],
    ['a front matter without end', '---\nid: a\n', { line: 1, expected: 'front-matter', found: '---' }],
    ['a list that is not closed', matter('related: [lora'), { line: 4, expected: 'yaml' }],
    ['a field twice', matter('title: B'), { line: 4, expected: 'yaml', found: 'title: B' }],
    [
      'aliases that grow',
      matter(`x: &x [${'1,'.repeat(200)}]`, `related: [${'*x,'.repeat(200)}]`),
      { line: 2, expected: 'yaml' },
    ],
    ['a field that does not exist', matter('labels: [a]'), { line: 4, expected: 'fields', found: 'labels' }],
    ['no id', file({ matter: ['title: A'] }), { line: 2, expected: 'id' }],
    [
      'an id with a space',
      file({ matter: ['id: my topic', 'title: A'] }),
      { line: 2, expected: 'id', found: 'my topic' },
    ],
    ['no title', file({ matter: ['id: a'] }), { line: 2, expected: 'title' }],
    ['a long title', file({ matter: ['id: a', `title: ${'x'.repeat(101)}`] }), { line: 3, expected: 'title' }],
    ['names that are no lists', matter('names: LoRA'), { line: 4, expected: 'names', found: 'LoRA' }],
    [
      'a related topic that is no id',
      matter('related:', '  - lora', '  - Q LoRA'),
      { line: 6, expected: 'related', found: '- Q LoRA' },
    ],
    ['one side to compare', matter('compares: [lora]'), { line: 4, expected: 'compares' }],
    [
      'a source that is no https',
      matter('sources:', '  - cite: X', '    url: ftp://x.org'),
      { line: 6, expected: 'sources' },
    ],
    [
      'text before the first section',
      file({ body: '\nBy team.\n' }),
      { line: 6, expected: 'section', found: 'By team.' },
    ],
    ['a third language', file({ body: '## fr\n\nPar équipe.' }), { line: 5, expected: 'section', found: '## fr' }],
    ['no section', file({ body: '' }), { line: 5, expected: 'section', found: '' }],
    ['a section twice', file({ body: '## en\n\nA.\n\n## en\n\nB.' }), { line: 9, expected: 'one-section' }],
    ['an empty section', file({ body: '## zh\n\n## en\n\nA.' }), { line: 5, expected: 'answer' }],
    ['another heading', file({ body: '## en\n\nA.\n\n### See also' }), { line: 9, expected: 'mistake-heading' }],
    ['an answer without end', file({ body: `## en\n\n${'a'.repeat(2001)}` }), { line: 7, expected: 'answer' }],
    ['a heading without a mistake', file({ body: '## en\n\nA.\n\n### 常见误解\n' }), { line: 5, expected: 'mistake' }],
  ])('says where %s is wrong', (_, source, problem) => {
    expect(parseConcept(source)).toEqual({ problem: expect.objectContaining(problem) });
  });
});
