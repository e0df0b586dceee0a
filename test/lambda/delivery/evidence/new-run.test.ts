import { describe, expect, test } from 'vitest';
import { parseJobName } from '../../../../autosys/names.ts';
import type { JobStatus } from '../../../../autosys/status.ts';
import type { JobView } from '../../../../autosys/views.ts';
import { findJobEvidence } from '../../../../lambda/delivery/evidence/job-evidence.ts';
import { findNewRun } from '../../../../lambda/delivery/evidence/new-run.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const aJob = (status: JobStatus, lastRun: JobView['lastRun'] = {}): JobView => ({
  status,
  onNoExec: false,
  lastRun,
});
const job = parseJobName('WATCH');

describe('a snapshot without run number and start time', () => {
  const active = { job: { active: true, status: 'RUNNING' }, at: at(10) } as const;
  const ended = { job: { active: false, status: 'SUCCESS' }, at: at(10) } as const;

  test.each([
    ['a run that began before the send', aJob('RUNNING', { run: 4, startedAt: at(5) }), false],
    ['an ended run that began before', aJob('SUCCESS', { run: 4, startedAt: at(5) }), false],
    ['a run that began in the second of the send', aJob('RUNNING', { startedAt: at(10) }), true],
    ['a run that began after it', aJob('SUCCESS', { run: 5, startedAt: at(12) }), true],
  ])('shows as new only what began since: %s', (_, shown, isNew) => {
    expect(findNewRun(active, shown) !== undefined).toBe(isNew);
    expect(findNewRun({ job: active.job }, shown)).toBeUndefined();
  });

  test('of a job that did not run shows a run by its active status', () => {
    expect(findNewRun(ended, aJob('RUNNING'))).toEqual({ again: false });
    expect(findNewRun(ended, aJob('SUCCESS', { run: 4, startedAt: at(5) }))).toBeUndefined();
  });

  test('does not make a kill moot, since the run to kill may still be the one that runs', () => {
    const baseline = { kind: 'seen', ...active } as const;
    const shown = aJob('RUNNING', { run: 4, startedAt: at(5) });

    expect(findJobEvidence({ kind: 'KILLJOB', job }, baseline, shown)).toEqual({
      kind: 'absent',
      found: 'AutoSys shows status RUNNING',
    });
  });

  test('does not confirm a start by the run before it', () => {
    const baseline = { kind: 'seen', ...ended } as const;
    const shown = aJob('SUCCESS', { run: 4, startedAt: at(5) });

    expect(findJobEvidence({ kind: 'FORCE_STARTJOB', job }, baseline, shown)).toMatchObject({
      kind: 'absent',
    });
  });
});
