import type { LocalClock } from '../../clock.ts';
import type { InvokeFunction } from '../../invocation.ts';
import type { WorkloadLocation } from '../arns.ts';
import type { PlannedBatchJobs } from '../batch/batch-jobs.ts';
import { toJobDetail } from '../batch/job-detail.ts';
import type { BatchResources } from '../batch/resources.ts';
import { terminatePlannedJob } from '../batch/stop-job.ts';
import { toSubmittedJob } from '../batch/submit-request.ts';
import type { LocalLogStreams } from '../logs/log-streams.ts';
import { toPascalCase } from '../pascal-case.ts';
import { type ExecutionRecord, isExecutionEnded, toExecutionDetail } from './execution.ts';
import type { PlannedExecutions } from './executions.ts';
import type { PlannedMapRuns } from './map-runs.ts';
import type { DeclaredStateMachines } from './state-machines.ts';
import type { StartedChild, StepPorts } from './step-context.ts';
import type { TaskTokens } from './task-tokens.ts';

/** The parts of the embedded AWS that the states of an execution call. */
export interface StepPortsDeps {
  readonly clock: LocalClock;
  readonly location: WorkloadLocation;
  readonly executions: PlannedExecutions;
  readonly stateMachines: DeclaredStateMachines;
  readonly mapRuns: PlannedMapRuns;
  readonly taskTokens: TaskTokens;
  readonly invokeFunction: InvokeFunction;
  readonly jobs: PlannedBatchJobs;
  readonly batchResources: BatchResources;
  readonly logs: LocalLogStreams;
  readonly syncChildrenStop: () => boolean;
}

/** Binds what the states of an execution call. Calls of states are not counted and not authorized. */
export function createStepPorts(deps: StepPortsDeps): StepPorts {
  const { clock, location, executions, stateMachines, mapRuns, logs } = deps;
  return {
    ...{ clock, location, mapRuns, syncChildrenStop: deps.syncChildrenStop },
    ...{ taskTokens: deps.taskTokens, invokeFunction: deps.invokeFunction },
    startExecution({ parent, stateMachine, executionName, input }) {
      const resolved = stateMachines.resolve(stateMachines.toArn(stateMachine));
      const startedBy = parent.executionArn;
      return toNestedChild(deps, executions.start({ resolved, executionName, input, startedBy }));
    },
    submitJob: (child) => submitChild(deps, child),
    runMapChild({ parent, childArn, plan, ...mapRun }) {
      const known = childArn === undefined ? undefined : executions.find(childArn);
      if (known && isExecutionEnded(known)) {
        const redriven = executions.redrive(known, 'mapRun');
        return { childArn: known.executionArn, ...toNestedChild(deps, redriven) };
      }
      const resolved = stateMachines.resolve(parent.versionArn ?? toUnlabelled(parent));
      const pinned = { ...resolved, revision: parent.revision };
      const child = executions.start({
        ...{ resolved: pinned, executionName: undefined, input: '{}' },
        startedBy: parent.executionArn,
        mapRun: { ...mapRun, plans: plan },
      });
      return { childArn: child.executionArn, ...toNestedChild(deps, child) };
    },
    writeLambdaLog(functionName, lines) {
      const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
      logs.write(`/aws/lambda/${functionName}`, `${day}/[$LATEST]${functionName}`, lines);
    },
  };
}

function toNestedChild(deps: StepPortsDeps, record: ExecutionRecord): StartedChild {
  const { executions, clock } = deps;
  const { executionArn, startedAt } = record;
  return {
    response: JSON.stringify({ ExecutionArn: executionArn, StartDate: startedAt }),
    async ended() {
      const end = await executions.ended(executionArn);
      return {
        isSuccessful: end.status === 'SUCCEEDED',
        output: JSON.stringify(
          toPascalCase(toExecutionDetail(end, { now: clock.now(), historyLength: 0 })),
        ),
      };
    },
    stop: () => void executions.stop(executionArn, {}),
  };
}

function submitChild(
  deps: StepPortsDeps,
  { parent, jobName, jobQueue, jobDefinition, arraySize }: Parameters<StepPorts['submitJob']>[0],
): StartedChild {
  const { jobs, clock } = deps;
  const arrayProperties = arraySize === undefined ? undefined : { size: arraySize };
  const request = { jobName, jobQueue, jobDefinition, arrayProperties };
  const { executionArn: startedBy } = parent;
  const { jobId, jobArn } = jobs.submit({ ...toSubmittedJob(deps, request), startedBy });
  return {
    response: JSON.stringify({ JobArn: jobArn, JobId: jobId, JobName: jobName }),
    async ended() {
      const end = await jobs.ended(jobId);
      return {
        isSuccessful: end.status === 'SUCCEEDED',
        output: JSON.stringify(toPascalCase(toJobDetail(end))),
      };
    },
    stop: () =>
      terminatePlannedJob({ jobs, clock }, jobId, 'The execution that submitted it was stopped'),
  };
}

/** The ARN of a state machine without the label of a Map state. */
function toUnlabelled({ stateMachineArn }: ExecutionRecord): string {
  return stateMachineArn.replace(/\/[^/:]*$/, '');
}
