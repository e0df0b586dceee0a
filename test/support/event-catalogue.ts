import { batchJobStatuses, executionStatuses } from '../../lambda/contract.ts';
import { type AwsEvent, aBatchJobEvent, anAttempt, anExecutionEvent } from './builders.ts';

/**
 * One documented shape of an event, with the routes of {@link catalogueRoutes} that must act on it.
 */
export interface Shape {
  readonly shape: string;
  readonly event: AwsEvent;
  /** Names of the routes in file order. Empty if nothing is sent to AutoSys. */
  readonly told: readonly string[];
  /**
   * True when the rules must match although nothing is sent: the beginning of a run, about which
   * the sweep asks AWS.
   */
  readonly begins?: true;
}

const accountAndRegion = 'eu-west-1:111122223333';
const machineArn = `arn:aws:states:${accountAndRegion}:stateMachine:settlement`;
const jobId = '4c7599ae-0a82-49aa-ba5a-4727fcce14a8';

/** One route for each kind of match of a workload or its parts. */
export const catalogueRoutes = `instances:
  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }
routes:
  - { name: whole, from: { stateMachine: settlement }, global: G_WHOLE }
  - { name: alias, from: { stateMachine: "${machineArn}:live" }, global: { name: G_ALIAS, values: { SUCCEEDED: OK } } }
  - { name: version, from: { stateMachine: "settlement:*" }, global: { name: G_VERSION, values: { SUCCEEDED: OK } } }
  - { name: mapChild, from: { stateMachine: settlement, mapChildren: only }, global: G_CHILD }
  - { name: end, from: { stateMachine: fx }, global: { name: G_END, values: { SUCCEEDED: OK } } }
  - { name: job, combine: latest, from: { jobQueue: night, jobName: risk-* }, global: G_JOB }
  - { name: arrayChild, combine: latest, from: { jobQueue: night, arrayChildren: only }, global: G_ARRAY }
  - { name: node, combine: latest, from: { jobQueue: night, nodes: only }, global: G_NODE }
`;

const reportedStatuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

const executions: readonly Shape[] = [
  ...executionStatuses.map((status) => ({
    shape: `an execution that is ${status}`,
    event: anExecutionEvent({ status }),
    told: reportedStatuses.includes(status) ? ['whole'] : [],
  })),
  {
    shape: 'a redrive that begins',
    event: anExecutionEvent({
      status: 'RUNNING',
      redriveCount: 1,
      redriveDate: 1_795_150_000_000,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    }),
    told: ['whole'],
  },
  {
    shape: 'a redrive that has ended, with its date as a string',
    event: anExecutionEvent({ redriveCount: 2, redriveDate: '1795150000000' }),
    told: ['whole'],
  },
  {
    shape: 'a failure that is being redriven, with an undocumented word',
    event: anExecutionEvent({ status: 'FAILED', redriveStatus: 'REDRIVE_IN_PROGRESS' }),
    told: ['whole'],
  },
  {
    shape: 'the child of a Distributed Map',
    event: anExecutionEvent({
      executionArn: `arn:aws:states:${accountAndRegion}:execution:settlement/PerTrade:5d1a`,
      stateMachineArn: `${machineArn}/PerTrade`,
      name: '5d1a',
    }),
    told: ['mapChild'],
  },
  {
    shape: 'a start by alias',
    event: anExecutionEvent({
      stateMachineAliasArn: `${machineArn}:live`,
      stateMachineVersionArn: `${machineArn}:7`,
    }),
    told: ['whole', 'alias', 'version'],
  },
  {
    shape: 'a start by version',
    event: anExecutionEvent({ stateMachineVersionArn: `${machineArn}:7` }),
    told: ['whole', 'version'],
  },
  {
    shape: 'a start by version, with the version in the state machine ARN',
    event: anExecutionEvent({ stateMachineArn: `${machineArn}:7` }),
    told: ['whole', 'version'],
  },
  {
    shape: 'the beginning of a run whose route reports only the end',
    event: anExecutionEvent({
      status: 'RUNNING',
      executionArn: `arn:aws:states:${accountAndRegion}:execution:fx:run-1`,
      stateMachineArn: `arn:aws:states:${accountAndRegion}:stateMachine:fx`,
    }),
    told: [],
    begins: true,
  },
  {
    shape: 'a success as in 2022, without error, version and redrive',
    event: anExecutionEvent({
      error: undefined,
      cause: undefined,
      stateMachineVersionArn: undefined,
      stateMachineAliasArn: undefined,
      redriveCount: undefined,
      redriveDate: undefined,
      redriveStatus: undefined,
      redriveStatusReason: undefined,
    }),
    told: ['whole'],
  },
  {
    shape: 'a failure as in 2023, its error and cause null',
    event: anExecutionEvent({ status: 'FAILED', output: null, outputDetails: null }),
    told: ['whole'],
  },
  {
    shape: 'an omitted output',
    event: anExecutionEvent({ output: null, outputDetails: { included: false } }),
    told: ['whole'],
  },
  {
    shape: 'an end without data, as with a customer managed key',
    event: anExecutionEvent({
      status: 'FAILED',
      input: undefined,
      inputDetails: undefined,
      output: undefined,
      outputDetails: undefined,
      error: undefined,
      cause: undefined,
    }),
    told: ['whole'],
  },
  {
    shape: 'another state machine, whose name has the same prefix',
    event: anExecutionEvent({
      executionArn: `arn:aws:states:${accountAndRegion}:execution:settlement-test:run-1`,
      stateMachineArn: `${machineArn}-test`,
    }),
    told: [],
  },
];

