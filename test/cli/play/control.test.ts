import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askWorlds, controlVariable } from '../../../cli/play/control-client.ts';
import { type ControlServer, startControlServer } from '../../../cli/play/control-server.ts';
import type { BreakRequest } from '../../../cli/play/incidents.ts';
import type { TriggerRequest } from '../../../cli/play/trigger-workload.ts';
import { runCli } from '../setup.ts';

const report = {
  kind: 'emitted',
  change: 'settlement execution rehearsal-1 is FAILED',
  run: 'arn:aws:states:eu-west-1:111122223333:execution:settlement:rehearsal-1',
  eventId: 'e-1',
  rules: 1,
  routes: ['settlement'],
  results: ['SET_GLOBAL AWS_SETTLEMENT=FAILED, confirmed 5 ms after the change in AWS'],
} as const;

let server: ControlServer;
const asked: (TriggerRequest | BreakRequest | 'mend')[] = [];
const files = () => ({ 'play.json': JSON.stringify(server.access) });
const env = { [controlVariable]: 'play.json' };
const run = (...argv: readonly string[]) => runCli(argv, { files: files(), env });

beforeAll(async () => {
  server = await startControlServer({
    trigger: async (request) => {
      asked.push(request);
      if (request.name === 'unknown') return { kind: 'refused', faults: ['unknown name'] };
      return request.lost ? { ...report, kind: 'lost', results: [], routes: [], rules: 0 } : report;
    },
    breakAutosys: async (request) => {
      asked.push(request);
      return { kind: 'done', lines: [`ACE: ${request.kind}`] };
    },
    mendAutosys: async () => {
      asked.push('mend');
      return { kind: 'done', lines: ['nothing was broken'] };
    },
  });
});

afterAll(async () => server[Symbol.asyncDispose]());

describe('the commands of the embedded worlds', () => {
  test('trigger prints the event, its routes and the effects', async () => {
    const { code, stdout } = await run('trigger', 'settlement', 'FAILED', '--error', 'A.B');

    expect(code).toBe(0);
    expect(asked.at(-1)).toMatchObject({ name: 'settlement', status: 'FAILED', error: 'A.B' });
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'AWS     settlement execution rehearsal-1 is FAILED',
      'event   1 rule matches, routes: settlement',
      'bridge  SET_GLOBAL AWS_SETTLEMENT=FAILED, confirmed 5 ms after the change in AWS',
    ]);
  });

  test('trigger --lost prints that no event was emitted, and --json the report', async () => {
    const lost = await run('trigger', 'settlement', 'FAILED', '--lost');
    const json = await run('trigger', 'settlement', 'FAILED', '--json');

    expect(lost.stdout).toContain('event   lost: the sweep asks AWS about the run later');
    expect(JSON.parse(json.stdout)).toEqual(report);
  });

  test('break and mend print what was done', async () => {
    const broken = await run('break', 'job', 'ETL', '--instance', 'ACE');
    const mended = await run('mend', '--json');

    expect(asked.slice(-2)).toEqual([{ kind: 'job', job: 'ETL', instance: 'ACE' }, 'mend']);
    expect(broken.stdout).toBe('ACE: job\n');
    expect(JSON.parse(mended.stdout)).toEqual({ done: ['nothing was broken'] });
  });

  test.for([
    { argv: ['trigger', 'unknown', 'FAILED'], says: 'trigger: unknown name' },
    { argv: ['trigger', 'settlement'], says: 'expected NAME STATUS' },
    { argv: ['break'], says: 'kinds: down away login job answer' },
    { argv: ['trigger', 'a', 'b', '--exit-code', '256'], says: 'expected a whole number' },
  ])('reject $argv', async ({ argv, says }) => {
    const { code, stderr } = await run(...argv);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe('without embedded worlds', () => {
  test.for([
    {
      when: 'the variable is not set',
      env: {},
      files: {},
      says: 'is not set; start `demo --serve`',
    },
    { when: 'the file is deleted', env, files: {}, says: 'have ended; start `demo --serve`' },
    { when: 'the file is empty', env, files: { 'play.json': '{}' }, says: 'have ended' },
    {
      when: 'nothing listens',
      env,
      files: { 'play.json': '{"url": "http://127.0.0.1:9", "token": "t"}' },
      says: 'do not answer',
    },
  ])('a command ends with 3 if $when', async ({ env: given, files: present, says }) => {
    const { code, stderr } = await runCli(['mend'], { env: given, files: present });

    expect(code).toBe(3);
    expect(stderr).toContain(says);
  });
});

describe('the control endpoint', () => {
  test.for([
    { when: 'the token is wrong', path: '/mend', token: 'x', body: '{}', status: 401 },
    { when: 'the path is unknown', path: '/stop', body: '{}', status: 404 },
    { when: 'the body is no object', path: '/mend', body: '[]', status: 400 },
    {
      when: 'the body is too long',
      path: '/mend',
      body: `{"a":"${'x'.repeat(70_000)}"}`,
      status: 400,
    },
  ])('refuses a request if $when', async ({ path, token, body, status }) => {
    const before = asked.length;
    const { url, token: right } = server.access;

    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token ?? right}` },
      body,
    });

    expect(response.status).toBe(status);
    expect(asked.length).toBe(before);
  });

  test('tells the faults to the client', async () => {
    const io = {
      env,
      signal: new AbortController().signal,
      readText: () => JSON.stringify({ ...server.access, token: 'wrong' }),
    };

    await expect(askWorlds('mend', {}, io)).rejects.toThrow('the token is missing or wrong');
  });
});
