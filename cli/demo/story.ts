import type { JobStatus } from '../../autosys/status.ts';

/** The box that the story starts and whose end it waits for. */
export const box = 'NIGHT';

/**
 * How every job of the example night must stand at the end, and why.
 *
 * NIGHT_FX_LOAD must not have run: AWS had no rates that night.
 */
export const endings: readonly {
  readonly job: string;
  readonly ending: JobStatus | 'not run';
  readonly because: string;
}[] = [
  { job: 'NIGHT', ending: 'SUCCESS', because: 'its last job closed it' },
  { job: 'NIGHT_EXTRACT', ending: 'SUCCESS', because: 'it waits for nothing' },
  { job: 'NIGHT_SETTLE_LOAD', ending: 'SUCCESS', because: 'the settlement in AWS succeeded' },
  { job: 'NIGHT_RISK_REPORT', ending: 'SUCCESS', because: 'the Batch job risk-eod succeeded' },
  {
    job: 'NIGHT_SCENARIO_MERGE',
    ending: 'SUCCESS',
    because: 'all children of the array job succeeded',
  },
  { job: 'NIGHT_FX_LOAD', ending: 'not run', because: 'fx-rates failed in AWS' },
  { job: 'NIGHT_FX_FALLBACK', ending: 'SUCCESS', because: 'fx-rates failed in AWS' },
  { job: 'NIGHT_CLOSE', ending: 'SUCCESS', because: 'all before it succeeded' },
  {
    job: 'FX_RATES_ALERT',
    ending: 'SUCCESS',
    because: 'the bridge force-started it when fx-rates failed',
  },
  { job: 'RISK_IN_AWS', ending: 'SUCCESS', because: 'it mirrors the Batch job risk-eod' },
];
