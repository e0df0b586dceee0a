import type { Route } from '../../lambda/routing/routes.ts';
import { seededRandom } from '../../local/random.ts';
import { readRouteFile } from '../../route-file/index.ts';
import { toExecutionEvent } from '../events.ts';

/** The amount of changes while AutoSys is down. */
export interface OutageSize {
  readonly hours: number;
  /** Global variables, each written by its own state machine. */
  readonly targets: number;
  /**
   * Number of events, spread evenly over the targets: one at the start and one at the end of each
   * run.
   */
  readonly changes: number;
  /** Number of runs that fail; each of them starts a job. */
  readonly oneShots: number;
  readonly drainPerSecond: number;
}

/** An event of AWS, and the time when it reaches the bridge. */
export interface Change {
  readonly id: string;
  readonly atMs: number;
  readonly event: unknown;
}

/** Maximum delay of an event, so that some events overtake others. */
const maxDelayMs = 5 * 60_000;

/** All events of AWS during the outage, in the order in which they reach the bridge. */
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
      const end = run === 0 && target < size.oneShots ? 'FAILED' : 'SUCCEEDED';
      const emit = (atMs: number, event: unknown) =>
        changes.push({
          id: `m${changes.length}`,
          atMs: Math.round(atMs + random() * maxDelayMs),
          event,
        });
      emit(beganMs, toExecutionEvent({ ...facts, status: 'RUNNING' }));
      emit(endedMs, toExecutionEvent({ ...facts, status: end, stopMs: endedMs }));
    }
  }
  return changes.toSorted((one, other) => one.atMs - other.atMs);
}

/** One route per target. The routes of the one-shots start a job when a run fails. */
export function readOutageRoutes(size: OutageSize): readonly Route[] {
  const lines = Array.from({ length: size.targets }, (_, target) => {
    const events =
      target < size.oneShots
        ? `, events: [{ on: FAILED, event: FORCE_STARTJOB, job: ALERT_${target} }]`
        : '';
    return `  - { name: r${target}, from: { stateMachine: ${toStateMachine(target)} }, global: AWS_FLOW_${target}${events} }`;
  });
  const ace = '  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }';
  const text = `instances:\n${ace}\nroutes:\n${lines.join('\n')}\n`;
  return readRouteFile({ name: 'bridge.yaml', text }, () => undefined).config.routes;
}

/** The jobs that the one-shots start. */
export function toJil({ oneShots }: OutageSize): string {
  return Array.from(
    { length: oneShots },
    (_, at) => `insert_job: ALERT_${at}   job_type: CMD\nmachine: batch01\ncommand: true\n`,
  ).join('\n');
}

const toStateMachine = (target: number) => `flow-${String(target).padStart(4, '0')}`;
