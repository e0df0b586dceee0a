import { expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import type { DrainResult } from '../../../lambda/delivery/drain.ts';
import { LedgerError } from '../../../lambda/errors.ts';
import type { Recheck } from '../../../lambda/sweep/recheck.ts';
import { createSweep, type SweepDeps } from '../../../lambda/sweep/sweep.ts';
import { aMember } from '../../support/groups.ts';
import { ace } from '../delivery/rig.ts';

const error = new LedgerError({ doing: 'read', reason: 'x' });
const failure = { name: 'E', code: 'E', message: 'x' };
const drained: DrainResult = { kind: 'failed', key: 'drained', error: failure };
const read: Recheck = { kind: 'failed', key: 'read', error: failure };
const deadline = { untilMs: 1, signal: new AbortController().signal };
const prd = parseAutosysInstance('PRD');

/** A sweep of two instances with scripted parts, and the telemetry calls in order. */
function aSweep(over: Partial<SweepDeps> = {}) {
  const recorded: string[] = [];
  const sweep = createSweep({
    instances: [
      { name: ace, rereadForMs: 1 },
      { name: prd, rereadForMs: 1 },
    ],
    drain: async function* () {
      yield drained;
    },
    recheck: async function* () {
      yield read;
    },
    checkObserved: async function* () {},
    parkUnknown: async function* () {},
    openDays: async function* () {},
    ask: async () => undefined,
    checkLaunches: async () => undefined,
    reconcileOutages: async () => undefined,
    health: {
      runs: async () => ({ open: 0, lateSeconds: 0 }),
      instance: async (instance) => ({ instance, oldestDueSeconds: 0, circuitIsOpen: false }),
    },
    telemetry: {
      drained: () => recorded.push('drained'),
      dayOpened: ({ group, day }) => recorded.push(`${group} ${day}`),
      rechecked: () => recorded.push('read'),
      observedChecked: () => recorded.push('observed'),
      runAsked: () => recorded.push('asked'),
      runsHealth: () => recorded.push('runs'),
      instanceHealth: ({ instance }) => recorded.push(instance),
    },
    ...over,
  });
  return { recorded, sweep };
}

test('drains each AutoSys before the rechecks, and emits the health at the end', async () => {
  const { recorded, sweep } = aSweep();

  await sweep(deadline);

  expect(recorded.slice(0, 4).sort()).toEqual(['drained', 'drained', 'read', 'read']);
  expect(recorded.indexOf('drained')).toBe(0);
  expect(recorded.slice(4).sort()).toEqual(['ACE', 'PRD', 'runs']);
});

test('records entries that it parks for instances that are not in the route file', async () => {
  const { recorded, sweep } = aSweep({
    drain: async function* () {},
    parkUnknown: async function* () {
      yield drained;
    },
  });

  await sweep(deadline);

  expect(recorded).toContain('drained');
});

test.for([
  {
    part: 'the parking for unknown instances',
    over: { parkUnknown: failing(undefined, drained) },
    otherCall: 'drained',
  },
  {
    part: 'the drain of one AutoSys',
    over: { drain: failing(ace, drained) },
    otherCall: 'drained',
  },
  { part: 'the lookup in AWS', over: { ask: () => Promise.reject(error) }, otherCall: 'drained' },
])('fails when $part fails, after all other parts have run', async ({ over, otherCall }) => {
  const { recorded, sweep } = aSweep(over);

  await expect(sweep(deadline)).rejects.toBe(error);

  expect(recorded).toContain(otherCall);
  expect(recorded).toEqual(expect.arrayContaining(['read', 'runs', 'ACE', 'PRD']));
});

function failing(instance: string | undefined, otherwise: DrainResult) {
  return async function* (name: unknown) {
    if (instance === undefined || name === instance) throw error;
    yield otherwise;
  };
}

test('opens the days of groups', async () => {
  const { recorded, sweep } = aSweep({
    openDays: async function* () {
      yield {
        group: 'risk',
        day: '2026-11-19',
        event: aMember({ of: 'risk', status: 'RUNNING' }),
        settled: [],
      };
    },
  });

  await sweep(deadline);

  expect(recorded).toContain('risk 2026-11-19');
});
