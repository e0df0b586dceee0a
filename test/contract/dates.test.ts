import { describe, expect, test } from 'vitest';
import { type BuiltInProfileName, wireProfiles } from '../../autosys/client/index.ts';
import { parseJobName } from '../../autosys/names.ts';
import { ManualClock } from '../../emulator/index.ts';
import { embedAutosys } from '../support/emulator.ts';

/** The profiles that can read the times of a run. */
const profiles: readonly BuiltInProfileName[] = [
  'standard',
  'api-prefix',
  'single-event',
  'single-event-str',
  'command-run',
];

const instants = [
  { when: 'in winter', at: '2026-12-01T23:30:00Z' },
  { when: 'in summer', at: '2026-07-01T23:30:00Z' },
  { when: 'just before clocks are set forward', at: '2026-03-29T00:59:57Z' },
  { when: 'just after clocks were set forward', at: '2026-03-29T01:00:00Z' },
  { when: 'in the repeated hour, the first time', at: '2026-10-25T00:30:00Z' },
  { when: 'at the end of a year', at: '2026-12-31T23:59:58Z' },
];

const zones = ['Europe/Zurich', 'America/New_York', 'Asia/Kolkata', 'UTC'];

const job = parseJobName('etl');

/** Runs a job of two seconds, and reads its start and end. */
async function runAndRead(profile: BuiltInProfileName, timezone: string, at: string) {
  await using autosys = await embedAutosys({
    profiles: [profile],
    client: { profile: wireProfiles[profile] },
    clock: new ManualClock(new Date(at)),
    eventDelayMs: 0,
    timezone,
    jil: 'insert_job: etl  job_type: CMD  machine: host1  command: sleep 2',
  });
  await autosys.client.sendEvent({ kind: 'STARTJOB', job });
  await autosys.clock.advance(5_000);
  const { lastRun } = await autosys.client.readJob(job);
  return lastRun;
}

/** Starts at the instant and ends two seconds later. */
const expected = (at: string) => ({
  run: 1,
  try: 1,
  startedAt: new Date(at),
  endedAt: new Date(Date.parse(at) + 2_000),
  exitCode: 0,
});

describe('a run', () => {
  test.for(profiles)(
    'is read in UTC with %s, in any timezone of the scheduler',
    async (profile) => {
      const at = '2026-07-01T23:30:00Z';

      expect(await runAndRead(profile, 'Europe/Zurich', at)).toEqual(expected(at));
    },
  );

  test.for(zones.flatMap((zone) => instants.map(({ when, at }) => ({ zone, when, at }))))(
    'is read in UTC from $zone $when',
    async ({ zone, at }) => {
      expect(await runAndRead('command-run', zone, at)).toEqual(expected(at));
    },
  );
});
