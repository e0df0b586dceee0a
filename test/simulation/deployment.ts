import { createFindOpenWindow } from '../../lambda/circuit-breaker/maintenance.ts';
import { type BridgeConfig, createRouteIndex } from '../../lambda/routing/routes.ts';
import { toMatchedRoutes } from '../../lambda/routing/target-routes.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { type SimulatedGroup, writeGroup } from './simulated-group.ts';

/** Values that name the run, the attempt and the status, so that each request shows its version. */
const formatValues = (run: string, statuses: readonly string[], end = '') =>
  `{ ${statuses.map((status) => `${status}: "${run} ${status}${end}"`).join(', ')} }`;
/** The start time distinguishes two runs with the same ARN. */
const execution = `\${executionName:20}@\${startedAt|none}#\${redriveCount}`;
const statuses = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
const executionValues = formatValues(execution, statuses);
/** Values of the route with a condition. No other route sets the same text. */
const redriveValues = formatValues(`again ${execution}`, statuses);
/** Values with a trailing blank: some AutoSys releases show values without it. */
const valuesWithBlank = formatValues(execution, statuses, ' ');
/**
 * The events of one end may list different numbers of attempts, so the end value names no attempt.
 */
const batchJobValues = `{ RUNNING: "\${batchJobId}#\${attempt} RUNNING", SUCCEEDED: "\${batchJobId} SUCCEEDED", FAILED: "\${batchJobId} FAILED" }`;
const runComment = `comment: "${execution} \${status}"`;
/** A comment with the event id, so that AutoSys shows which of its events the bridge sent. */
const markedComment = `comment: "${execution} \${status}, event \${eventId}"`;

/** The instance that a deployment during the scenario may rename: old and new name. */
export const renamed = { from: 'BEE', to: 'CEE' } as const;

/**
 * The deadline of both instances, after which an entry is parked. Only a scheduler stall can last
 * longer.
 */
export const deadlineMs = 5 * 3_600_000;

/** Text in every value and comment of the observed route, and in no other. */
export const watchedText = 'watched ';

const watchedValues = formatValues(`${watchedText}${execution}`, statuses);

/** One observed route with effects of its own, and one with the effects of a live route. */
const toObservedLines = (second: string) => `
  - name: watched
    to: [ACE, ${second}]
    mode: { observe: { job: WATCH } }
    from: { stateMachine: a }
    global: { name: SHARED, values: ${watchedValues} }
    events:
      - { on: RUNNING, event: KILLJOB, job: WATCH, comment: "${watchedText}${execution}" }
      - { on: FAILED, event: FORCE_STARTJOB, job: REPAIR, comment: "${watchedText}${execution}" }
  - name: watched-as-live
    to: ${second}
    mode: { observe: { variable: ALONE } }
    from: { stateMachine: b }
    global: { name: ALONE, values: ${valuesWithBlank} }
    job: MIRROR`;

export interface DeploymentOptions {
  /** True when both instances use the same secret. */
  readonly sharesSecret: boolean;
  readonly isRenamed: boolean;
  /** The group of the route file. @default - none */
  readonly group?: SimulatedGroup;
  /** Whether the route file has observed routes. @default false */
  readonly hasObserved?: boolean;
}

/**
 * Writes the route file: two state machines that set the same variable, one state machine reported
 * to two instances, a route with a condition and two instances, a mirror job, a Batch job, and
 * one-shot effects of several kinds from several routes on the same jobs.
 */
