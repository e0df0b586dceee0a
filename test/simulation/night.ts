import { readRouteFile } from '../../lambda/shared/route-file/index.ts';
import type { BridgeConfig } from '../../lambda/shared/routes.ts';
import { type AwsEvent, aBatchJobEvent, anExecutionEvent } from '../support/builders.ts';
import type { World } from './world.ts';

/** Values that tell the run, the redrive and the status, so that each request shows how old it is. */
const tellingValues = `{ ${['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT']
  .map((status) => `${status}: "\${executionName}#\${redriveCount} ${status}"`)
  .join(', ')} }`;

/** What the simulated night routes: two state machines on one variable, a Batch job, and a one-off. */
const routeFile = `
instances:
  ACE: { endpoints: [https://a.example.com:9443], secret: s }
routes:
  - { name: a, from: { stateMachine: a }, global: { name: SHARED, values: ${tellingValues} }, events: [{ on: FAILED, event: FORCE_STARTJOB, job: REPAIR, comment: "\${executionName}#\${redriveCount}" }] }
  - { name: c, from: { stateMachine: c }, global: { name: SHARED, values: ${tellingValues} } }
  - { name: b, from: { stateMachine: b }, global: ALONE }
  - { name: r, from: { jobName: r }, global: BATCH }
`;

export const jil = `
insert_job: REPAIR   job_type: CMD
machine: m1
command: sleep 1
`;

/** The compiled routes of the night. */
export function readNight(): BridgeConfig {
  return readRouteFile({ name: 'night.yaml', text: routeFile }, () => undefined).config;
}

/** An announcement, and when AWS makes it. */
export interface Announced {
  readonly atMs: number;
  readonly event: AwsEvent;
}

/** Everything AWS announces in one night, in the order in which it happens. */
export function playNight(world: World): readonly Announced[] {
  // Some nights are even, in others everything comes within a minute or two.
  const firstMs = world.nowMs + world.between(0, 3_600_000);
  const withinMs = world.pick([3_600_000, 100_000, 30_000]);
  const runs = Array.from({ length: world.between(2, 7) }, (_, number) => {
    const workload = world.pick(['a', 'a', 'b', 'c', 'r']);
    const startMs = firstMs + world.between(0, withinMs);
    return workload === 'r'
      ? aBatchRun(world, number, startMs)
      : aRun(world, workload, number, startMs);
  });
  return runs.flat().sort((one, other) => one.atMs - other.atMs);
}

const arn = (resource: string) => `arn:aws:states:eu-west-1:111122223333:${resource}`;

function aRun(
  world: World,
  machine: string,
  number: number,
  startMs: number,
): readonly Announced[] {
  const name = `${machine}-${number}`;
  const announced: Announced[] = [];
  let atMs = startMs;
  for (let redriveCount = 0; ; redriveCount += 1) {
    const detail = {
      executionArn: arn(`execution:${machine}:${name}`),
      stateMachineArn: arn(`stateMachine:${machine}`),
      name,
      startDate: startMs,
      redriveCount,
      redriveDate: redriveCount > 0 ? atMs : null,
    };
    announced.push(
      announce(atMs, anExecutionEvent({ ...detail, status: 'RUNNING', stopDate: null })),
    );
    atMs += aWhile(world);
    const status = world.pick(['SUCCEEDED', 'FAILED', 'TIMED_OUT']);
    announced.push(announce(atMs, anExecutionEvent({ ...detail, status, stopDate: atMs })));
    if (status === 'SUCCEEDED' || redriveCount === 2 || world.chance(0.6)) return announced;
    atMs += aWhile(world);
  }
}

/** Some runs are over before anybody has told of their start. */
function aWhile(world: World): number {
  return world.chance(0.4) ? world.between(500, 8_000) : world.between(8_000, 600_000);
}

function aBatchRun(world: World, number: number, createdAt: number): readonly Announced[] {
  const jobId = `4c7599ae-0a82-49aa-ba5a-${String(number).padStart(12, '0')}`;
  const announced: Announced[] = [];
  const attempts: object[] = [];
  let atMs = createdAt;
  for (;;) {
    const detail = { jobName: 'r', jobId, createdAt, attempts: [...attempts], container: {} };
    const startedAt = atMs;
    announced.push(announce(atMs, aBatchJobEvent({ ...detail, status: 'RUNNING', startedAt })));
    atMs += aWhile(world);
    attempts.push({ container: { exitCode: 1 } });
    if (attempts.length === 3 || world.chance(0.6)) {
      const ended = { ...detail, attempts: [...attempts], startedAt, stoppedAt: atMs };
      const status = world.pick(['SUCCEEDED', 'FAILED']);
      announced.push(announce(atMs, aBatchJobEvent({ ...ended, status })));
      return announced;
    }
    atMs += world.between(1_000, 60_000);
  }
}

function announce(atMs: number, event: AwsEvent): Announced {
  const { detail } = event;
  const id = `${detail['name'] ?? detail['jobId']}-${detail['status']}-${atMs}`;
  return { atMs, event: { ...event, id, time: new Date(atMs).toISOString() } };
}
