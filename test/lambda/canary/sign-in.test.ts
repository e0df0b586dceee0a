import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import { parseGlobalName, parseJobName } from '../../../autosys/names.ts';
import type { ReadCredentials, SecretLogin } from '../../../lambda/aws/secret-login.ts';
import type { CanaryClient } from '../../../lambda/canary/canary-client.ts';
import { type ExamineDeps, examine } from '../../../lambda/canary/examine.ts';
import { SecretSignIn } from '../../../lambda/canary/secret-sign-in.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { createLoginSlots } from '../../../lambda/login/carried-login.ts';
import { SecretShapeError } from '../../../lambda/login-errors.ts';

const now = () => new Date('2026-11-22T02:00:00Z');
const refuse = async () => {
  throw new AutosysUnauthorizedError({ doing: 'asking', httpStatus: 401, said: '' });
};

const login = { username: 'u', password: 'p', versionId: 'v' };
const readCurrentOnly: ReadCredentials = async (_secret, stage) =>
  stage === 'AWSCURRENT' ? login : undefined;

function aClient(over: Partial<CanaryClient> = {}): CanaryClient {
  let value = '';
  return {
    sendEvent: async (event) => {
      if (event.kind === 'SET_GLOBAL') value = event.value;
    },
    readGlobalVariable: async () => ({ kind: 'value', value }),
    readJob: async () => ({ status: 'SUCCESS' }),
    ...over,
  };
}

interface RunOptions extends Pick<ExamineDeps, 'candidates' | 'job'> {
  readonly instance?: string;
  readonly readCredentials?: ReadCredentials;
}

/** Examines once and returns the verdicts. */
async function run(table: Table, client: CanaryClient, options: RunOptions = {}) {
  const { instance = 'ACE', candidates, job, readCredentials = readCurrentOnly } = options;
  const signIn = new SecretSignIn({
    instance,
    secret: 'autosys/ACE',
    readCredentials,
    slots: createLoginSlots({ table, now }),
    requestsUnderWay: 1,
    now,
  });
  const verdicts: string[] = [];
  const findings = examine(
    {
      endpoints: ['a:9443'],
      probe: async (endpoint) => ({ endpoint, certificateEnd: new Date('2027-11-22') }),
      findSkipReason: async () => undefined,
      signIn,
      client,
      globalVariable: parseGlobalName('AWS_BRIDGE_CANARY'),
      confirmWithinMs: 0,
      now,
      sleep: async () => {},
      ...(candidates && { candidates }),
      ...(job && { job }),
    },
    new AbortController().signal,
  );
  for await (const { verdict } of findings) verdicts.push(verdict);
  return verdicts;
}

describe('an examination with the login of a secret', () => {
  test('releases its slot, so that the next one passes too', async () => {
    const table = createMemoryTable({ now });

    const verdicts = [
      await run(table, aClient()),
      await run(table, aClient(), { instance: 'PRD' }),
    ];

    const healthy = ['trusted', 'secretRead', 'signedIn', 'accepted', 'applied'];
    expect(verdicts).toEqual([healthy, healthy]);
  });

  test('counts its refusal towards the limit of all functions', async () => {
    const table = createMemoryTable({ now });
    const client = aClient({ readGlobalVariable: refuse });

    const verdicts = [
      await run(table, client),
      await run(table, client, { instance: 'PRD' }),
      await run(table, client, { instance: 'TST' }),
    ];

    expect(verdicts.map((all) => all.at(-1))).toEqual([
      'loginRefused',
      'loginRefused',
      'loginSuspended',
    ]);
  });

  test('does not report a refused login if the login worked for other requests', async () => {
    const table = createMemoryTable({ now });
    await run(table, aClient());

    const verdicts = await run(table, aClient({ sendEvent: refuse }));

    expect(verdicts).toEqual(['trusted', 'secretRead', 'signedIn', 'requestRefused']);
  });

  test('sends nothing more after a request with another wire profile was refused', async () => {
    const table = createMemoryTable({ now });
    let requests = 0;
    const count = async () => {
      requests += 1;
      return { status: 'SUCCESS' };
    };
    const lost = async () => {};
    const candidate = { name: 'aews-12.1', setsGlobals: true, readsGlobals: true };

    const verdicts = await run(table, aClient({ sendEvent: lost, readJob: count }), {
      candidates: [{ ...candidate, client: aClient({ sendEvent: refuse }) }],
      job: parseJobName('PROBE'),
    });

    expect(verdicts.at(-1)).toBe('requestRefused');
    expect(requests).toBe(0);
  });

  test('reports that the clock of AutoSys differs', async () => {
    const table = createMemoryTable({ now });

    const verdicts = await run(table, aClient({ clockDifference: { ms: -600_000 } }));

    expect(verdicts).toContain('clockDiffers');
  });

  test.for<{ previous: string; readPrevious: () => Promise<SecretLogin> }>([
    {
      previous: 'is the same login',
      readPrevious: async () => ({ ...login, versionId: 'earlier' }),
    },
    {
      previous: 'is invalid',
      readPrevious: async () => {
        throw new SecretShapeError({ secret: 'autosys/ACE', found: 'a field password' });
      },
    },
  ])(
    'does not send the previous version of the secret if it $previous',
    async ({ readPrevious }, { expect }) => {
      const table = createMemoryTable({ now });
      let requests = 0;
      const client = aClient({
        readGlobalVariable: () => {
          requests += 1;
          return refuse();
        },
      });
      const readCredentials: ReadCredentials = async (_secret, stage) =>
        stage === 'AWSCURRENT' ? login : readPrevious();

      const verdicts = [
        await run(table, client, { readCredentials }),
        await run(table, client, { readCredentials }),
      ];

      expect(verdicts.map((all) => all.at(-1))).toEqual(['loginRefused', 'loginSuspended']);
      expect(requests).toBe(1);
    },
  );

  test('sends no login while the ledger is unavailable, since refusals could not be counted', async () => {
    const fail = () => Promise.reject(new LedgerError({ doing: 'read', reason: 'Throttled' }));
    const table = { ...createMemoryTable({ now }), get: fail, put: fail };
    let requests = 0;
    const count = async () => {
      requests += 1;
      return { kind: 'value', value: '' } as const;
    };

    const verdicts = await run(table, aClient({ readGlobalVariable: count }));

    expect(verdicts).toEqual(['trusted', 'secretRead', 'ledgerUnavailable']);
    expect(requests).toBe(0);
  });
});
