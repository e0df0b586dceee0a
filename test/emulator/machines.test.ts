import { expect, test } from 'vitest';
import { cmd, createEstate, jobEvent, machineEvent, setGlobal } from './estate.ts';

test('a job on an offline machine waits in PEND_MACH', async () => {
  const estate = createEstate(cmd('a'));
  await estate.send(machineEvent('MACH_OFFLINE', 'm1'));

  await estate.send(jobEvent('STARTJOB', 'a'));

  expect(estate.status('a')).toBe('PEND_MACH');
  expect(estate.instance.whyWaiting('a')).toContain('a waits in PEND_MACH for machine m1');
});

test('a machine that comes online starts the jobs that wait for it', async () => {
  const estate = createEstate(cmd('a') + cmd('b'));
  await estate.send(machineEvent('MACH_OFFLINE', 'm1'));
  await estate.send(jobEvent('STARTJOB', 'a'));

  await estate.send(machineEvent('MACH_ONLINE', 'm1'));

  expect([estate.status('a'), estate.status('b')]).toEqual(['STARTING', 'INACTIVE']);
});

test('a machine that comes online does not start a job that may not start any more', async () => {
  const estate = createEstate(cmd('a', 'condition: v(GO) = 1'));
  await estate.send(machineEvent('MACH_OFFLINE', 'm1'));
  await estate.send(setGlobal('GO', '1'));

  await estate.send(setGlobal('GO', '0'), machineEvent('MACH_ONLINE', 'm1'));

  expect(estate.status('a')).toBe('PEND_MACH');
});

test('a job that waits for a machine can be killed', async () => {
  const estate = createEstate(cmd('a'));
  await estate.send(machineEvent('MACH_OFFLINE', 'm1'));
  await estate.send(jobEvent('STARTJOB', 'a'));

  await estate.send(jobEvent('KILLJOB', 'a'));

  expect(estate.status('a')).toBe('TERMINATED');
});

test('a running job continues when its machine goes offline', async () => {
  const estate = createEstate(cmd('a', 'command: sleep 5'));
  await estate.send(jobEvent('STARTJOB', 'a'));

  await estate.send(machineEvent('MACH_OFFLINE', 'm1'));
  expect(estate.instance.machines()).toEqual([{ name: 'm1', status: 'Offline', running: 1 }]);
  await estate.pass(10);

  expect(estate.status('a')).toBe('SUCCESS');
});

test('refuses an event for a machine that is not defined', async () => {
  const estate = createEstate('');

  await estate.send(machineEvent('MACH_OFFLINE', 'nowhere'));

  expect(estate.instance.events()[0]).toMatchObject({ stage: 'ER', machine: 'nowhere' });
});
