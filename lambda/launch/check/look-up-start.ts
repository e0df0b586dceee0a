import type { DescribeExecution, NoAnswer } from '../../aws/lookup.ts';
import type { Home } from '../../routing/routes.ts';
import type { BatchJobTarget, LaunchTarget } from '../../routing/targets.ts';
import type { BoundRun } from '../bound-run.ts';
import { toLaunchedArn } from '../execution-arn.ts';
import type { Launch } from '../launch.ts';
import { lookUpRedrive } from '../restart/look-up-redrive.ts';

/** What AWS knows about a start whose outcome is unknown. */
export type StartLookup =
  | ({ readonly kind: 'found' } & BoundRun)
  /** AWS does not know it, or not yet. */
  | { readonly kind: 'unknown' }
  /** AWS has another run of this name, which began before the start was requested. */
  | { readonly kind: 'other'; readonly beganMs: number }
  | NoAnswer;

/** Looks up the run of a launch in AWS. Never rejects. */
export type LookUpStart = (launch: Launch, signal: AbortSignal) => Promise<StartLookup>;

/** Looks up the Batch job of a launch by its name and queue. Never rejects. */
export type LookUpBatchStart = (
  launch: Launch,
  target: BatchJobTarget,
  signal: AbortSignal,
) => Promise<StartLookup>;

export interface LookUpStartDeps {
  readonly home: Home;
  readonly targets: readonly LaunchTarget[];
  readonly describeExecution: DescribeExecution;
  readonly lookUpBatchStart: LookUpBatchStart;
}

/** Clocks of AWS and of a function differ by less. */
const clockToleranceMs = 5 * 60_000;

/** Creates the lookup of a start. An execution has its name in its ARN. */
export function createLookUpStart({
  home,
  targets,
  describeExecution,
  lookUpBatchStart,
}: LookUpStartDeps): LookUpStart {
  return async function lookUpStart(launch, signal) {
    const target = targets.find(({ name }) => name === launch.target);
    if (target === undefined || target.kind !== launch.workload) {
      const reason = `target ${launch.target} is no longer in the route file`;
      return { kind: 'unavailable', reason };
    }
    if (target.kind === 'batchJob') return lookUpBatchStart(launch, target, signal);
    if (launch.continues) return lookUpRedrive(describeExecution, launch.continues, signal);
    const executionArn = toLaunchedArn(home, target.stateMachine, launch.name);
    const answer = await describeExecution(executionArn, signal);
    if (answer.kind !== 'found') return answer;
    const beganMs = answer.execution.startDate?.getTime() ?? launch.requestedMs;
    return beganMs < launch.requestedMs - clockToleranceMs
      ? { kind: 'other', beganMs }
      : { kind: 'found', id: executionArn, beganMs };
  };
}
