import type { Route } from '../../lambda/routing/routes.ts';
import { seededRandom } from '../../local/random.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { toExecutionEvent } from '../events.ts';

/** How much happens while AutoSys is down. */
export interface OutageSize {
  readonly hours: number;
  /** Global variables, each written by a state machine of its own. */
  readonly targets: number;
  /** Announcements, spread evenly over the targets: each run is announced when it begins and when it ends. */
  readonly changes: number;
  /** So many runs fail, and each of them starts a job. */
  readonly oneOffs: number;
  readonly drainPerSecond: number;
}

/** An announcement of AWS, and when it reaches the bridge. */
export interface Change {
  readonly id: string;
  readonly atMs: number;
  readonly event: unknown;
}

/** Announcements come late by up to so much, so that some overtake others. */
const latestMs = 5 * 60_000;

/** All that AWS announces during the outage, in the order in which it reaches the bridge. */
export function listChanges(size: OutageSize, startMs: number): readonly Change[] {
  const random = seededRandom(20_261_120);
  const runs = size.changes / size.targets / 2;
  const runMs = (size.hours * 3_600_000) / (runs + 1);
  const changes: Change[] = [];
  for (let target = 0; target < size.targets; target += 1) {
    for (let run = 0; run < runs; run += 1) {
      const beganMs = Math.round(startMs + (run + random()) * runMs);
      const endedMs = beganMs + Math.round(runMs / 2);
      const facts = {
        stateMachine: toStateMachine(target),
        run: `run-${target}-${run}`,
        startMs: beganMs,
      };
      const end = run === 0 && target < size.oneOffs ? 'FAILED' : 'SUCCEEDED';
      const announce = (atMs: number, event: unknown) =>
        changes.push({
          id: `m${changes.length}`,
          atMs: Math.round(atMs + random() * latestMs),
          event,
        });
      announce(beganMs, toExecutionEvent({ ...facts, status: 'RUNNING' }));
      announce(endedMs, toExecutionEvent({ ...facts, status: end, stopMs: endedMs }));
    }
  }
  return changes.toSorted((one, other) => one.atMs - other.atMs);
}

/** One route for each target; those of the one-offs start a job when a run fails. */
export function readOutageRoutes(size: OutageSize): readonly Route[] {
  const lines = Array.from({ length: size.targets }, (_, target) => {
    const events =
      target < size.oneOffs
        ? `, events: [{ on: FAILED, event: FORCE_STARTJOB, job: ALERT_${target} }]`
        : '';
    return `  - { name: r${target}, from: { stateMachine: ${toStateMachine(target)} }, global: AWS_FLOW_${target}${events} }`;
  });
  const ace = '  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }';
  const text = `instances:\n${ace}\nroutes:\n${lines.join('\n')}\n`;
  return readRouteFile({ name: 'bridge.yaml', text }, () => undefined).config.routes;
}

/** The jobs that the one-offs start. */
export function toJil({ oneOffs }: OutageSize): string {
  return Array.from(
    { length: oneOffs },
    (_, at) => `insert_job: ALERT_${at}   job_type: CMD\nmachine: batch01\ncommand: true\n`,
  ).join('\n');
}

const toStateMachine = (target: number) => `flow-${String(target).padStart(4, '0')}`;
