import { describe, expect, test } from 'vitest';
import type { VariableUpdate } from '../autosys/variable-updates.ts';
import { judgeWaitingJobs } from './waiting-jobs.ts';

const minuteMs = 60_000;
const observationMs = 10 * minuteMs;
const ranTwice = ['READ_SHARED ran 2 times for one change, ACE SHARED = a#0 OK'];

/** An update that the bridge sent at `minute` and the scheduler processed `late` minutes later. */
function set(minute: number, value = 'a#0 OK', late = 0): VariableUpdate {
  return {
    variable: 'SHARED',
    value,
    atMs: (minute + late) * minuteMs,
    sender: { configuredName: 'ACE', sentMs: minute * minuteMs },
    hasStartedJob: true,
  };
}

/** An update by an operator or a restore. */
function byOthers(minute: number, value?: string): VariableUpdate {
  const { sender: _, value: __, ...update } = set(minute);
  return { ...update, ...(value !== undefined && { value }) };
}

function judge(updates: readonly VariableUpdate[], acceptedMinute?: number) {
  const acceptedMs = () => (acceptedMinute === undefined ? undefined : acceptedMinute * minuteMs);
  return judgeWaitingJobs({ updates, observationMs, acceptedMs });
}

describe('a waiting job', () => {
  test('may run once per change', () => {
    expect(judge([set(1, 'a#0 RUNNING'), set(2), set(3, 'a#1 RUNNING')], 1)).toEqual([]);
  });

  test('must not run again for a value that was recorded as accepted', () => {
    expect(judge([set(1), set(30)], 2)).toEqual(ranTwice);
  });

  test('must not run again within the observation window, recorded or not', () => {
    expect(judge([set(1, 'a#0 OK', 20), set(5, 'a#0 OK', 17)])).toEqual(ranTwice);
  });

  test('must not run again if AutoSys already showed the value', () => {
    expect(judge([set(1), set(15)])).toEqual(ranTwice);
  });

  test('must not run again over a value that an operator has set since', () => {
    expect(judge([set(1), byOthers(5, 'by hand'), set(15)])).toEqual(ranTwice);
  });

  test('may run again if an earlier request took effect after the first update', () => {
    expect(judge([set(1), set(0, 'a#0 RUNNING', 5), set(20)], 2)).toEqual([]);
  });

  test('must not run again if an earlier request left after the first update', () => {
    expect(judge([set(1), set(5, 'a#0 RUNNING'), set(20)], 2)).toEqual(ranTwice);
  });

  test('may run a second time if the first update was not visible and the old value was still shown', () => {
    const updates = [set(0, 'a#0 RUNNING'), set(2, 'a#0 OK', 30), set(13, 'a#0 OK', 20)];

    expect(judge(updates)).toEqual([]);
  });

  test('must not run a third time', () => {
    const updates = [set(2, 'a#0 OK', 60), set(13, 'a#0 OK', 50), set(26, 'a#0 OK', 37)];

    expect(judge(updates)).toEqual(ranTwice);
  });

  test('may run again if AutoSys has lost the value', () => {
    expect(judge([set(1, 'a#0 RUNNING'), set(2), byOthers(20, 'a#0 RUNNING'), set(30)], 3)).toEqual(
      [],
    );
    expect(judge([set(2), byOthers(20), set(30)], 3)).toEqual([]);
  });

  test('is judged separately for each name of an instance', () => {
    const renamed = { ...set(30), sender: { configuredName: 'CEE', sentMs: 30 * minuteMs } };

    expect(judge([set(1), renamed], 2)).toEqual([]);
  });

  test('that did not start is not counted', () => {
    expect(judge([set(1), { ...set(30), hasStartedJob: false }], 2)).toEqual([]);
  });
});
