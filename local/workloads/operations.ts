import { createDescribeJobsOperation } from './batch/describe-jobs.ts';
import {
  createDescribeJobDefinitionsOperation,
  createDescribeJobQueuesOperation,
} from './batch/describe-resources.ts';
import { createListJobsOperation } from './batch/list-jobs.ts';
import { createSubmitJobOperation } from './batch/submit-job.ts';
import { createCancelJobOperation, createTerminateJobOperation } from './batch/terminate-job.ts';
import { createDescribeLogStreamsOperation } from './logs/describe-log-streams.ts';
import { createFilterLogEventsOperation } from './logs/filter-log-events.ts';
import { createGetLogEventsOperation } from './logs/get-log-events.ts';
import type { WorkloadOperation } from './operation.ts';
import { createDescribeExecutionOperation } from './step-functions/describe-execution.ts';
import { createDescribeMapRunOperation } from './step-functions/describe-map-run.ts';
import {
  createDescribeStateMachineForExecutionOperation,
  createDescribeStateMachineOperation,
} from './step-functions/describe-state-machine.ts';
import { createGetExecutionHistoryOperation } from './step-functions/get-execution-history.ts';
import { createListExecutionsOperation } from './step-functions/list-executions.ts';
import { createListMapRunsOperation } from './step-functions/list-map-runs.ts';
import { createListStateMachinesOperation } from './step-functions/list-state-machines.ts';
import { createRedriveExecutionOperation } from './step-functions/redrive-execution.ts';
import {
  createSendTaskFailureOperation,
  createSendTaskHeartbeatOperation,
  createSendTaskSuccessOperation,
} from './step-functions/send-task.ts';
import { createStartExecutionOperation } from './step-functions/start-execution.ts';
import { createStopExecutionOperation } from './step-functions/stop-execution.ts';
import type { WorkloadWorld } from './world.ts';

/**
 * Every operation by the target of its protocol: `X-Amz-Target` of Step Functions and CloudWatch
 * Logs, method and path of AWS Batch. Any other target is refused and counted.
 */
const createByTarget = {
  'AWSStepFunctions.StartExecution': createStartExecutionOperation,
  'AWSStepFunctions.StopExecution': createStopExecutionOperation,
  'AWSStepFunctions.RedriveExecution': createRedriveExecutionOperation,
  'AWSStepFunctions.SendTaskSuccess': createSendTaskSuccessOperation,
  'AWSStepFunctions.SendTaskFailure': createSendTaskFailureOperation,
  'AWSStepFunctions.SendTaskHeartbeat': createSendTaskHeartbeatOperation,
  'AWSStepFunctions.DescribeExecution': createDescribeExecutionOperation,
  'AWSStepFunctions.DescribeStateMachine': createDescribeStateMachineOperation,
  'AWSStepFunctions.DescribeStateMachineForExecution':
    createDescribeStateMachineForExecutionOperation,
  'AWSStepFunctions.ListStateMachines': createListStateMachinesOperation,
  'AWSStepFunctions.ListExecutions': createListExecutionsOperation,
  'AWSStepFunctions.GetExecutionHistory': createGetExecutionHistoryOperation,
  'AWSStepFunctions.ListMapRuns': createListMapRunsOperation,
  'AWSStepFunctions.DescribeMapRun': createDescribeMapRunOperation,
  'POST /v1/submitjob': createSubmitJobOperation,
  'POST /v1/terminatejob': createTerminateJobOperation,
  'POST /v1/canceljob': createCancelJobOperation,
  'POST /v1/describejobs': createDescribeJobsOperation,
  'POST /v1/listjobs': createListJobsOperation,
  'POST /v1/describejobdefinitions': createDescribeJobDefinitionsOperation,
  'POST /v1/describejobqueues': createDescribeJobQueuesOperation,
  'Logs_20140328.GetLogEvents': createGetLogEventsOperation,
  'Logs_20140328.FilterLogEvents': createFilterLogEventsOperation,
  'Logs_20140328.DescribeLogStreams': createDescribeLogStreamsOperation,
} satisfies Readonly<Record<string, (world: WorkloadWorld) => WorkloadOperation>>;

/** Binds every operation to its world, by target. */
export function createOperations(world: WorkloadWorld): ReadonlyMap<string, WorkloadOperation> {
  return new Map(Object.entries(createByTarget).map(([target, create]) => [target, create(world)]));
}
