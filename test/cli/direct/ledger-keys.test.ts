import { expect, test } from 'vitest';
import { refuseLedgerKeys } from '../../../cli/direct/ledger-keys.ts';
import type { LaunchIdentity } from '../../../lambda/launch/run-name.ts';
import { aTarget } from '../../lambda/launch/rig.ts';

const toTry = (number: number): LaunchIdentity => ({
  ...{ kind: 'jobTry', instance: 'ACE', job: 'NIGHT_EOD', run: 1620 },
  try: number,
});
const byKey: LaunchIdentity = { kind: 'key', key: 'by-hand' };
const mirror = { kind: 'global', name: 'AWS_SETTLEMENT' } as const;

test.for([
  {
    of: 'a mirror',
    start: { target: aTarget({ mirror }), identity: toTry(1), again: false },
    says: 'target settlement has mirror, which direct mode does not have: nothing would set variable AWS_SETTLEMENT',
  },
  {
    of: 'a limit',
    start: { target: aTarget({ maxRunning: 2 }), identity: byKey, again: true },
    says: 'has maxRunning, which direct mode does not have: it cannot count the 2 runs',
  },
  {
    of: 'a redrive',
    start: { target: aTarget({ onRetry: 'redrive' }), identity: toTry(2), again: false },
    says: 'has onRetry: redrive, which direct mode does not have: try 2 would run again',
  },
])('refuses a start whose target has $of', ({ start, says }) => {
  const lines = refuseLedgerKeys(start);

  expect(lines?.[0]).toContain(says);
  expect(lines?.[1]).toContain('use the launch API for this target');
});

test.for([
  { of: 'without keys', start: { target: aTarget(), identity: toTry(2), again: false } },
  {
    of: 'with a mirror, by hand with a key',
    start: { target: aTarget({ mirror }), identity: byKey, again: false },
  },
  {
    of: 'with onRetry, of the first try',
    start: { target: aTarget({ onRetry: 'redrive' }), identity: toTry(1), again: false },
  },
  {
    of: 'with onRetry, that asks for a new run',
    start: { target: aTarget({ onRetry: 'redrive' }), identity: toTry(2), again: true },
  },
] as const)('allows a start $of', ({ start }) => {
  expect(refuseLedgerKeys(start)).toBeUndefined();
});
