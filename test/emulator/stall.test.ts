import { describe, expect, test } from 'vitest';
import { parseGlobalName } from '../../autosys/names.ts';
import { cmd, createEstate, jobEvent, monday, setGlobal } from './estate.ts';

const hourMs = 3_600_000;
const inHours = (hours: number) => new Date(monday.getTime() + hours * hourMs);

describe('a stalled scheduler', () => {
  test('accepts events, processes none of them, and then all of them in order', async () => {
    const estate = createEstate(cmd('a', 'condition: v(GO) != "never"'));
    estate.instance.stallUntil(inHours(2));

    await estate.send(setGlobal('GO', '1'));
    await estate.pass(3_600);
    await estate.send(setGlobal('GO', '2'), jobEvent('JOB_ON_HOLD', 'a'));
    const during = [estate.instance.globalVariable('GO'), estate.starts('a')];
    await estate.pass(3_600);

    const values = estate.changes.flatMap(({ kind, value }) =>
      kind === 'globalVariable' ? [value] : [],
    );
    expect(during).toEqual([undefined, 0]);
    expect(values).toEqual(['1', '2']);
    expect(estate.instance.events().every(({ stage }) => stage === 'PD')).toBe(true);
  });

  test('starts a short waiting job once for each event with the same value', async () => {
    const estate = createEstate(cmd('a', 'condition: v(GO) = "1"', 'command: true'));
    await estate.send(setGlobal('GO', '1'));
    await estate.pass(60);
    await estate.send(setGlobal('GO', '1'));
    await estate.pass(60);

    expect(estate.starts('a')).toBe(2);
  });

  test('is not shortened by a second stall', async () => {
    const estate = createEstate('');
    estate.instance.stallUntil(inHours(2));
    estate.instance.stallUntil(inHours(1));

    await estate.send(setGlobal('GO', '1'));
    await estate.pass(1.5 * 3_600);
    const before = estate.instance.globalVariable('GO');
    await estate.pass(3_600);

    expect(before).toBeUndefined();
    expect(estate.instance.globalVariable('GO')?.value).toBe('1');
  });
});

describe('a value with trailing blanks', () => {
  test.for([
    { showsTrimmedValues: true, shown: 'OK' },
    { showsTrimmedValues: false, shown: 'OK ' },
  ])('is shown as "$shown" and compared as it was set', async ({ showsTrimmedValues, shown }) => {
    const estate = createEstate(cmd('a', 'condition: v(GO) = "OK "'), { showsTrimmedValues });

    await estate.send(setGlobal('GO', 'OK '));
    await estate.pass(60);

    expect(estate.instance.globalVariable('GO')?.value).toBe(shown);
    expect(estate.instance.globalVariables().get('GO')?.value).toBe(shown);
    expect(estate.starts('a')).toBe(1);
  });
});

test('a restored variable has its earlier value and time of change, and wakes no job', async () => {
  const estate = createEstate(cmd('a', 'condition: v(GO) != "never"', 'command: true'));
  await estate.send(setGlobal('GO', '1'));
  const earlier = estate.instance.globalVariable('GO');
  await estate.pass(60);
  await estate.send(setGlobal('GO', '2'));
  await estate.pass(60);

  estate.instance.restoreGlobalVariable(parseGlobalName('GO'), earlier);
  await estate.pass(60);
  const restored = estate.instance.globalVariable('GO');
  estate.instance.restoreGlobalVariable(parseGlobalName('GO'), undefined);

  expect(restored).toEqual(earlier);
  expect(estate.starts('a')).toBe(2);
  expect(estate.instance.globalVariable('GO')).toBeUndefined();
});
