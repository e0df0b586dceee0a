import type { JobStatus } from '../../autosys/status.ts';

/** The box that the demo starts. */
export const box = 'NIGHT';

/**
 * The expected status of every job at the end of the demo, and the reason.
 *
 * NIGHT_FX_LOAD must not run, because the workload fx-rates fails in AWS.
 */
export const expectedEndings: readonly {
  readonly job: string;
  readonly ending: JobStatus | 'not run';
  readonly because: string;
}[] = [
  { job: 'NIGHT', ending: 'SUCCESS', because: 'its last job ended' },
  { job: 'NIGHT_EXTRACT', ending: 'SUCCESS', because: 'it has no condition' },
  { job: 'NIGHT_SETTLE_LOAD', ending: 'SUCCESS', because: 'the settlement in AWS succeeded' },
  { job: 'NIGHT_RISK_REPORT', ending: 'SUCCESS', because: 'the Batch job risk-eod succeeded' },
  {
    job: 'NIGHT_SCENARIO_MERGE',
    ending: 'SUCCESS',
    because: 'all children of the array job succeeded',
  },
  {
    job: 'NIGHT_CAPITAL',
    ending: 'SUCCESS',
    because: 'all members of the group calculations succeeded',
  },
  { job: 'NIGHT_FX_LOAD', ending: 'not run', because: 'fx-rates failed in AWS' },
  { job: 'NIGHT_FX_FALLBACK', ending: 'SUCCESS', because: 'fx-rates failed in AWS' },
  { job: 'NIGHT_CLOSE', ending: 'SUCCESS', because: 'all jobs before it succeeded' },
  {
    job: 'FX_RATES_ALERT',
    ending: 'SUCCESS',
    because: 'the bridge force-started it when fx-rates failed',
  },
  { job: 'RISK_IN_AWS', ending: 'SUCCESS', because: 'it mirrors the Batch job risk-eod' },
];
