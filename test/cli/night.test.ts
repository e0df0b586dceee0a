import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock, makeAuthority, startEmulator } from '../../emulator/index.ts';
import { admit } from '../../lambda/ledger/admit.ts';
import { toRow } from '../../lambda/ledger/entry-row.ts';
import { createDynamoTable } from '../../lambda/ledger/store/dynamo-table.ts';
import { readNightSpan } from '../../lambda/night/night-span.ts';
import { aContext, aStateRequest } from '../lambda/ledger/requests.ts';
import { type EmbeddedTable, startLedgerTable } from '../support/ledger-table.ts';
import { environmentFor, runCli } from './setup.ts';

const authority = await makeAuthority();
const timezone = 'Europe/Zurich';
/** 03:00 in Zurich. */
const start = new Date('2026-11-20T02:00:00Z');
const jil = {
  name: 'night.jil',
  text: `
insert_machine: m1
insert_job: LOAD_SETTLEMENT  job_type: CMD
machine: m1
command: sleep 60
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"
insert_job: OTHER  job_type: CMD
machine: m1
command: sleep 60
insert_job: NIGHT  job_type: BOX
insert_job: IN_BOX  job_type: CMD
box_name: NIGHT
machine: m1
command: sleep 60
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"
`,
};

let embedded: EmbeddedTable;

beforeEach(async () => {
  embedded = await startLedgerTable();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', embedded.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await embedded[Symbol.asyncDispose]();
});

/** Runs `night` against an embedded AutoSys and a ledger with one variable that is due. */
async function runNight(argv: readonly string[], { isDown = false } = {}) {
  const clock = new ManualClock(start);
  const emulator = await startEmulator({ authority, clock, timezone, jil: [jil] });
  const environment = environmentFor(emulator);
  if (isDown) await emulator.stop();
  try {
    const table = createDynamoTable({ ...embedded, now: () => start });
    const { cause, ...asked } = aStateRequest();
    const request = { ...asked, cause: { ...cause, seenMs: start.getTime() } };
    const result = admit(undefined, request, aContext({ nowMs: start.getTime() }));
    if (result.kind !== 'take') throw new Error(result.kind);
    await table.put(toRow(result.entry, start.getTime()), undefined);
    return await runCli(['night', '--instance', 'ACE', '--timezone', timezone, ...argv], {
      ...environment,
      now: new Date(start.getTime() + 60_000),
      env: { ...environment.env, LEDGER_TABLE: 'Ledger' },
    });
  } finally {
    if (!isDown) await emulator.stop();
  }
}

describe('night', () => {
  test('prints each variable of the bridge with the jobs that wait for it', async () => {
    const { stdout, code } = await runNight(['--since', '20:00']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Night of ACE: 2026-11-19 20:00 GMT\+1 to 2026-11-20 03:01 GMT\+1/);
    expect(stdout).toContain('AWS_SETTLEMENT (global variable)');
    expect(stdout).toMatch(/AWS_SETTLEMENT = \S+: waits: /);
    expect(stdout).toMatch(
      /LOAD_SETTLEMENT {2}INACTIVE {2}waits for value\(AWS_SETTLEMENT\) = "SUCCEEDED"/,
    );
    expect(stdout).toContain('  IN_BOX  INACTIVE  ');
    expect(stdout).not.toContain('OTHER');
  });

  test('writes the page to a file', async () => {
    const { stdout, written, code } = await runNight(['--since', '20:00', '--out', 'night.html']);

    expect({ stdout, code }).toEqual({ stdout: 'wrote night.html\n', code: 0 });
    expect(written.get('night.html')).toContain('<h1>Night of ACE</h1>');
  });

  test('prints JSON', async () => {
    const { stdout } = await runNight(['--since', '20:00', '--json']);

    expect(JSON.parse(stdout)).toMatchObject({
      ...{ instance: 'ACE', timezone },
      lanes: [
        {
          ...{ kind: 'global', name: 'AWS_SETTLEMENT' },
          jobs: [{ name: 'LOAD_SETTLEMENT' }, { name: 'IN_BOX' }],
        },
      ],
    });
  });

  test('shows what the ledger knows if AutoSys is away, and ends with 3', async () => {
    const { stdout, code } = await runNight(['--since', '20:00'], { isDown: true });

    expect(code).toBe(3);
    expect(stdout).toContain('The jobs of AutoSys could not be read: ');
    expect(stdout).toContain('AWS_SETTLEMENT (global variable)');
  });

  test('refuses times that it cannot read', async () => {
    const { stderr, code } = await runNight(['--since', 'yesterday']);

    expect(code).toBe(2);
    expect(stderr).toContain(
      '--since: "yesterday" is no time; allowed: a local time such as 20:00',
    );
  });
});

describe('the span of a night', () => {
  const now = new Date('2026-11-20T02:00:00Z');

  test.for([
    ['20:00', undefined, '2026-11-19T19:00:00.000Z', '2026-11-20T02:00:00.000Z'],
    ['02:59', undefined, '2026-11-20T01:59:00.000Z', '2026-11-20T02:00:00.000Z'],
    ['20:00', '02:00', '2026-11-19T19:00:00.000Z', '2026-11-20T01:00:00.000Z'],
    ['2026-11-18T20:00+01:00', '06:00', '2026-11-18T19:00:00.000Z', '2026-11-19T05:00:00.000Z'],
  ] as const)('is read from %s and %s', ([since, until, from, end]) => {
    const span = readNightSpan({ since, until, timezone, now });

    expect(span).toEqual({ from: new Date(from), until: new Date(end) });
  });

  test.for([
    ['25:00', undefined, '--since: "25:00" is no time'],
    ['20:00', 'soon', '--until: "soon" is no time'],
    ['2026-11-20T20:00', undefined, '--since: "2026-11-20T20:00" is no time'],
    ['20:00', '2026-11-19T10:00Z', '--until: 2026-11-19T10:00:00.000Z is not after'],
    ['2026-11-10T20:00Z', undefined, '222 hours, allowed: at most 48'],
  ] as const)('is refused for %s and %s', ([since, until, fault]) => {
    expect(readNightSpan({ since, until, timezone, now })).toContain(fault);
  });
});
