import {
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../../../autosys/names.ts';
import type { JobStatus } from '../../../../autosys/status.ts';
import type { Mirror } from '../../../../lambda/routing/targets.ts';
import { Account } from '../../autosys/account.ts';
import { Installation } from '../../autosys/installation.ts';
import { Secrets, toPassword } from '../../bridge/secrets.ts';
import type { World } from '../../world.ts';
import type { JobPlan } from '../agents/job-driver.ts';
import type { ShownTry } from '../autosys-jobs.ts';
import { launchDeployment, launchTargets } from '../launch-deployment.ts';

/** What AutoSys processed, in order: a status, a value of a variable, or the start of a job. */
export interface ProcessedChange {
  readonly atMs: number;
  /** Name of the job or variable. */
  readonly of: string;
  readonly kind: 'status' | 'value' | 'start';
  /** Status or value. Empty for a start and for a removed variable. */
  readonly text: string;
  /** For a status of a job that starts a target: the try that has it. */
  readonly one?: ShownTry;
  /** For such a status: when its agent reported it. A stalled scheduler processes it later. */
  readonly reportedMs?: number;
}

/** A job that starts a target with a mirror, the mirror, and the job that waits for it. */
export interface MirroredJob {
  readonly plan: JobPlan;
  readonly mirror: Mirror;
  readonly waitingJob: string;
}

/** What operators do to a mirror. */
export type MirrorAction =
  | 'SUCCEEDED'
  | 'by hand'
  | 'kill'
  | 'hold'
  | 'release'
  | 'success'
  | 'delete';

/** An operator's action, when AutoSys accepted it. */
export interface OperatorAction {
  readonly atMs: number;
  readonly mirror: Mirror;
  readonly action: MirrorAction;
}

interface StatusOfTry {
  readonly one: ShownTry;
  readonly status: JobStatus;
  readonly reportedMs: number;
}

/**
 * The embedded AutoSys with the mirrors and the jobs that wait for them. The statuses of the jobs
 * that start targets pass through its queue of events, as the reports of agents do.
 */
export class MirroredAutosys {
  readonly installation: Installation;
  readonly secrets: Secrets;
  readonly jobs: readonly MirroredJob[];
  readonly changes: ProcessedChange[] = [];
  readonly actions: OperatorAction[] = [];
  readonly #world: World;
  readonly #reported = new Map<string, StatusOfTry[]>();

  constructor(world: World, plans: readonly JobPlan[]) {
    this.#world = world;
    this.jobs = plans.flatMap((plan) => {
      const mirror = toMirror(plan);
      return mirror ? [{ plan, mirror, waitingJob: `AFTER_${plan.job}` }] : [];
    });
    this.secrets = new Secrets(world);
    const [instance] = launchDeployment.config.instances;
    if (instance === undefined) throw new Error('the route file has no instance');
    const { name, endpoints: origins, secret } = instance;
    const password = toPassword(secret, 1);
    this.secrets.put(secret, password);
    this.installation = new Installation({
      ...{ world, name, origins, account: new Account(world, { secret, password }) },
      jil: this.jobs.map(toJil).join(''),
      stallsForHours: false,
    });
    this.#listen();
    this.#showYesterday();
  }

  /** Reports the status of a try of a job that starts a target with a mirror. */
  report(job: string, one: ShownTry, status: JobStatus): void {
    if (!this.jobs.some(({ plan }) => plan.job === job)) return;
    if (
      status !== 'RUNNING' &&
      status !== 'SUCCESS' &&
      status !== 'FAILURE' &&
      status !== 'TERMINATED'
    ) {
      throw new Error(`no report of ${status}`);
    }
    const reported = { one, status, reportedMs: this.#world.nowMs };
    this.#reported.set(job, [...(this.#reported.get(job) ?? []), reported]);
    this.installation.instance.queue({ kind: 'CHANGE_STATUS', job: parseJobName(job), status });
  }

  /** Carries out what an operator does to a mirror. */
  act(mirror: Mirror, action: MirrorAction): void {
    this.#world.count(`operators: ${action}`);
    this.#world.log(() => `an operator: ${action} of ${mirror.name}`);
    this.actions.push({ atMs: this.#world.nowMs, mirror, action });
    const { instance } = this.installation;
    if (mirror.kind === 'global') {
      const globalVariable = parseGlobalName(mirror.name);
      instance.queue({ kind: 'SET_GLOBAL', globalVariable, value: parseGlobalValue(action) });
      return;
    }
    const job = parseJobName(mirror.name);
    const comment = parseComment('by hand');
    if (action === 'kill') instance.queue({ kind: 'KILLJOB', job, comment });
    if (action === 'hold') instance.queue({ kind: 'JOB_ON_HOLD', job, comment });
    if (action === 'release') instance.queue({ kind: 'JOB_OFF_HOLD', job, comment });
    if (action === 'success') instance.queue({ kind: 'CHANGE_STATUS', job, status: 'SUCCESS' });
    if (action === 'delete') instance.queue({ kind: 'DELETEJOB', job });
  }

  /** The status or value that a mirror shows; `undefined` if there is none. */
  show({ kind, name }: Mirror): string | undefined {
    const { instance } = this.installation;
    return kind === 'global' ? instance.globalVariable(name)?.value : instance.job(name)?.status;
  }

  #listen(): void {
    this.installation.instance.onChange(({ kind, at, job, status, globalVariable, value }) => {
      const atMs = at.getTime();
      if (kind === 'globalVariable' && globalVariable !== undefined) {
        this.#add({ atMs, of: globalVariable, kind: 'value', text: value ?? '' });
      }
      if (kind === 'start' && job !== undefined)
        this.#add({ atMs, of: job, kind: 'start', text: '' });
      if (kind === 'status' && job !== undefined && status !== undefined) {
        const reported = this.#reported.get(job)?.shift();
        const ofTry = reported && { one: reported.one, reportedMs: reported.reportedMs };
        this.#add({ atMs, of: job, kind: 'status', text: status, ...ofTry });
      }
    });
  }

  #add(change: ProcessedChange): void {
    this.changes.push(change);
    this.#world.log(() => `AutoSys processes: ${change.of} ${change.kind} ${change.text}`);
  }

  /** Each mirror shows the end of the run of yesterday. */
  #showYesterday(): void {
    const { instance } = this.installation;
    for (const { mirror } of this.jobs) {
      if (mirror.kind === 'global') {
        const globalVariable = parseGlobalName(mirror.name);
        instance.queue({
          kind: 'SET_GLOBAL',
          globalVariable,
          value: parseGlobalValue('SUCCEEDED'),
        });
      } else {
        instance.queue({
          kind: 'CHANGE_STATUS',
          job: parseJobName(mirror.name),
          status: 'SUCCESS',
        });
      }
    }
  }
}

function toMirror({ target }: JobPlan): Mirror | undefined {
  return launchTargets.find(({ name }) => name === target)?.mirror;
}

function toJil({ plan, mirror, waitingJob }: MirroredJob): string {
  const { kind, name } = mirror;
  const isEnded = kind === 'global' ? `value(${name}) = "SUCCEEDED"` : `success(${name})`;
  const toJob = (job: string, rest = '') =>
    `insert_job: ${job}  job_type: CMD\nmachine: m1\ncommand: sleep 1\n${rest}\n`;
  return [
    toJob(plan.job),
    ...(kind === 'job' ? [toJob(name)] : []),
    toJob(waitingJob, `condition: success(${plan.job}) & ${isEnded}\n`),
  ].join('');
}
