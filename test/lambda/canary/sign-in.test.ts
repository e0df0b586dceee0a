import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError } from '../../../autosys/errors.ts';
import { parseGlobalName } from '../../../autosys/names.ts';
import { examine } from '../../../lambda/canary/examine.ts';
import { SecretSignIn } from '../../../lambda/canary/sign-in.ts';
import type { Speaker } from '../../../lambda/canary/speech.ts';
import { createLoginSlots } from '../../../lambda/login-port.ts';
import { LedgerError } from '../../../lambda/shared/errors.ts';
import { createMemoryTable } from '../../../lambda/shared/memory-table.ts';
import type { Table } from '../../../lambda/shared/table.ts';

const now = () => new Date('2026-11-22T02:00:00Z');
const refuse = async () => {
  throw new AutosysUnauthorizedError({ doing: 'asking', httpStatus: 401, said: '' });
};

function aSpeaker(over: Partial<Speaker> = {}): Speaker {
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

/** Examines once, and gives the verdicts. */
async function run(table: Table, speaker: Speaker, instance = 'ACE') {
  const signIn = new SecretSignIn({
    instance,
    secret: 'autosys/ACE',
    readCredentials: async (_secret, stage) =>
      stage === 'AWSCURRENT' ? { username: 'u', password: 'p', versionId: 'v' } : undefined,
    slots: createLoginSlots({ table, now }),
    requestsUnderWay: 1,
    now,
  });
  const verdicts: string[] = [];
  const found = examine(
    {
      endpoints: ['a:9443'],
      probe: async (endpoint) => ({ endpoint, certificateEnd: new Date('2027-11-22') }),
      standing: async () => undefined,
      signIn,
      speaker,
      globalVariable: parseGlobalName('AWS_BRIDGE_CANARY'),
      confirmWithinMs: 0,
      now,
      pause: async () => {},
    },
    new AbortController().signal,
  );
  for await (const { verdict } of found) verdicts.push(verdict);
  return verdicts;
}

describe('an examination with the login of a secret', () => {
  test('gives its slot back, so that the next one passes as well', async () => {
    const table = createMemoryTable({ now });

    const verdicts = [await run(table, aSpeaker()), await run(table, aSpeaker(), 'PRD')];

    const healthy = ['trusted', 'secretRead', 'signedIn', 'taken', 'applied'];
    expect(verdicts).toEqual([healthy, healthy]);
  });

  test('counts its refusal towards the limit of all functions', async () => {
    const table = createMemoryTable({ now });
    const speaker = aSpeaker({ readGlobalVariable: refuse });

    const verdicts = [
      await run(table, speaker),
      await run(table, speaker, 'PRD'),
      await run(table, speaker, 'TST'),
    ];

    expect(verdicts.map((all) => all.at(-1))).toEqual(['loginRefused', 'loginRefused', 'heldBack']);
  });

  test('does not call the login refused where it worked for other requests', async () => {
    const table = createMemoryTable({ now });
    await run(table, aSpeaker());

    const verdicts = await run(table, aSpeaker({ sendEvent: refuse }));

    expect(verdicts).toEqual(['trusted', 'secretRead', 'signedIn', 'requestRefused']);
  });

  test('sends no login where the ledger is unavailable, since refusals could not be counted', async () => {
    const fail = () => Promise.reject(new LedgerError({ doing: 'read', reason: 'Throttled' }));
    const table = { ...createMemoryTable({ now }), get: fail, put: fail };
    let asked = 0;
    const count = async () => {
      asked += 1;
      return { kind: 'value', value: '' } as const;
    };

    const verdicts = await run(table, aSpeaker({ readGlobalVariable: count }));

    expect(verdicts).toEqual(['trusted', 'secretRead', 'ledgerUnavailable']);
    expect(asked).toBe(0);
  });
});
