// The log: what a line looks like, and everything that never gets into one.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createFileLog, createLog, type Facts } from '../../src/bot/log.js';
import { UserError } from '../../src/engine/index.js';

/** The shape of a bot token; not one. */
const TOKEN = `${'MTk4'.repeat(6)}.Gh0stX.${'aB3_-x'.repeat(6)}`;

function logged(write: (log: ReturnType<typeof createLog>) => void, secrets: readonly string[] = []): string[] {
  const lines: string[] = [];
  write(createLog((line) => lines.push(line), { secrets }));
  return lines;
}

const folder = mkdtempSync(path.join(tmpdir(), 'handful-log-'));
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a line of the log', () => {
  it('is one JSON object with the time, the level, the event and its facts', () => {
    const [line] = logged((log) => log.info('taught', { space: '1', person: '2', task: 'a1', count: 3 }));
    expect(JSON.parse(line!)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      space: '1',
      person: '2',
      task: 'a1',
      count: 3,
      event: 'taught',
    });
  });

  it('of a bug has the id that the person sees, where it was, and the stack with its causes', () => {
    let id = '';
    const [line] = logged((log) => {
      id = log.bug('training run', new Error('tensor is disposed', { cause: new RangeError('beyond the end') }));
    });
    const entry = JSON.parse(line!);
    expect(entry).toMatchObject({ level: 'error', event: 'bug', id, where: 'training run' });
    expect(id).toMatch(/^[0-9a-f]{6}$/);
    expect(entry.cause).toMatch(
      /^Error: tensor is disposed\n {4}at .*log\.test\.ts[\s\S]*caused by RangeError: beyond the end/,
    );
  });

  it('is left out below the level of the log', () => {
    const lines: string[] = [];
    const log = createLog((line) => lines.push(line), { level: 'warn' });
    log.info('asked');
    log.debug('asked');
    log.warn('slow');
    log.bug('x', new Error('y'));
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(['warn', 'error']);
  });
});

describe('never in the log', () => {
  it('the message of a UserError, which may quote what somebody wrote', () => {
    const inner = new UserError('bad-file', 'line 3: "my bank account is empty"');
    const [line] = logged((log) =>
      log.bug('command', new UserError('store', 'I was charged\n    at the bank', { cause: inner })),
    );
    expect(JSON.parse(line!).cause).toMatch(/^UserError store\n {4}at [\s\S]*caused by UserError bad-file\n {4}at /);
    expect(line).not.toMatch(/charged|bank/);
  });

  it('a text that a parser quotes', () => {
    const parse = (): unknown => JSON.parse('charged twice');
    let error: unknown;
    try {
      parse();
    } catch (caught) {
      error = caught;
    }
    expect(String(error)).toContain('charged');
    const [line] = logged((log) => log.bug('file', error));
    expect(line).not.toContain('charged');
    expect(line).toContain('log.test.ts');
  });

  it('a text that was thrown', () => {
    expect(logged((log) => log.bug('x', 'charged twice'))[0]).not.toContain('charged');
  });

  it.each<[string, string, string]>([
    ['a bot token', `Request with ${TOKEN} failed`, TOKEN],
    ['an Authorization header', `headers: { Authorization: "Bot ${TOKEN.slice(0, 20)}" }`, TOKEN.slice(0, 20)],
    ['a bearer token', 'Authorization: Bearer abcdefghijkl', 'abcdefghijkl'],
    ['a header in JSON', '{"authorization":"hunter2hunter2"}', 'hunter2hunter2'],
    ['a password in an address', 'connect to redis://ann:hunter2@example.org:6379 failed', 'hunter2'],
    ['a token in an address', 'GET https://example.org/?token=hunter2&x=1 failed', 'hunter2'],
    ['the token of an interaction', 'POST /interactions/123/aW50ZXJhY3Rpb24/callback', 'aW50ZXJhY3Rpb24'],
    [
      'the token of a webhook',
      'PATCH https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb24?wait=1',
      'aW50ZXJhY3Rpb24',
    ],
    ['a variable', 'DISCORD_TOKEN=hunter2', 'hunter2'],
  ])('%s', (_, message, secret) => {
    const lines = logged((log) => {
      log.bug('rest', new Error(message));
      log.bug('rest', new Error('outer', { cause: new Error(message) }));
      log.warn('rest', { status: message });
    });
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).not.toContain(secret);
      expect(line).toContain('[redacted]');
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  it('a value that is known to be secret, and fields that hold one', () => {
    const facts = { token: 'a', authorization: 'b', password: 'c', secret: 'd', cookie: 'e', count: 1 } satisfies Facts;
    const [known, fields] = logged(
      (log) => {
        log.bug('login', new Error('sesame was refused'));
        log.info('login', facts);
      },
      ['sesame'],
    );
    expect(known).not.toContain('sesame');
    expect(JSON.parse(fields!)).toMatchObject({ token: '[redacted]', cookie: '[redacted]', count: 1 });
    for (const value of ['a', 'b', 'c', 'd', 'e']) expect(Object.values(JSON.parse(fields!))).not.toContain(value);
  });

  it('nothing else: a stack, an address and ids come through', () => {
    const message = 'GET https://discord.com/api/v10/channels/123456789012345678 gave 404';
    const [line] = logged((log) => log.bug('rest', new Error(message)));
    expect(line).toContain(message);
    expect(line).not.toContain('[redacted]');
  });
});

describe('the log of the local chat', () => {
  it('is a file for its owner alone, made with the first line, without what went well', () => {
    const file = path.join(folder, 'handful.log');
    const log = createFileLog(file);
    log.info('taught');
    expect(() => statSync(file)).toThrow(/ENOENT/);
    log.bug('a', new Error('b'));
    log.warn('c');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['bug', 'c']);
  });

  it('goes to standard error where the file cannot be written', () => {
    const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    createFileLog(path.join(folder, 'gone', 'handful.log')).warn('full');
    expect(JSON.parse(String(written.mock.calls[0]![0]))).toMatchObject({ level: 'warn', event: 'full' });
  });
});

describe('the log of a service', () => {
  it('is whole on standard output when the process ends at once', () => {
    const module = fileURLToPath(new URL('../../dist/bot/log.js', import.meta.url));
    const program = `import { createStreamLog } from ${JSON.stringify(module)};
      const log = createStreamLog({ level: 'info', secrets: ['sesame'] });
      for (let i = 0; i < 2000; i++) log.info('taught', { i, note: 'sesame' });
      log.debug('left out');
      process.exit(3);`;
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect(status).toBe(3);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2000);
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ i: 1999, note: '[redacted]', event: 'taught' });
  });
});