const batchJobs: readonly Shape[] = [
  ...batchJobStatuses.map((status) => ({
    shape: `a Batch job that is ${status}`,
    event: aBatchJobEvent({ status }),
    told: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED'].includes(status) ? ['job'] : [],
  })),
  {
    shape: 'an array parent that waits for its children',
    event: aBatchJobEvent({
      status: 'PENDING',
      arrayProperties: { size: 3, statusSummary: { RUNNABLE: 3 } },
    }),
    told: ['job'],
  },
  {
    shape: 'an array parent that has ended',
    event: aBatchJobEvent({
      attempts: [],
      arrayProperties: { size: 3, statusSummary: { SUCCEEDED: 3 }, statusSummaryLastUpdatedAt: 1 },
    }),
    told: ['job'],
  },
  {
    shape: 'an array child',
    event: aBatchJobEvent({
      jobId: `${jobId}:2`,
      jobArn: `arn:aws:batch:${accountAndRegion}:job/${jobId}:2`,
      arrayProperties: { index: 2, statusSummary: {} },
    }),
    told: ['arrayChild'],
  },
  {
    shape: 'a multi-node parent',
    event: aBatchJobEvent({
      container: undefined,
      nodeProperties: { numNodes: 2, mainNode: 0, nodeRangeProperties: [] },
    }),
    told: ['job'],
  },
  {
    shape: 'a node',
    event: aBatchJobEvent({
      jobId: `${jobId}#0`,
      jobArn: `arn:aws:batch:${accountAndRegion}:job/${jobId}#0`,
      nodeDetails: { nodeIndex: 0, isMainNode: true },
    }),
    told: ['node'],
  },
  {
    shape: 'a job on EKS',
    event: aBatchJobEvent({
      container: undefined,
      attempts: [],
      eksProperties: { podProperties: { containers: [] } },
      eksAttempts: [{ containers: [{ exitCode: 0 }], startedAt: 1, stoppedAt: 2 }],
    }),
    told: ['job'],
  },
  {
    shape: 'a job of several containers',
    event: aBatchJobEvent({
      container: {},
      ecsProperties: { taskProperties: [{ containers: [{ name: 'main', essential: true }] }] },
      attempts: [{ container: {}, taskProperties: [{ containers: [{ exitCode: 0 }] }] }],
    }),
    told: ['job'],
  },
  {
    shape: 'a job as in 2017, without an ARN of its own',
    event: aBatchJobEvent({
      jobArn: undefined,
      tags: undefined,
      propagateTags: undefined,
      platformCapabilities: undefined,
      eksAttempts: undefined,
      retryStrategy: { attempts: 1 },
      container: { image: 'risk', vcpus: 2, memory: 2_048, command: [], environment: [] },
    }),
    told: ['job'],
  },
  {
    shape: 'a failure with exit code 0',
    event: aBatchJobEvent({ status: 'FAILED', attempts: [anAttempt(0)] }),
    told: ['job'],
  },
  {
    shape: 'a failure without an attempt, as of a job that was cancelled',
    event: aBatchJobEvent({
      status: 'FAILED',
      attempts: [],
      startedAt: undefined,
      isCancelled: true,
      statusReason: 'cancelled by an operator',
    }),
    told: ['job'],
  },
  {
    shape: 'a success without an attempt',
    event: aBatchJobEvent({ attempts: [] }),
    told: ['job'],
  },
  {
    shape: 'a job that goes back to be tried again',
    event: aBatchJobEvent({ status: 'RUNNABLE', attempts: [anAttempt(137, 'OutOfMemoryError')] }),
    told: [],
  },
  {
    shape: 'a job with unknown properties',
    event: aBatchJobEvent({ consumableResourceProperties: {}, somethingNew: [1] }),
    told: ['job'],
  },
  {
    shape: 'a job of another queue',
    event: aBatchJobEvent({ jobQueue: `arn:aws:batch:${accountAndRegion}:job-queue/day` }),
    told: [],
  },
];

const strange = (source: string, detailType: string, detail = aBatchJobEvent().detail) => ({
  shape: `${source} "${detailType}"`,
  event: aBatchJobEvent(detail, { source, 'detail-type': detailType }),
  told: [],
});

/** Other events of AWS. None of them is the status of a workload. */
const neighbours: readonly Shape[] = [
  strange('aws.batch', 'Batch Job Queue Blocked', {
    ...aBatchJobEvent({ status: 'RUNNABLE' }).detail,
    statusReason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - no capacity',
  }),
  strange('aws.batch', 'Batch Service Job State Change', {
    jobArn: `arn:aws:batch:${accountAndRegion}:service-job/${jobId}`,
    latestAttempt: {},
  }),
  strange('aws.batch', 'Batch Service Job Queue Blocked'),
  strange('aws.batch', 'Batch Service Job Preemption Started'),
  strange('aws.ecs', 'ECS Task State Change', { lastStatus: 'STOPPED' }),
  strange('aws.glue', 'Glue Job State Change', { jobName: 'risk-eod', state: 'SUCCEEDED' }),
];

/** Every documented shape of AWS events: about workloads, and others. */
export const eventCatalogue: readonly Shape[] = [...executions, ...batchJobs, ...neighbours];
