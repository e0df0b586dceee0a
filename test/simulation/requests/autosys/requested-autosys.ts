import type { AutosysEvent } from '../../../../autosys/event.ts';
import { isTerminal, type JobStatus } from '../../../../autosys/status.ts';
import { describeQueuedEvent } from '../../../../emulator/event-line.ts';
import type { InstanceChange, QueuedEvent } from '../../../../emulator/instance-types.ts';
import { Account } from '../../autosys/account.ts';
import { Installation } from '../../autosys/installation.ts';
import { Secrets, toPassword } from '../../bridge/secrets.ts';
import type { World } from '../../world.ts';
import type { PlannedJob } from '../request-plan.ts';
import { foreignJob, requestDeployment } from '../requests-deployment.ts';

/** One try of a run, as AutoSys processed it. */
export interface TrueTry {
  readonly try: number;
  readonly startedMs: number;
  /** The ends that the job showed for this try; more than one only by an operator's change. */
  readonly ends: TrueEnd[];
}

export interface TrueEnd {
  readonly atMs: number;
  readonly status: JobStatus;
  readonly exitCode?: number;
}

/** A run of a job. */
export interface TrueRun {
  readonly job: string;
  readonly run: number;
  readonly startedMs: number;
  /** Id of the request whose event started it. Absent if another start began it. */
  readonly request?: string;
  readonly tries: TrueTry[];
}

/** A value that a variable got. */
export interface TrueValue {
  readonly atMs: number;
  readonly global: string;
  readonly value: string | undefined;
}

/** A kill that AutoSys processed. */
export interface TrueKill {
  readonly atMs: number;
  readonly job: string;
  readonly request: string;
  /** The run that it ended. */
  readonly run?: number;
}

/**
 * The embedded AutoSys of requests, and the record of what really happened in it: each run with the
 * event that started it, each value, each kill.
 */
export class RequestedAutosys {
  readonly installation: Installation;
  readonly account: Account;
  readonly secrets: Secrets;
  readonly runs: TrueRun[] = [];
  readonly values: TrueValue[] = [];
  readonly kills: TrueKill[] = [];
  readonly #world: World;
  readonly #queued: QueuedEvent[] = [];
  #current: QueuedEvent | undefined;

  constructor(world: World, jobs: readonly PlannedJob[]) {
    this.#world = world;
    const [config] = requestDeployment.config.instances;
    if (config === undefined) throw new Error('the route file has no instance');
    const { name, endpoints: origins, secret } = config;
    const password = toPassword(secret, 1);
    this.secrets = new Secrets(world);
    this.secrets.put(secret, password);
    this.account = new Account(world, { secret, password });
    this.installation = new Installation({
      ...{ world, name, origins, account: this.account, stallsForHours: false },
      jil: [...jobs.map(toJil), `insert_job: ${foreignJob}  job_type: CMD\nmachine: m1\n`].join(''),
      scheduler: {
        runs: Object.fromEntries(jobs.map(({ job, runs }) => [job, runs])),
        retryDelayMs: world.pick([1_000, 20_000, 200_000]),
        retriesShow: world.pick(['RESTART', 'FAILURE']),
      },
    });
    this.#listen();
  }

  /** The status of a job; `undefined` if it was deleted. */
  show(job: string): JobStatus | undefined {
    return this.installation.instance.job(job)?.status;
  }

  /** Carries out what an operator, or the schedule, does. */
  act(event: AutosysEvent): void {
    this.#world.count(`operators: ${event.kind}`);
    this.#world.log(() => `an operator: ${describeQueuedEvent(event)}`);
    this.installation.recorder.recordOperatorEvent(event);
    this.installation.instance.queue(event);
  }

  #listen(): void {
    const { instance } = this.installation;
    // Each event passes here, of the bridge or of an operator. They are processed in this order.
    const queue = instance.queue.bind(instance);
    instance.queue = (event, options) => {
      this.#queued.push(event);
      queue(event, options);
    };
    instance.onChange((change) => this.#record(change));
  }

  #record(change: InstanceChange): void {
    const { kind, at, because, job, globalVariable, value } = change;
    const [next] = this.#queued;
    if (kind === 'event' && next && because === describeQueuedEvent(next)) {
      this.#current = this.#queued.shift();
      if (next.kind === 'KILLJOB') this.#recordKill(next, at.getTime());
      return;
    }
    if (kind === 'globalVariable' && globalVariable !== undefined) {
      this.values.push({ atMs: at.getTime(), global: globalVariable, value });
      this.#world.log(() => `AutoSys: ${globalVariable} = ${value} (${because})`);
    }
    if (job !== undefined && (kind === 'start' || kind === 'status')) this.#recordStatus(change);
  }

  #recordStatus({ kind, at, job, status, because }: InstanceChange): void {
    const record = job === undefined ? undefined : this.installation.instance.job(job);
    this.#world.log(
      () => `AutoSys: ${job} ${record?.run.run}/${record?.run.try} ${status} (${because})`,
    );
    if (job === undefined || record === undefined || status === undefined) return;
    const { run, try: number, exitCode } = record.run;
    if (kind === 'start') {
      const begun = { try: number, startedMs: at.getTime(), ends: [] };
      const known = this.findRun(job, run);
      if (known) {
        known.tries.push(begun);
        return;
      }
      this.#world.count('runs');
      const request = /^(FORCE_)?STARTJOB/.test(because) ? toRequestId(this.#current) : undefined;
      this.runs.push({
        ...{ job, run, startedMs: at.getTime(), tries: [begun] },
        ...(request !== undefined && { request }),
      });
      return;
    }
    if (!isTerminal(status)) return;
    const ended = this.findRun(job, run)?.tries.find((one) => one.try === number);
    ended?.ends.push({ atMs: at.getTime(), status, ...(exitCode !== undefined && { exitCode }) });
  }

  /** A run of a job by its number. */
  findRun(job: string, run: number | undefined): TrueRun | undefined {
    return this.runs.find((one) => one.job === job && one.run === run);
  }

  #recordKill(event: QueuedEvent & { readonly kind: 'KILLJOB' }, atMs: number): void {
    const request = toRequestId(event);
    if (request === undefined) return;
    const active = this.runs.findLast(
      ({ job, tries }) => job === event.job && !tries.at(-1)?.ends[0],
    );
    this.kills.push({ atMs, job: event.job, request, ...(active && { run: active.run }) });
  }
}

/** The id of the request in the comment of an event; `undefined` for an event of others. */
export function toRequestId(event: QueuedEvent | undefined): string | undefined {
  const comment = event !== undefined && 'comment' in event ? event.comment : undefined;
  return /event (request-[0-9a-f]{32})/.exec(comment ?? '')?.[1];
}

function toJil({ job, retries, condition }: PlannedJob): string {
  const lines = [
    `insert_job: ${job}  job_type: CMD`,
    'machine: m1',
    'command: sleep 60',
    ...(retries > 0 ? [`n_retrys: ${retries}`] : []),
    ...(condition ? ['condition: value(GO) = "yes"'] : []),
  ];
  return `${lines.join('\n')}\n\n`;
}
