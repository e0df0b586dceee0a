import { expect, test } from 'vitest';
import { AutosysRefusedError } from '../../../autosys/errors.ts';
import type { Launch } from '../../../lambda/launch/launch.ts';
import { createSetMirror } from '../../../lambda/launch/mirror/set-mirror.ts';
import { aRig, unknown } from '../delivery/rig.ts';
import { aLaunchRig, aTarget } from './rig.ts';

const target = aTarget({ mirror: { kind: 'global', name: 'AWS_SETTLEMENT' } });
const { signal } = new AbortController();

async function aMirror() {
  const launches = aLaunchRig({ targets: [target] });
  await launches.start();
  const stored = await launches.launches.readByName('NIGHT_EOD-r1620t1-ACE');
  if (stored === undefined) throw new Error('nothing was started');
  const rig = aRig();
  const { deps } = rig.open();
  const home = { account: '111122223333', region: 'eu-west-1' };
  const setMirror = createSetMirror({ ...deps, home, targets: [target] });
  const { launch } = stored;
  const set = (status: 'RUNNING' | 'FAILED', over: Partial<Launch> = {}) =>
    setMirror({ ...launch, ...over }, status, signal);
  return { rig, set, launch };
}

test('a mirror that AutoSys has rejected once is rejected for every further request', async () => {
  const { rig, set } = await aMirror();
  rig.autosys.answers.push(
    new AutosysRefusedError({ doing: 'SET_GLOBAL', httpStatus: 400, said: 'no' }),
  );

  const outcomes = [await set('RUNNING'), await set('RUNNING')];

  expect(outcomes.map((outcome) => outcome?.kind)).toEqual(['parked', 'parked']);
  expect(outcomes[1]).toEqual(outcomes[0]);
  expect(rig.autosys.sent).toHaveLength(1);
});

test('RUNNING after a request of unknown outcome is in doubt, and is confirmed later', async () => {
  const { rig, set, launch } = await aMirror();
  rig.autosys.answers.push(unknown());
  expect(await set('RUNNING')).toMatchObject({ kind: 'waiting', isInDoubt: true });
  const again = { requestedMs: launch.requestedMs + 1_000 };
  expect(await set('RUNNING', again)).toMatchObject({ kind: 'waiting', isInDoubt: true });

  rig.advance(10 * 60_000);

  expect(await set('RUNNING', again)).toMatchObject({ kind: 'confirmed' });
  expect(rig.autosys.values).toEqual(['RUNNING', 'RUNNING']);
});

test('RUNNING that AutoSys has accepted and cannot show is never taken for shown', async () => {
  const { rig, set } = await aMirror();
  rig.autosys.globalVariable = { kind: 'unreadable', reason: 'the release cannot show it' };
  rig.autosys.answers.push('lose');

  const outcomes = [await set('RUNNING'), await set('RUNNING')];

  expect(outcomes.map((outcome) => outcome?.kind)).toEqual(['accepted', 'accepted']);
});
