import type { PlannedRun } from '../../../emulator/simulated-command.ts';
import { type JobStart, jobStarts } from '../../../lambda/routing/requests.ts';
import type { World } from '../world.ts';
import { foreignJob, requestGlobals, requestJobs } from './requests-deployment.ts';

const minuteMs = 60_000;

/** A job of the simulated AutoSys. */
export interface PlannedJob {
  readonly job: string;
  /** Successive tries of all runs; the last one is for all further tries. */
  readonly runs: readonly PlannedRun[];
  /** `n_retrys`. */
  readonly retries: number;
  /** Whether it has a condition that no event fulfils. */
  readonly condition: boolean;
  /** What an operator does to it before the requests. */
  readonly before?: 'JOB_ON_HOLD' | 'JOB_ON_ICE';
}

/** What is asked: a payload without key, context and token. */
export type PlannedAsk = Readonly<Record<string, unknown>> & { readonly action: string };

/** A state of an execution. */
export interface PlannedState {
  readonly name: string;
  readonly ask: PlannedAsk;
  /** Iterations of an inline Map that ask the same at once. 0 without a Map. */
  readonly items: number;
  /** Whether the state waits with a task token for the end of the job. */
  readonly waits: boolean;
  /** Whether its Retrier also names the failures of the job. */
  readonly retriesFailures: boolean;
}

/** An execution of a state machine. */
export interface PlannedExecution {
  readonly name: string;
  readonly entry: string;
  readonly startMs: number;
  readonly states: readonly PlannedState[];
  /** Time after its start at which it is aborted. @default - it is not */
  readonly abortAfterMs?: number;
  /** Maximum number of redrives. */
  readonly redrives: number;
}

/** A Lambda function that asks with a key of its own. */
export interface PlannedCaller {
  readonly entry: string;
  readonly key: string;
  readonly startMs: number;
  readonly ask: PlannedAsk;
  /** Asks the same again after this time. @default - it does not */
  readonly againAfterMs?: number;
  /** Asks for something else under the same key. */
  readonly other?: PlannedAsk;
  /** What it sets as soon as it has the answer, under another key. */
  readonly next?: PlannedAsk;
}

export interface RequestPlan {
  readonly jobs: readonly PlannedJob[];
  readonly executions: readonly PlannedExecution[];
  readonly callers: readonly PlannedCaller[];
}

interface Period {
  readonly startMs: number;
  readonly withinMs: number;
}

/** Draws what a scenario contains. */
export function drawRequestPlan(world: World, period: Period): RequestPlan {
  // Often several requests are about one job.
  const jobs = requestJobs.slice(0, world.pick([1, 2, 2, 4])).map((job) => drawJob(world, job));
  const draw = () => period.startMs + world.between(0, period.withinMs);
  const names = jobs.map(({ job }) => job);
  let values = 0;
  const askFor = () => {
    values += 1;
    return drawAsk(world, names, `value ${values}`);
  };
  return {
    jobs,
    executions: Array.from({ length: world.pick([1, 2, 3]) }, (_, index) =>
      drawExecution(world, { name: `execution-${index + 1}`, startMs: draw(), askFor }),
    ),
    callers: Array.from({ length: world.pick([0, 1, 2, 3]) }, (_, index) =>
      drawCaller(world, { key: `caller-${index + 1}`, startMs: draw(), askFor }),
    ),
  };
}

function drawJob(world: World, job: string): PlannedJob {
  const drawRun = (): PlannedRun => ({
    durationMs: world.pick([1_000, 20_000, 60_000, 300_000, 1_500_000]),
    exitCode: world.chance(0.65) ? 0 : world.between(1, 9),
  });
  const isBlocked = world.chance(0.1);
  const before = world.chance(0.12)
    ? world.pick(['JOB_ON_HOLD', 'JOB_ON_ICE'] as const)
    : undefined;
  return {
    job,
    runs: Array.from({ length: 8 }, drawRun),
    retries: world.pick([0, 0, 1, 2]),
    condition: isBlocked,
    ...(before && { before }),
  };
}

function drawExecution(
  world: World,
  {
    name,
    startMs,
    askFor,
  }: { readonly name: string; readonly startMs: number; readonly askFor: () => PlannedAsk },
): PlannedExecution {
  const isAborted = world.chance(0.4);
  const states = Array.from({ length: world.pick([1, 1, 2, 3]) }, (_, index): PlannedState => {
    const ask = askFor();
    return {
      name: `State ${index + 1}`,
      ask,
      items: world.chance(0.15) ? world.between(2, 3) : 0,
      waits: ask.action === 'runJob' && (world.chance(0.85) || ask['start'] === 'next'),
      retriesFailures: world.chance(0.4),
    };
  });
  return {
    ...{ name, startMs, states, entry: drawEntry(world) },
    ...(isAborted && { abortAfterMs: world.between(1_000, 15 * minuteMs) }),
    redrives: world.pick([0, 0, 1]),
  };
}

function drawCaller(
  world: World,
  {
    key,
    startMs,
    askFor,
  }: { readonly key: string; readonly startMs: number; readonly askFor: () => PlannedAsk },
): PlannedCaller {
  const ask = askFor();
  const next = world.chance(0.5) ? askFor() : undefined;
  const isSetTwice = ask.action === 'setGlobal' && next?.action === 'setGlobal';
  return {
    ...{ key, startMs, ask, entry: drawEntry(world) },
    ...(isSetTwice && { next: { ...next, global: ask['global'] } }),
    ...(world.chance(0.3) && { againAfterMs: world.between(0, 20 * minuteMs) }),
    ...(world.chance(0.15) && { other: askFor() }),
  };
}

function drawEntry(world: World): string {
  return world.chance(0.12) ? 'narrow' : 'team';
}

const starts: readonly [JobStart, ...JobStart[]] = ['STARTJOB', 'FORCE_STARTJOB', ...jobStarts];

function drawAsk(world: World, jobs: readonly string[], value: string): PlannedAsk {
  const job = drawJobName(world, jobs);
  const drawn = world.random();
  if (drawn < 0.55) {
    const start = world.pick(starts);
    const timeout = `${world.pick([3, 10, 20, 40])}m`;
    const onAbort = world.chance(0.5) ? 'kill' : 'leave';
    return { action: 'runJob', job, start, timeout, onAbort };
  }
  if (drawn < 0.85) {
    const global = world.chance(0.04) ? 'OTHER' : world.pick(requestGlobals);
    return { action: 'setGlobal', global, value };
  }
  if (drawn < 0.92) {
    const kind = world.pick(['JOB_ON_HOLD', 'JOB_OFF_HOLD', 'COMMENT', 'JOB_ON_ICE']);
    return {
      action: 'sendEvent',
      event: { kind, job, ...(kind === 'COMMENT' && { comment: value }) },
    };
  }
  const action = world.pick(['jobStatus', 'jobRuns', 'getGlobal']);
  return action === 'getGlobal' ? { action, global: world.pick(requestGlobals) } : { action, job };
}

/** Mostly a job of the scenario; sometimes one that no entry allows, or that AutoSys does not have. */
function drawJobName(world: World, jobs: readonly string[]): string {
  if (world.chance(0.03)) return foreignJob;
  if (world.chance(0.03)) return 'LOAD_NONE';
  return jobs[world.between(0, jobs.length - 1)] ?? 'LOAD_A';
}
