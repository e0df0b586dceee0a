import { expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import type { DrainResult } from '../../../lambda/delivery/drain.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import type { Recheck } from '../../../lambda/sweep/recheck.ts';
import { createSweep, type SweepDeps } from '../../../lambda/sweep/sweep.ts';
import { ace } from '../delivery/rig.ts';

const error = new LedgerError({ doing: 'read', reason: 'x' });
const failure = { name: 'E', code: 'E', message: 'x' };
const drained: DrainResult = { kind: 'failed', key: 'drained', error: failure };
const read: Recheck = { kind: 'failed', key: 'read', error: failure };
const pass = { untilMs: 1, signal: new AbortController().signal };
const prd = parseAutosysInstance('PRD');

/** A sweep over two instances whose parts do as they are told; what was accounted for is kept. */
function aSweep(over: Partial<SweepDeps> = {}) {
  const told: string[] = [];
  const sweep = createSweep({
    instances: [
      { name: ace, rereadForMs: 1 },
      { name: prd, rereadForMs: 1 },
    ],
    drain: async function* () {
      yield drained;
    },
    reread: async function* () {
      yield read;
    },
    parkUnknown: async function* () {},
    ask: async () => undefined,
    standing: {
      runs: async () => ({ open: 0, lateSeconds: 0 }),
      instance: async (instance) => ({ instance, oldestDueSeconds: 0, circuitIsOpen: false }),
    },
    account: {
      drained: () => told.push('drained'),
      reread: () => told.push('read'),
      asked: () => told.push('asked'),
      runsStand: () => told.push('runs'),
      instanceStands: ({ instance }) => told.push(instance),
    },
    ...over,
  });
  return { told, sweep };
}

test('drains each AutoSys before it reads there again, and tells at last how things stand', async () => {
  const { told, sweep } = aSweep();

  await sweep(pass);

  expect(told.slice(0, 4).sort()).toEqual(['drained', 'drained', 'read', 'read']);
  expect(told.indexOf('drained')).toBe(0);
  expect(told.slice(4).sort()).toEqual(['ACE', 'PRD', 'runs']);
});

test('tells of what it parks for instances that the file does not name', async () => {
  const { told, sweep } = aSweep({
    drain: async function* () {},
    parkUnknown: async function* () {
      yield drained;
    },
  });

  await sweep(pass);

  expect(told).toContain('drained');
});

test.for([
  {
    part: 'the parking for unknown instances',
    over: { parkUnknown: failing(undefined, drained) },
    left: 'drained',
  },
  { part: 'the drain of one AutoSys', over: { drain: failing(ace, drained) }, left: 'drained' },
  { part: 'the questions to AWS', over: { ask: () => Promise.reject(error) }, left: 'drained' },
])('fails when $part fails, after all the others have worked', async ({ over, left }) => {
  const { told, sweep } = aSweep(over);

  await expect(sweep(pass)).rejects.toBe(error);

  expect(told).toContain(left);
  expect(told).toEqual(expect.arrayContaining(['read', 'runs', 'ACE', 'PRD']));
});

function failing(instance: string | undefined, otherwise: DrainResult) {
  return async function* (name: unknown) {
    if (instance === undefined || name === instance) throw error;
    yield otherwise;
  };
}
