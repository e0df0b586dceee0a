import { type BatchClient, SubmitJobCommand } from '@aws-sdk/client-batch';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { createDescribeBatchJobs } from '../../../lambda/aws/batch.ts';
import { createReadHistory, wholeHistory } from '../../../lambda/aws/read-history.ts';
import { createReadRevisions } from '../../../lambda/aws/read-revisions.ts';
import { createRedriveExecution } from '../../../lambda/aws/redrive-execution.ts';
import { createStartExecution } from '../../../lambda/aws/start-execution.ts';
import { createDescribeExecution } from '../../../lambda/aws/step-functions.ts';
import { createExecutionStops } from '../../../lambda/aws/stop-execution.ts';
import { createBatchStops } from '../../../lambda/aws/stop-job.ts';
import type { ExecutionTarget, LaunchTarget } from '../../../lambda/routing/targets.ts';
import type { ExecutionPlan, ExecutionStep } from '../../../local/index.ts';
import {
  executionArn,
  startPlannedAws,
  stateMachineArn,
} from '../../local/workloads/planned-aws.ts';
import { aLaunchRig, aTarget } from './rig.ts';

export const runName = 'NIGHT_EOD-r1620t1-ACE';
export const rootArn = executionArn('settle', runName);
/** Of a stop with `*` for every child. */
export const anyChild = { stateMachines: ['*'], jobQueues: ['*'], jobDefinitions: [] };

const endedStatuses = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
const dayMs = 86_400_000;

/** A Wait state that outlasts every test. */
export const rest: ExecutionStep = { kind: 'wait', state: 'Rest', for: dayMs };

/**
 * The launch function and the sweep over the real SDK clients, against the embedded AWS. The state
 * machine `settle` of the target has the given steps; `child`, `grandchild` and the queue `risk`
 * exist, and run for a day.
 */
export async function startStopRig(
  steps: readonly ExecutionStep[],
  over: Partial<ExecutionTarget> = {},
  others: readonly LaunchTarget[] = [],
) {
  const aws = await startPlannedAws();
  const { workloads, clock } = aws;
  const define = (stateMachine: string, runs: ExecutionPlan) =>
    workloads.define({ stateMachine, runs });
  define('settle', { steps });
  for (const one of ['child', 'grandchild', 'stranger']) define(one, { steps: [rest] });
  workloads.define({ jobQueue: 'risk' });
  workloads.define({ jobDefinition: 'risk', runs: { attempts: [{ runningFor: dayMs }] } });
  // Nothing but the stop itself ends children.
  workloads.configure({ syncChildrenStop: false });
  const describeExecution = createDescribeExecution(() => clientSettings());
  const rig = aLaunchRig({
    targets: [aTarget({ children: anyChild, ...over }), ...others],
    restart: {
      readHistory: createReadHistory(aws.sfn, wholeHistory),
      readRevisions: createReadRevisions(aws.sfn),
    },
    now: () => new Date(clock.now()),
    aws: {
      startExecution: createStartExecution(aws.sfn),
      describeExecution,
      redriveExecution: createRedriveExecution(aws.sfn),
      stopCalls: {
        ...createExecutionStops(aws.sfn),
        ...createBatchStops(aws.batch),
        describeExecution,
        describeBatchJobs: createDescribeBatchJobs(() => clientSettings()),
      },
    },
  });

  function clientSettings() {
    return {
      endpoint: workloads.url,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    };
  }

  /** Lets time pass with a sweep run each minute. @returns what the checks changed */
  async function sweepFor(minutes: number): Promise<string[]> {
    const kinds: string[] = [];
    for (let minute = 0; minute < minutes; minute += 1) {
      await clock.advance(60_000);
      kinds.push(...(await rig.check()).map(({ kind }) => kind));
    }
    return kinds;
  }

  return {
    ...aws,
    ...rig,
    define,
    sweepFor,
    /** Starts the run, and lets its first steps happen. */
    async begin() {
      await rig.start();
      await clock.advance(1_000);
    },
    /** Runs that are still active, by name. */
    active: () =>
      workloads.runs
        .filter(({ status }) => !endedStatuses.includes(status))
        .map(({ runName: one }) => one)
        .toSorted(),
    /** Starts an execution and a job that belong to no tree. */
    async startStranger() {
      const stranger = { stateMachineArn: stateMachineArn('stranger'), name: 'stranger' };
      await aws.sfn.send(new StartExecutionCommand(stranger));
      await submitStranger(aws.batch);
    },
  };
}

async function submitStranger(batch: BatchClient): Promise<void> {
  const job = { jobName: 'stranger-job', jobQueue: 'risk', jobDefinition: 'risk' };
  await batch.send(new SubmitJobCommand(job));
}
