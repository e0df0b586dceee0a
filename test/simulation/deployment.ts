import { bindMaintenance } from '../../lambda/circuit-breaker/maintenance.ts';
import { type BridgeConfig, createRouteIndex } from '../../lambda/routing/routes.ts';
import { readRouteFile } from '../../route-file/index.ts';

/** Values that name the run, the attempt and the status, so that each request shows how old it is. */
const telling = (run: string, statuses: readonly string[], end = '') =>
  `{ ${statuses.map((status) => `${status}: "${run} ${status}${end}"`).join(', ')} }`;
/** The start time tells two runs with one ARN apart. */
const execution = `\${executionName:20}@\${startedAt|none}#\${redriveCount}`;
const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
const ofExecution = telling(execution, statuses);
/** A release may show values without the blanks at their end. */
const withBlank = telling(execution, statuses, ' ');
/** One end of a Batch job may be reported with several attempts, so its value names none. */
const ofBatchJob = `{ RUNNING: "\${batchJobId}#\${attempt} RUNNING", SUCCEEDED: "\${batchJobId} SUCCEEDED", FAILED: "\${batchJobId} FAILED" }`;
const run = `comment: "${execution} \${status}"`;
/** With the event's id in it, AutoSys itself shows which of its events is ours. */
const marked = `comment: "${execution} \${status}, event \${eventId}"`;

/** The instance that a deployment in the middle of a night may rename, and its name from then on. */
export const renamed = { from: 'BEE', to: 'CEE' } as const;

/** What stays undelivered or unconfirmed for so long is parked; nothing in a night lasts as long but a stall. */
export const deadlineMs = 5 * 3_600_000;

export interface DeploymentOptions {
  /** Whether both instances sign in with one secret. */
  readonly sharesSecret: boolean;
  readonly isRenamed: boolean;
}

/**
 * Two state machines on one variable, one on two instances, a job that mirrors, a Batch job, and one-shot effects of several
 * kinds from several routes on the same jobs.
 */
function writeRouteFile({ sharesSecret, isRenamed }: DeploymentOptions): string {
  const bee = isRenamed ? renamed.to : renamed.from;
  return `
instances:
  ACE: { endpoints: [https://ace-1.example.com:9443, https://ace-2.example.com:9443], secret: ACE, confirmWithin: 3s, deadline: 5h }
  ${bee}: { endpoints: [https://bee.example.com:9443], secret: ${sharesSecret ? 'ACE' : 'BEE'}, confirmWithin: 1s, deadline: 5h }
routes:
  - name: a
    to: ACE
    combine: latest
    from: { stateMachine: a }
    global: { name: SHARED, values: ${ofExecution} }
    events:
      - { on: FAILED, event: FORCE_STARTJOB, job: REPAIR, ${marked} }
      - { on: RUNNING, event: JOB_ON_HOLD, job: LATER, ${run} }
      - { on: SUCCEEDED, event: JOB_OFF_HOLD, job: LATER, ${run} }
  - name: c
    to: ACE
    combine: latest
    from: { stateMachine: c }
    global: { name: SHARED, values: ${ofExecution} }
    events:
      - { on: FAILED, event: STARTJOB, job: REPAIR, ${marked} }
      - { on: TIMED_OUT, event: KILLJOB, job: REPAIR, ${marked} }
      - { on: RUNNING, event: FORCE_STARTJOB, job: WATCH, ${marked} }
      - { on: [SUCCEEDED, FAILED, TIMED_OUT, ABORTED], event: KILLJOB, job: WATCH, ${marked} }
  - name: a-elsewhere
    to: ${bee}
    from: { stateMachine: a }
    global: { name: COPY, values: ${ofExecution} }
  - name: b
    to: ${bee}
    from: { stateMachine: b }
    global: { name: ALONE, values: ${withBlank} }
    job: MIRROR
    events:
      - { on: ABORTED, event: FORCE_STARTJOB, job: MEND, ${run} }
  - name: r
    to: ACE
    from: { jobQueue: night, jobName: r }
    global: { name: BATCH, values: ${ofBatchJob} }
    events:
      - { on: FAILED, event: FORCE_STARTJOB, job: REPAIR }
`;
}

/** The configuration that the functions of a night run with. */
export interface Deployment {
  readonly config: BridgeConfig;
  readonly routes: ReturnType<typeof createRouteIndex>;
  readonly maintenance: ReturnType<typeof bindMaintenance>;
}

const deploymentByText = new Map<string, Deployment>();

/** Compiles the route file; the same options give the same deployment. */
export function deploy(options: DeploymentOptions): Deployment {
  const text = writeRouteFile(options);
  const known = deploymentByText.get(text);
  if (known) return known;
  const config = forNights(readRouteFile({ name: 'night.yaml', text }, () => undefined).config);
  const { instances, routes } = config;
  const deployment = {
    config,
    routes: createRouteIndex(routes, { account: '111122223333', region: 'eu-west-1' }),
    maintenance: bindMaintenance(instances),
  };
  deploymentByText.set(text, deployment);
  return deployment;
}

/** The name of the AutoSys behind a configured name: one AutoSys keeps its own through every deployment. */
export function toInstallation(configured: string): string {
  return configured === renamed.to ? renamed.from : configured;
}

/**
 * A night is shorter than a real one: AWS is asked about each run that has not ended within twenty minutes.
 *
 * The second instance has a declared window, Fridays from 01:10 to 01:40.
 */
function forNights(compiled: BridgeConfig): BridgeConfig {
  return {
    ...compiled,
    instances: compiled.instances.map((instance) =>
      instance.name === 'ACE'
        ? instance
        : {
            ...instance,
            drainPerSecond: 1,
            maintenance: [{ kind: 'weekly', days: [5], fromMinute: 70, toMinute: 100 }],
          },
    ),
    routes: compiled.routes.map((route) => ({ ...route, endsWithinMs: 20 * 60_000 })),
  };
}
