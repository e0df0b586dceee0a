import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { StoredRequest } from '../../lambda/request/stored-request.ts';
import type { ExecutionPlan, ExecutionStep, InvokeStep } from '../../local/index.ts';
import { documentedStep, type RequestsSystem, roleArn } from './requests-system.ts';

/** Starts an execution of `settlement` in the role that the entry names. */
export async function execute(
  { aws, sfn }: RequestsSystem,
  steps: readonly ExecutionStep[],
  end: ExecutionPlan['end'] = { status: 'SUCCEEDED', outputOf: 'Load' },
) {
  const stateMachineArn = aws.workloads.define({
    stateMachine: 'settlement',
    roleArn: roleArn('settlement'),
    runs: { steps, end },
  });
  const input = JSON.stringify({ day: '20261130' });
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  const describeIt = () => sfn.send(new DescribeExecutionCommand({ executionArn }));
  const history = async () =>
    (await sfn.send(new GetExecutionHistoryCommand({ executionArn }))).events ?? [];
  return {
    executionArn,
    history,
    stop: () => sfn.send(new StopExecutionCommand({ executionArn })),
    redrive: () => sfn.send(new RedriveExecutionCommand({ executionArn })),
    /** Waits until tasks wait under their tokens: the request function has answered. */
    untilWaiting: (tasks = 1) =>
      until('the task waits', async () => {
        const events = await history();
        return events.filter(({ type }) => type === 'TaskSubmitted').length >= tasks;
      }),
    untilEnded: async () => {
      await until('the execution ends', async () => (await describeIt()).status !== 'RUNNING');
      return describeIt();
    },
  };
}

/** The state `Load` of the documentation, for another job. @param over fields of its payload */
export function loadOf(
  { functionArn }: RequestsSystem,
  job: string,
  over: object = {},
): InvokeStep {
  const load = documentedStep('Load', functionArn);
  return { ...load, payload: { ...load.payload, job, ...over } };
}

/** The requests for a job in the ledger, the oldest first. */
export async function requestsFor(
  { ledger }: RequestsSystem,
  job: string,
): Promise<readonly StoredRequest[]> {
  const rows: readonly unknown[] = await ledger.entries(`ACE job ${job}`);
  return rows
    .filter(isRequest)
    .toSorted((one, other) => one.receivedMs - other.receivedMs || one.attempt - other.attempt);
}

function isRequest(row: unknown): row is StoredRequest {
  return typeof row === 'object' && row !== null && 'kind' in row && row.kind === 'request';
}

/** Waits until a condition holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let check = 0; check < 1_200; check += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error(`not within 60 s: ${what}`);
}
