import type { LiveRow } from './live-row.ts';

/** Result of the last canary run in its log. */
export interface CanaryResult {
  readonly atMs: number;
  readonly passed: boolean;
  /** Why it failed. */
  readonly reason?: string;
}

/** What shows that the login could send, without a send. */
export interface SendingEvidence {
  readonly canaryVariable: string;
  /** Value of the scratch variable: the time of the last canary run that could set it. */
  readonly lastSet: string | undefined;
  /** Absent if the log of the canary was not read. */
  readonly result?: CanaryResult | undefined;
}

/** The row that says what no read can check: whether the login may send to the jobs. Pure. */
export function describeSending(instance: string, evidence: SendingEvidence): LiveRow {
  const { canaryVariable, lastSet, result } = evidence;
  const isTime = lastSet !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(lastSet);
  const shown = isTime
    ? `the canary last set ${canaryVariable} at ${lastSet}`
    : `AutoSys shows no time of the canary in ${canaryVariable}`;
  return {
    check: 'sending',
    subject: `permission of the login to send to the jobs (${instance})`,
    verdict: 'notCheckable',
    found: ['only a send shows it', shown, ...describeResult(result)].join('; '),
    advice: 'the command doctor with --job sends a COMMENT to a job, which shows it for that job',
  };
}

function describeResult(result: CanaryResult | undefined): readonly string[] {
  if (result === undefined) return [];
  const at = new Date(result.atMs).toISOString();
  if (result.passed) return [`its last run passed at ${at}`];
  return [`its last run failed at ${at}${result.reason === undefined ? '' : `: ${result.reason}`}`];
}
