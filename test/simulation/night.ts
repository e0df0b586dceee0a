import { bindMaintenance } from '../../lambda/shared/maintenance.ts';
import { readRouteFile } from '../../lambda/shared/route-file/index.ts';
import { type BridgeConfig, createRouteIndex } from '../../lambda/shared/routes.ts';
import { playBatchJob, playExecution, type Run } from './aws/runs.ts';
import type { World } from './world.ts';

/** Values that tell the run, the attempt and the status, so that each request shows how old it is. */
const telling = (run: string, statuses: readonly string[]) =>
  `{ ${statuses.map((status) => `${status}: "${run} ${status}"`).join(', ')} }`;
const ofExecution = telling(`\${executionName}#\${redriveCount}`, [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
]);
const ofBatchJob = telling(`\${batchJobId}#\${attempt}`, ['RUNNING', 'SUCCEEDED', 'FAILED']);
const run = `comment: "\${executionName}#\${redriveCount} \${status}"`;
/** With the event's id in it, AutoSys itself shows which of its events is ours. */
const marked = `comment: "\${executionName}#\${redriveCount} \${status}, event \${eventId}"`;

/**
 * What a simulated night routes: two state machines on one variable, one on two instances, a job that mirrors, a Batch job,
 * and one-offs of several kinds from several routes on the same jobs.
 */
const routeFile = `
instances:
  ACE: { endpoints: [https://ace-1.example.com:9443, https://ace-2.example.com:9443], secret: ACE, confirmWithin: 3s }
  BEE: { endpoints: [https://bee.example.com:9443], secret: BEE, confirmWithin: 1s }
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
    to: BEE
    from: { stateMachine: a }
    global: { name: COPY, values: ${ofExecution} }
  - name: b
    to: BEE
    from: { stateMachine: b }
    global: { name: ALONE, values: ${ofExecution} }
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

/** The jobs of each AutoSys; the command is how long a pretended run takes. */
export const jil = `
insert_job: REPAIR   job_type: CMD
machine: m1
command: sleep 30

insert_job: LATER   job_type: CMD
machine: m1
command: sleep 1

insert_job: MEND   job_type: CMD
machine: m1
command: sleep 5

insert_job: WATCH   job_type: CMD
machine: m1
command: sleep 86400

insert_job: MIRROR   job_type: CMD
machine: m1
command: sleep 1
`;

/** The compiled routes; nothing in them changes from night to night. */
export const config = withNights(
  readRouteFile({ name: 'night.yaml', text: routeFile }, () => undefined).config,
);
/** The declared windows: BEE is not to be called on Fridays from 01:10 to 01:40. */
export const maintenance = bindMaintenance(config.instances);
export const routes = createRouteIndex(config.routes, {
  account: '111122223333',
  region: 'eu-west-1',
});

/** The night is shorter than a real one: whatever has not ended within twenty minutes is asked about. */
function withNights(compiled: BridgeConfig): BridgeConfig {
  return {
    ...compiled,
    instances: compiled.instances.map((instance) =>
      instance.name === 'BEE'
        ? {
            ...instance,
            drainPerSecond: 1,
            maintenance: [{ kind: 'weekly', days: [5], fromMinute: 70, toMinute: 100 }],
          }
        : instance,
    ),
    routes: compiled.routes.map((route) => ({ ...route, endsWithinMs: 20 * 60_000 })),
  };
}

interface PlayedRuns {
  /** None begins before, in milliseconds. */
  readonly firstMs: number;
  /** All begin so many milliseconds after that. */
  readonly withinMs: number;
  readonly count: number;
}

/** The runs of one night. */
export function playRuns(world: World, { firstMs, withinMs, count }: PlayedRuns): readonly Run[] {
  return Array.from({ length: count }, (_, number) => {
    const workload = world.pick(['a', 'a', 'b', 'c', 'r']);
    const startMs = firstMs + world.between(0, withinMs);
    return workload === 'r'
      ? playBatchJob(world, { name: workload, number, startMs })
      : playExecution(world, { machine: workload, number, startMs });
  });
}
