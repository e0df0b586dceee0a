/** An EventBridge event as AWS sends it. Tests change parts of it. */
export interface AwsEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

const account = '111122223333';
const region = 'eu-west-1';

/** Start of the runs of the builders: 2026-11-20T02:00:00Z. */
export const startedAtMs = 1_795_140_000_000;
/** End of the runs: one minute later. */
export const stoppedAtMs = startedAtMs + 60_000;

/** When their events are read: another minute later. */
export const readAt = new Date(stoppedAtMs + 60_000);

type Detail = Readonly<Record<string, unknown>>;
type Envelope = Partial<Omit<AwsEvent, 'detail'>>;

/** Returns the fields that identify an execution in the detail of its events. */
export function namesOfRun(name: string, stateMachine = 'settlement') {
  const arn = `arn:aws:states:${region}:${account}`;
  return {
    executionArn: `${arn}:execution:${stateMachine}:${name}`,
    stateMachineArn: `${arn}:stateMachine:${stateMachine}`,
    name,
  };
}

/**
 * Builds a Step Functions event after recordings of 2024. `detail` overrides single fields;
 * `undefined` removes one.
 */
export function anExecutionEvent(detail: Detail = {}, envelope: Envelope = {}): AwsEvent {
  const names = namesOfRun('run-1');
  const over = (detail['status'] ?? 'SUCCEEDED') !== 'RUNNING';
  return {
    version: '0',
    id: '315c1398-40ff-a850-213b-158f73e60175',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account,
    time: '2026-11-20T02:01:00Z',
    region,
    resources: [names.executionArn],
    ...envelope,
    detail: withoutUndefined({
      ...names,
      status: 'SUCCEEDED',
      startDate: startedAtMs,
      stopDate: over ? stoppedAtMs : null,
      input: '{}',
      output: over ? '{"settled":48213,"date":"2026-11-20","deep":{"list":[1,"two"]}}' : null,
      inputDetails: { included: true },
      outputDetails: over ? { included: true } : null,
      error: null,
      cause: null,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: null,
      ...detail,
    }),
  };
}

/** A value in the environment of the Batch builders. No output of the bridge may contain it. */
export const batchSecret = 'hunter2-in-clear';

/** Builds an AWS Batch event after real events of Fargate jobs. */
export function aBatchJobEvent(detail: Detail = {}, envelope: Envelope = {}): AwsEvent {
  const jobId = '4c7599ae-0a82-49aa-ba5a-4727fcce14a8';
  const status = detail['status'] ?? 'SUCCEEDED';
  const over = status === 'SUCCEEDED' || status === 'FAILED';
  const ran = over || status === 'RUNNING';
  return {
    version: '0',
    id: 'c8f9c4b5-76e5-d76a-f980-7011e206042b',
    'detail-type': 'Batch Job State Change',
    source: 'aws.batch',
    account,
    time: '2026-11-20T02:01:00Z',
    region,
    resources: [`arn:aws:batch:${region}:${account}:job/${jobId}`],
    ...envelope,
    detail: withoutUndefined({
      jobArn: `arn:aws:batch:${region}:${account}:job/${jobId}`,
      jobName: 'risk-eod',
      jobId,
      jobQueue: `arn:aws:batch:${region}:${account}:job-queue/night`,
      jobDefinition: `arn:aws:batch:${region}:${account}:job-definition/risk:7`,
      status: 'SUCCEEDED',
      ...(over && { statusReason: 'Essential container in task exited' }),
      attempts: over ? [anAttempt(0)] : [],
      createdAt: startedAtMs - 5_000,
      ...(ran && { startedAt: startedAtMs }),
      ...(over && { stoppedAt: stoppedAtMs }),
      retryStrategy: { attempts: 2, evaluateOnExit: [] },
      dependsOn: [],
      parameters: { date: '2026-11-20' },
      container: {
        image: 'risk:1',
        command: ['run'],
        environment: [{ name: 'DB_PASSWORD', value: batchSecret }],
        resourceRequirements: [{ type: 'VCPU', value: '2' }],
        networkInterfaces: [],
        secrets: [],
        ...(over && { exitCode: 0, logStreamName: 'risk/default/0f3a' }),
      },
      tags: { resourceArn: `arn:aws:batch:${region}:${account}:job/${jobId}` },
      propagateTags: false,
      platformCapabilities: ['FARGATE'],
      eksAttempts: [],
      ...detail,
    }),
  };
}

/** Builds an ended attempt of a Batch job with one container. */
export function anAttempt(exitCode?: number, reason?: string) {
  return {
    container: withoutUndefined({
      taskArn: `arn:aws:ecs:${region}:${account}:task/night/0f3a`,
      exitCode,
      reason,
      networkInterfaces: [],
    }),
    startedAt: startedAtMs,
    stoppedAt: stoppedAtMs,
    statusReason: 'Essential container in task exited',
  };
}

function withoutUndefined(fields: Detail): Detail {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
