import { describe, expect, test } from 'vitest';
import type { Setting } from '../autosys/settings.ts';
import { judgeWaitingJobs } from './waiting-jobs.ts';

const minuteMs = 60_000;
const observationMs = 10 * minuteMs;
const twice = ['READ_SHARED ran 2 times for one change, ACE SHARED = a#0 OK'];

/** A setting by the bridge that left at the minute, and was processed `late` minutes after. */
function set(minute: number, value = 'a#0 OK', late = 0): Setting {
  return {
    variable: 'SHARED',
    value,
    atMs: (minute + late) * minuteMs,
    sender: { via: 'ACE', leftMs: minute * minuteMs },
    hasStartedJob: true,
  };
}

/** What a person or a restore sets. */
function byOthers(minute: number, value?: string): Setting {
  const { sender: _, value: __, ...setting } = set(minute);
  return { ...setting, ...(value !== undefined && { value }) };
}

function judge(settings: readonly Setting[], acceptedMinute?: number) {
  const acceptedMs = () => (acceptedMinute === undefined ? undefined : acceptedMinute * minuteMs);
  return judgeWaitingJobs({ settings, observationMs, acceptedMs });
}

describe('a waiting job', () => {
  test('may run once for each change', () => {
    expect(judge([set(1, 'a#0 RUNNING'), set(2), set(3, 'a#1 RUNNING')], 1)).toEqual([]);
  });

  test('must not run again for a value that was recorded as accepted', () => {
    expect(judge([set(1), set(30)], 2)).toEqual(twice);
  });

  test('must not run again within the observation window, whatever was recorded', () => {
    expect(judge([set(1, 'a#0 OK', 20), set(5, 'a#0 OK', 17)])).toEqual(twice);
  });

  test('must not run again where AutoSys showed the value already', () => {
    expect(judge([set(1), set(15)])).toEqual(twice);
  });

  test('must not run again over a value that another has set since', () => {
    expect(judge([set(1), byOthers(5, 'by hand'), set(15)])).toEqual(twice);
  });

  test('may run again where an earlier request took effect after the first setting', () => {
    expect(judge([set(1), set(0, 'a#0 RUNNING', 5), set(20)], 2)).toEqual([]);
  });

  test('must not run again where an earlier request left after the first setting', () => {
    expect(judge([set(1), set(5, 'a#0 RUNNING'), set(20)], 2)).toEqual(twice);
  });

  test('may run a second time where the first setting was lost from sight and the old value still stood', () => {
    const settings = [set(0, 'a#0 RUNNING'), set(2, 'a#0 OK', 30), set(13, 'a#0 OK', 20)];

    expect(judge(settings)).toEqual([]);
  });

  test('must not run a third time', () => {
    const settings = [set(2, 'a#0 OK', 60), set(13, 'a#0 OK', 50), set(26, 'a#0 OK', 37)];

    expect(judge(settings)).toEqual(twice);
  });

  test('may run again where AutoSys has lost the value', () => {
    expect(judge([set(1, 'a#0 RUNNING'), set(2), byOthers(20, 'a#0 RUNNING'), set(30)], 3)).toEqual(
      [],
    );
    expect(judge([set(2), byOthers(20), set(30)], 3)).toEqual([]);
  });

  test('is judged for each name of an instance apart', () => {
    const renamed = { ...set(30), sender: { via: 'CEE', leftMs: 30 * minuteMs } };

    expect(judge([set(1), renamed], 2)).toEqual([]);
  });

  test('that did not start counts for nothing', () => {
    expect(judge([set(1), { ...set(30), hasStartedJob: false }], 2)).toEqual([]);
  });
});
