import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { toRow } from '../../../lambda/ledger/entry-row.ts';
import {
  changeInstanceNames,
  withFile,
  withGroups,
  withTimezones,
} from '../../../lambda/ledger/instance-names.ts';
import { toRunRow } from '../../../lambda/ledger/run-row.ts';
import { createDynamoTable } from '../../../lambda/ledger/store/dynamo-table.ts';
import type { SearchableTable } from '../../../lambda/ledger/table.ts';
import { aFailure, serveDynamo } from '../../support/dynamo-server.ts';
import { type EmbeddedTable, startLedgerTable } from '../../support/ledger-table.ts';
import { type CliEnvironment, runCli } from '../setup.ts';
import { aDueEntry, aRun, at, nowMs } from './rig.ts';

const now = new Date(nowMs);
let embedded: EmbeddedTable;
let table: SearchableTable;

beforeEach(async () => {
  embedded = await startLedgerTable();
  table = createDynamoTable({ ...embedded, now: () => now });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  await changeInstanceNames({ table, now: () => now }, (known) =>
    withGroups(withTimezones(withFile(known, ['ACE']), { ACE: 'Europe/Zurich' }), {}),
  );
  await table.put(toRow(aDueEntry('AWS_X', at('02:06:00')), nowMs), undefined);
  await table.put(toRunRow(aRun('night-42', at('01:00:00')), nowMs), undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await embedded[Symbol.asyncDispose]();
});

const runTonight = (argv: readonly string[], over: CliEnvironment = {}) =>
  runCli(['tonight', ...argv], { env: { LEDGER_TABLE: 'Ledger' }, now, ...over });

describe('tonight', () => {
  test('prints the screen within three seconds', async () => {
    // Loads the modules of the command.
    await runTonight(['--help']);
    const begun = performance.now();

    const { code, stdout, stderr } = await runTonight([]);

    expect(performance.now() - begun).toBeLessThan(3_000);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'tonight at 03:13:00',
      'ACE  no outage: circuit breaker closed, no window, logins allowed',
      '',
      'effects that wait: 1',
      '  03:06:00 (7 min ago)  SET_GLOBAL AWS_X=SUCCEEDED  the next sweep run works on it',
      'parked effects: 0',
      '',
      'runs in AWS that have not ended: 1',
      '  settlement execution night-42  RUNNING since 02:00:00 (1 h 13 min); expected by 03:30:00',
      'launches that the sweep checks: 0',
      'requests of AWS processes that wait for a job: 0',
      'groups whose day is open: 0',
      '',
    ]);
  });

  test('prints data with --json, with times in UTC', async () => {
    const { code, stdout } = await runTonight(['--json', '--instance', 'ACE']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      at: '2026-11-20T02:13:00.000Z',
      instances: [{ instance: 'ACE', outages: [], unread: [] }],
      waiting: {
        ...{ count: 1, isCut: false, unread: [] },
        items: [expect.objectContaining({ key: 'state ACE global AWS_X', stage: 'due' })],
      },
      parked: { count: 0, isCut: false, items: [], unread: [] },
      runs: {
        ...{ count: 1, isCut: false, unread: [] },
        items: [
          expect.objectContaining({
            ...{ run: 'night-42', status: 'RUNNING', slow: [], runsForSeconds: 4_380 },
            expectedEndAt: '2026-11-20T02:30:00.000Z',
          }),
        ],
      },
      launches: { count: 0, isCut: false, items: [], unread: [] },
      requests: { count: 0, isCut: false, items: [], unread: [] },
      groups: { count: 0, isCut: false, items: [], unread: [] },
      isComplete: true,
    });
  });

  test('fits its lines to the terminal', async () => {
    const { stdout } = await runTonight([], { isTTY: true, columns: 50 });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal
    const lines = stdout.replaceAll(/\x1b\[\d+m/g, '').split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(50);
  });

  test('ends with 3 and the reason if the ledger cannot be read', async () => {
    await using server = await serveDynamo(aFailure('AccessDeniedException'));
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', server.url);

    const { code, stderr } = await runTonight([]);

    expect(code).toBe(3);
    expect(stderr).toContain('AccessDeniedException');
  });

  test('ends with 3 if a part cannot be read, and prints the rest', async () => {
    await table.put(
      {
        ...{ key: 'state ACE global NEW', body: { format: 2 } },
        agenda: { list: 'due ACE', at: now },
      },
      undefined,
    );

    const { code, stdout } = await runTonight([]);

    expect(code).toBe(3);
    expect(stdout).toContain('  not read: the ledger could not read state ACE global NEW');
    expect(stdout).toContain('settlement execution night-42');
  });

  test.for([
    { argv: ['--watch'], says: 'stdout is not a terminal that can be drawn on; allowed: a t' },
    { argv: ['--watch', '1', '--json'], says: '--watch: expected 2 to 3600 seconds, found 1' },
    { argv: ['--watch', 'x', '--json'], says: '--watch: expected a whole number' },
    { argv: ['--instance', 'none'], says: 'none' },
  ])('refuses the command line $argv', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runTonight(argv);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('refuses to draw on a terminal without sequences', async () => {
    const env = { LEDGER_TABLE: 'Ledger', TERM: 'dumb' };

    const { code } = await runTonight(['--watch'], { isTTY: true, env });

    expect(code).toBe(2);
  });
});

