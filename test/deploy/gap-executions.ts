import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { Cloud } from './cloud.ts';
import { home } from './ministack.ts';
import { until } from './until.ts';

const wait = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } };

/** True when the task events of a history name the service, as its resource type. */
export async function namesResourceTypes(cloud: Cloud): Promise<boolean> {
  const child = await createMachine(cloud, 'gap-plain-child', wait);
  const parent = await createMachine(cloud, 'gap-plain-parent', toParent(child, ''));
  const { executionArn } = await cloud.states.startExecution({ stateMachineArn: parent });
  const started = await until(
    'a task to succeed',
    async () =>
      (await readHistory(cloud, executionArn)).find(({ type }) => type === 'TaskSucceeded'),
    10_000,
  );
  const { resourceType, resource } = started.taskSucceededEventDetails ?? {};
  return resourceType === 'states' || resource === 'startExecution';
}

/**
 * True when a task that waits for its child (`.sync:2`) has a TaskSubmitted, or the stop of its
 * execution stops the child.
 */
export async function handlesWaitingTasks(cloud: Cloud): Promise<boolean> {
  const child = await createMachine(cloud, 'gap-sync-child', wait);
  const parent = await createMachine(cloud, 'gap-sync-parent', toParent(child, '.sync:2'));
  const { executionArn } = await cloud.states.startExecution({ stateMachineArn: parent });
  const running = await until(
    'the child to run',
    async () => (await cloud.states.listExecutions({ stateMachineArn: child })).executions?.[0],
    10_000,
  );
  const history = await readHistory(cloud, executionArn);
  await cloud.states.stopExecution({ executionArn });
  const { status } = await cloud.states.describeExecution({ executionArn: running.executionArn });
  return history.some(({ type }) => type === 'TaskSubmitted') || status !== 'RUNNING';
}

/** True when a repeated start of a running execution, with the same input, gets its answer. */
export async function repeatsStarts(cloud: Cloud): Promise<boolean> {
  const { states } = cloud;
  const stateMachineArn = await createMachine(cloud, 'gap-repeated', wait);
  const start = { stateMachineArn, name: 'gap-repeated', input: '{}' };
  const { executionArn } = await states.startExecution(start);
  return states.startExecution(start).then(
    (again) => again.executionArn === executionArn,
    () => false,
  );
}

/** True when an execution name with a forbidden character is refused. */
export async function rejectsExecutionNames(cloud: Cloud): Promise<boolean> {
  const stateMachineArn = await createMachine(cloud, 'gap-names', wait);
  return cloud.states.startExecution({ stateMachineArn, name: 'PAY_EOD 1620/1' }).then(
    () => false,
    () => true,
  );
}

function toParent(child: string, suffix: '' | '.sync:2') {
  const Start = {
    Type: 'Task',
    Resource: `arn:aws:states:::states:startExecution${suffix}`,
    Parameters: { StateMachineArn: child, Input: {} },
    Next: 'Wait',
  };
  return { StartAt: 'Start', States: { Start, ...wait.States } };
}

async function createMachine({ states }: Cloud, name: string, definition: object): Promise<string> {
  const { stateMachineArn = '' } = await states.createStateMachine({
    name,
    roleArn: `arn:aws:iam::${home.account}:role/gap`,
    definition: JSON.stringify(definition),
  });
  return stateMachineArn;
}

async function readHistory(
  { states }: Cloud,
  executionArn: string | undefined,
): Promise<readonly HistoryEvent[]> {
  const { events = [] } = await states.getExecutionHistory({ executionArn });
  return events;
}
