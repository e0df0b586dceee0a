import { createRouteIndex } from '../../lambda/routing/routes.ts';
import { toMatchedRoutes } from '../../lambda/routing/target-routes.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { describeRun } from '../../lambda/workload/workload.ts';
import { describeAwsEvent, type Timeline } from '../demo/timeline.ts';
import { buildEvent, type EndDetails, type PlayedEvent } from './build-event.ts';
import { findStatusFault, findWorkload, type PlayedWorkload } from './find-workload.ts';
import { followEvent } from './follow-event.ts';
import { createPlayedRuns } from './runs.ts';
import type { Worlds } from './worlds.ts';

/** The request to emit a status change of a workload. */
export interface TriggerRequest extends EndDetails {
  readonly name: string;
  readonly status: string;
  /** Emits the last event of this workload again, with the same id. */
  readonly again?: boolean;
  /** The run changes in AWS, and no event shows it. */
  readonly lost?: boolean;
}

/** What was emitted, and what the bridge did. */
export interface TriggerReport {
  readonly kind: 'emitted' | 'lost';
  /** The change in words. */
  readonly change: string;
  /** Execution ARN or Batch job id. */
  readonly run: string;
  readonly eventId: string;
  /** Number of rules that matched. */
  readonly rules: number;
  /** Routes and launch targets that match the event. */
  readonly routes: readonly string[];
  /** One line per effect. */
  readonly results: readonly string[];
}

/** The report, or what is wrong with the request. */
export type TriggerResult =
  | TriggerReport
  | { readonly kind: 'refused'; readonly faults: readonly string[] };

/** Emits a status change of a workload. */
export type TriggerWorkload = (request: TriggerRequest) => Promise<TriggerResult>;

/** Creates the trigger of the embedded AWS. */
export function createTrigger(
  worlds: Worlds,
  timeline: Timeline,
  now: () => Date,
): TriggerWorkload {
  const { config, home } = worlds;
  const toEvent = createToEvent(now);
  const emit = createEmit(worlds, timeline, now);
  return async function triggerWorkload(request) {
    const workload = findWorkload(config, home, request.name);
    if (typeof workload === 'string') return { kind: 'refused', faults: [workload] };
    const faults = findRequestFaults(workload, request);
    if (faults.length > 0) return { kind: 'refused', faults };
    const event = toEvent(workload, request);
    if (event === undefined) {
      const what = `${request.name} has emitted no event ${request.status} yet`;
      return { kind: 'refused', faults: [`--again: ${what}; leave --again out first`] };
    }
    return emit(event, request.lost ?? false);
  };
}

/** The next event of a workload, or the last one again; `undefined` if there is no last one. */
function createToEvent(now: () => Date) {
  const changeRun = createPlayedRuns();
  const lastByChange = new Map<string, PlayedEvent>();
  return function toEvent(workload: PlayedWorkload, request: TriggerRequest) {
    const change = JSON.stringify([workload, request.status]);
    if (request.again) return lastByChange.get(change);
    const run = changeRun(workload, request.status, now().getTime());
    const event = buildEvent({ workload, run, details: request }, now());
    lastByChange.set(change, event);
    return event;
  };
}

function createEmit({ aws, config, home }: Worlds, timeline: Timeline, now: () => Date) {
  const index = createRouteIndex(toMatchedRoutes(config), home);
  return async function emitEvent(event: PlayedEvent, isLost: boolean): Promise<TriggerReport> {
    const reading = readWorkloadEvent(event, now());
    if (reading.kind !== 'event') throw new Error('a played event cannot be read');
    const { event: change } = reading;
    const run = change.kind === 'execution' ? change.executionArn : change.batchJobId;
    const what = `${describeRun(change)} is ${change.status}`;
    const facts = { change: what, run, eventId: change.eventId };
    if (isLost) {
      const { source, detail } = event;
      aws.workloads.put({ source, detail });
      timeline.print('AWS', `${what}, and its event is lost`);
      return { kind: 'lost', ...facts, rules: 0, routes: [], results: [] };
    }
    const { placement, results, isHandled } = await followEvent(aws, event, ({ matched }) =>
      timeline.print('AWS', describeAwsEvent(event, matched, now())),
    );
    const routes = index.find(change).map(({ name }) => name);
    const late = isHandled ? [] : ['the functions have not received the event yet'];
    const miss = routes.length > 0 ? [] : [index.explainMiss(change)];
    return {
      kind: 'emitted',
      ...facts,
      rules: placement.matched.length,
      routes,
      results: [...results, ...late, ...miss],
    };
  };
}

/** The faults of the request besides its name. */
export function findRequestFaults(
  workload: PlayedWorkload,
  { status, error, exitCode, output, input, again, lost }: TriggerRequest,
): readonly string[] {
  const statusFault = findStatusFault(workload, status);
  const isExecution = workload.kind === 'execution';
  const unused = [
    ...(isExecution
      ? []
      : ([
          ['error', error],
          ['output', output],
          ['input', input],
        ] as const)),
    ...(isExecution ? ([['exit-code', exitCode]] as const) : []),
  ].flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const what = isExecution ? 'an execution' : 'a Batch job';
  return [
    ...(statusFault === undefined ? [] : [statusFault]),
    ...unused.map((name) => `--${name}: not a field of ${what}; remove it`),
    ...(
      [
        ['output', output],
        ['input', input],
      ] as const
    ).flatMap(([name, text]) =>
      text === undefined || isJson(text) ? [] : [`--${name}: expected JSON, such as {"rows": 12}`],
    ),
    ...(again && lost ? ['--lost: found together with --again; give one of them'] : []),
  ];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