const [enter, leave] = ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'];
const [home, clearBelow] = ['\u001b[H', '\u001b[J'];
const countOf = (text: string, part: string) => text.split(part).length - 1;

describe('tonight --watch', () => {
  /** Watches until the output has this number of pictures, then aborts as Ctrl-C does. */
  async function watchUntil(
    pictures: number,
    argv: readonly string[],
    over: CliEnvironment = {},
    onPicture: (count: number) => void = () => {},
  ) {
    const stopping = new AbortController();
    return runCli(['tonight', ...argv], {
      ...{ env: { LEDGER_TABLE: 'Ledger' }, isTTY: true, columns: 100, rows: 30 },
      signal: stopping.signal,
      onStdout: (text) => {
        const count = countOf(text, clearBelow) + countOf(text, '"isComplete"');
        onPicture(count);
        if (count >= pictures) stopping.abort();
      },
      ...over,
    });
  }

  test('draws in place on the alternate screen, and restores the terminal on Ctrl-C', async () => {
    const { code, stdout } = await watchUntil(2, ['--watch', '2']);

    expect(code).toBe(0);
    expect(stdout.startsWith(enter)).toBe(true);
    expect(stdout.endsWith(leave)).toBe(true);
    expect(countOf(stdout, home)).toBe(2);
    // No picture ends in a line feed, which would scroll the last row.
    expect(stdout).toMatch(new RegExp(`Ctrl-C ends${'\\u001b\\[K\\u001b\\[J'}`));
    expect(stdout).toContain('drawn every 2 s');
  });

  test.for([4, 8, 30])('draws no more than the %i rows of the terminal', async (rows) => {
    const { stdout } = await watchUntil(1, ['--watch'], { rows });

    const [, picture = ''] = stdout.split(home);
    expect(countOf(picture, '\n') + 1).toBeLessThanOrEqual(rows);
    expect(picture.includes('more lines do not fit')).toBe(rows < 15);
  });

  test('ends at once if Ctrl-C comes while the ledger does not answer', async () => {
    await using server = await serveDynamo('hang');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', server.url);
    const begun = performance.now();

    const { code, stdout } = await watchUntil(0, ['--watch']);

    expect(performance.now() - begun).toBeLessThan(1_000);
    expect({ code, stdout }).toEqual({ code: 3, stdout: enter + leave });
  });

  test('shows that the ledger cannot be read, and goes on', async () => {
    await using server = await serveDynamo(aFailure('AccessDeniedException'));
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', server.url);
    const backToEmbedded = (count: number) => {
      if (count === 1) vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
    };

    const { code, stdout } = await watchUntil(2, ['--watch', '2'], {}, backToEmbedded);

    expect(countOf(stdout, 'not read: ')).toBe(2);
    expect(stdout).toContain('AccessDeniedException');
    expect(code).toBe(3);
  });

  test('restores the terminal if the command fails', async () => {
    const row = await table.get('instance names');
    const body = { format: 1, kind: 'instanceNames', used: [] };
    await table.put({ key: 'instance names', body }, row?.revision);

    const { code, stdout, stderr } = await watchUntil(2, ['--watch']);

    expect(code).toBe(3);
    expect(stdout).toBe(enter + leave);
    expect(stderr).toContain('give --instance');
  });

  test('prints one document per line with --json, also without a terminal', async () => {
    const { code, stdout } = await watchUntil(2, ['--watch', '2', '--json'], { isTTY: false });

    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect(documents).toMatchObject([{ isComplete: true }, { isComplete: true }]);
  });
});
