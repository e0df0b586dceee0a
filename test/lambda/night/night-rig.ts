import type { Night, NightJob, NightRun } from '../../../lambda/night/night.ts';

/** 2026-11-29 20:00 in Zurich. */
export const eveningMs = Date.UTC(2026, 10, 29, 19, 0);
/** An instant of the night, from hours and minutes after 20:00. */
export const toNightMs = (hours: number, minutes = 0) =>
  eveningMs + (hours * 60 + minutes) * 60_000;

/** Jobs that wait for a variable and started when it was set. */
export function startedJobs(count: number): readonly NightJob[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `LOAD_${index + 1}`,
    status: 'SUCCESS',
    why: 'started because AWS_SETTLEMENT was set to SUCCEEDED',
    waitsMs: eveningMs,
    releasedMs: toNightMs(3, 30),
    startedMs: toNightMs(3, 31),
    endedMs: toNightMs(4, index % 50),
  }));
}

/** The day of a group that has succeeded, with the effect that says so. */
export const groupDay: NightRun = {
  ...{ name: 'group risk 2026-11-29', status: 'SUCCEEDED', startedMs: toNightMs(1) },
  endedMs: toNightMs(3),
  marks: [
    {
      ...{ effect: 'AWS_RISK = SUCCEEDED', eventId: 'e-3', changedMs: toNightMs(3) },
      ...{ receivedMs: toNightMs(3), acceptedMs: toNightMs(3, 30), shownMs: toNightMs(3, 31) },
    },
  ],
  group: {
    states: [
      { status: 'PENDING', fromMs: toNightMs(-2), untilMs: toNightMs(1) },
      { status: 'RUNNING', fromMs: toNightMs(1), untilMs: toNightMs(3) },
      { status: 'SUCCEEDED', fromMs: toNightMs(3) },
    ],
    ...{ succeeded: 10, need: 10, expect: 12, unnamed: 0 },
    open: ['Batch job risk-<b> FAILED'],
    missing: ['Batch job risk-a'],
  },
};

/** A night with an outage, a parked entry, a job that has started and one that waits. */
export function aNight(over: Partial<Night> = {}): Night {
  return {
    instance: 'ACE',
    timezone: 'Europe/Zurich',
    fromMs: eveningMs,
    untilMs: toNightMs(8),
    madeMs: toNightMs(6, 13),
    isCut: false,
    bands: [
      {
        kind: 'away',
        fromMs: toNightMs(2, 40),
        untilMs: toNightMs(3, 30),
        reason: 'ace-1.example.com:9443: the connection was refused',
      },
    ],
    lanes: [
      {
        kind: 'global',
        name: 'AWS_SETTLEMENT',
        runs: [
          {
            name: 'settlement:2026-11-29 <night> & "more"',
            status: 'SUCCEEDED',
            startedMs: toNightMs(1),
            endedMs: toNightMs(2, 58),
            marks: [
              {
                effect: 'AWS_SETTLEMENT = SUCCEEDED',
                eventId: 'e-1',
                changedMs: toNightMs(2, 58),
                receivedMs: toNightMs(2, 58),
                acceptedMs: toNightMs(3, 30),
                shownMs: toNightMs(3, 31),
              },
            ],
          },
        ],
        jobs: [
          ...startedJobs(1),
          {
            name: 'REPORT_<A>&B',
            status: 'INACTIVE',
            why: 'waits for AWS_SCENARIOS = SUCCEEDED; it is RUNNING since 02:01',
            waitsMs: toNightMs(3, 31),
          },
        ],
      },
      {
        kind: 'job',
        name: 'SETTLE_IN_AWS',
        runs: [
          {
            name: 'settle-night:77',
            status: 'FAILED',
            startedMs: toNightMs(4),
            endedMs: toNightMs(4, 40),
            marks: [
              {
                effect: 'SETTLE_IN_AWS FAILURE',
                eventId: 'e-2',
                changedMs: toNightMs(4, 40),
                receivedMs: toNightMs(4, 40),
                parked: { atMs: toNightMs(4, 41), reason: 'AutoSys has no job SETTLE_IN_AWS' },
              },
            ],
          },
        ],
        jobs: [],
      },
    ],
    ...over,
  };
}

/** A night whose last lane is the variable of a group. */
export function aGroupNight(): Night {
  const night = aNight();
  const jobs = startedJobs(1).map((job) => ({
    ...job,
    name: 'RISK_REPORT',
    why: 'started 23:31: AWS_RISK = SUCCEEDED, accepted 23:30',
  }));
  const lane = { kind: 'global', name: 'AWS_RISK', runs: [groupDay], jobs } as const;
  return { ...night, lanes: [...night.lanes, lane] };
}