function writeRouteFile({
  sharesSecret,
  isRenamed,
  group,
  hasObserved = false,
}: DeploymentOptions): string {
  const second = isRenamed ? renamed.to : renamed.from;
  return `
instances:
  ACE: { endpoints: [https://ace-1.example.com:9443, https://ace-2.example.com:9443], secret: ACE, confirmWithin: 3s, deadline: 5h }
  ${second}: { endpoints: [https://bee.example.com:9443], secret: ${sharesSecret ? 'ACE' : 'BEE'}, confirmWithin: 1s, deadline: 5h }
routes:
  - name: a
    to: ACE
    combine: latest
    from: { stateMachine: a }
    global: { name: SHARED, values: ${executionValues} }
    events:
      - { on: FAILED, event: FORCE_STARTJOB, job: REPAIR, ${markedComment} }
      - { on: RUNNING, event: JOB_ON_HOLD, job: LATER, ${runComment} }
      - { on: SUCCEEDED, event: JOB_OFF_HOLD, job: LATER, ${runComment} }
  - name: c
    to: ACE
    combine: latest
    from: { stateMachine: c }
    global: { name: SHARED, values: ${executionValues} }
    events:
      - { on: FAILED, event: STARTJOB, job: REPAIR, ${markedComment} }
      - { on: TIMED_OUT, event: KILLJOB, job: REPAIR, ${markedComment} }
      - { on: RUNNING, event: FORCE_STARTJOB, job: WATCH, ${markedComment} }
      - { on: [SUCCEEDED, FAILED, TIMED_OUT, ABORTED], event: KILLJOB, job: WATCH, ${markedComment} }
  - name: a-elsewhere
    to: ${second}
    from: { stateMachine: a }
    global: { name: COPY, values: ${executionValues} }
  - name: b
    to: ${second}
    from: { stateMachine: b }
    global: { name: ALONE, values: ${valuesWithBlank} }
    job: MIRROR
    events:
      - { on: ABORTED, event: FORCE_STARTJOB, job: MEND, ${runComment} }
  - name: again
    to: [ACE, ${second}]
    from: { stateMachine: { name: "*", except: [b, c] } }
    combine: latest
    when: { redriveCount: [{ numeric: [">=", 1] }] }
    global: { name: AGAIN, values: ${redriveValues} }
${hasObserved ? toObservedLines(second) : ''}
  - name: r
    to: ACE
    from: { jobQueue: night, jobName: r }
    global: { name: BATCH, values: ${batchJobValues} }
    events:
      - { on: FAILED, event: FORCE_STARTJOB, job: REPAIR }
${group ? writeGroup(group, second) : ''}`;
}

/** The configuration that the functions run with. */
export interface Deployment {
  readonly config: BridgeConfig;
  readonly routes: ReturnType<typeof createRouteIndex>;
  readonly maintenance: ReturnType<typeof createFindOpenWindow>;
}

const deploymentByText = new Map<string, Deployment>();

/** Compiles the route file. The same options return the same object. */
export function deploy(options: DeploymentOptions): Deployment {
  const text = writeRouteFile(options);
  const known = deploymentByText.get(text);
  if (known) return known;
  const config = shortenTimes(
    readRouteFile({ name: 'scenario.yaml', text }, () => undefined).config,
  );
  const { instances } = config;
  const deployment = {
    config,
    routes: toRouteIndex(config),
    maintenance: createFindOpenWindow(instances),
  };
  deploymentByText.set(text, deployment);
  return deployment;
}

/** The index of the routes and groups, in the account of the stack. */
export function toRouteIndex(config: BridgeConfig): ReturnType<typeof createRouteIndex> {
  return createRouteIndex(toMatchedRoutes(config), {
    account: '111122223333',
    region: 'eu-west-1',
  });
}

/**
 * Returns the name of the AutoSys installation behind a configured name. A rename does not change
 * it.
 */
export function toInstallation(configured: string): string {
  return configured === renamed.to ? renamed.from : configured;
}

/**
 * Shortens times to fit a scenario: AWS is asked about a run that has not ended after 20 minutes.
 *
 * The second instance has a maintenance window: Fridays, 01:10 to 01:40.
 */
function shortenTimes(compiled: BridgeConfig): BridgeConfig {
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
    ...(compiled.groups && {
      groups: compiled.groups.map((group) => ({ ...group, endsWithinMs: 20 * 60_000 })),
    }),
  };
}
