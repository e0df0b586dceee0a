import type { World } from '../../world.ts';
import { findObstacle } from './describe-work.ts';
import {
  type ChildPlan,
  isRunning,
  toBatchArn,
  toRootWork,
  toStatesArn,
  toWorkStatus,
  type Work,
  type WorkPlan,
} from './work.ts';

/** State machines and queues that children run in. The targets do not name those `outside`. */
export const childPlaces = {
  machine: 'part',
  queue: 'parts',
  outsideMachine: 'outside',
  outsideQueue: 'outside',
} as const;

/** What a new workload is. */
type NewWork = Pick<Work, 'kind' | 'name' | 'place' | 'plan'> &
  Partial<
    Pick<Work, 'id' | 'definition' | 'input' | 'parent' | 'listedBy' | 'arraySize' | 'isAwaited'>
  >;

/** Longest time between TerminateJob and the end of a running container, in milliseconds. */
const containerEndsMs = 30_000;
/** Documented: the last ten tokens of an execution, each for fifteen minutes. */
const tokensKept = 10;
const tokenValidMs = 15 * 60_000;

/** The workloads of the simulated AWS, on the clock of the world. Each goes on by its plan. */
export class SimulatedWorkloads {
  readonly works: Work[] = [];
  readonly byId = new Map<string, Work>();
  readonly #world: World;
  readonly #onChange: (work: Work) => void;

  /** @param onChange called with each workload whose status has changed */
  constructor(world: World, onChange: (work: Work) => void) {
    this.#world = world;
    this.#onChange = onChange;
  }

  /** Starts an execution, with RUNNING at once. */
  startExecution(work: Omit<NewWork, 'kind'>): Work {
    const id = toStatesArn(`execution:${work.place}:${work.name}`);
    const started = this.#add({ id, ...work, kind: 'execution' });
    this.#change(started, 'RUNNING');
    this.#goOn(started, work.plan);
    return started;
  }

  /**
   * Redrives an execution for the bridge. It goes on by another plan.
   *
   * @returns the instant of the redrive, or why AWS does not allow it
   */
  redriveExecution(
    work: Work,
    { token, plan }: { readonly token: string; readonly plan: () => WorkPlan },
  ): number | string {
    const nowMs = this.#world.nowMs;
    const tokens = work.redrives.slice(-tokensKept);
    const known = tokens.find((one) => one.token === token && nowMs - one.atMs < tokenValidMs);
    if (known) return known.atMs;
    const refusal = work.plan.isRedriveRefused ? 'refused at the call' : undefined;
    const obstacle = findObstacle(work, work.changes.at(-1), nowMs) ?? refusal;
    if (obstacle !== undefined) {
      this.#world.count('redrives refused');
      return obstacle;
    }
    this.#world.count(`redrives of ${work.place}`);
    const next = plan();
    work.laterPlans.push(next);
    const count = toRedriveCount(work) + 1;
    work.redrives.push({ atMs: nowMs, count, token });
    work.stoppedMs = undefined;
    work.history.push({ atMs: nowMs, event: { kind: 'redriven' } });
    this.#change(work, 'RUNNING', count);
    this.#goOn(work, next);
    return nowMs;
  }

  /** Schedules what an execution does until its end, or until its next redrive. */
  #goOn(work: Work, plan: WorkPlan): void {
    const redrives = toRedriveCount(work);
    const isActive = () => isRunning(work) && toRedriveCount(work) === redrives;
    for (const child of plan.children) {
      this.#world.after(child.afterMs, () => {
        if (isActive()) this.#startChild(work, child);
      });
    }
    this.#world.after(plan.forMs, () => {
      if (!isActive()) return;
      this.#end(work, plan.end);
      const isLeaving = work.children.some((child) => !child.isAwaited && isRunning(child));
      if (work.listedBy !== undefined && isLeaving) {
        this.#world.count('ended children of maps that leave others');
      }
      // It has waited for its parts, or ends them; only plain starts go on.
      for (const child of work.children) if (child.isAwaited) this.#endAbandoned(child);
    });
  }

  /** Submits a Batch job, or an array with its children. */
  submitJob(work: Omit<NewWork, 'kind'>): Work {
    const submitted = this.#add({ id: this.#newId(), ...work, kind: 'batchJob' });
    const world = this.#world;
    this.#change(submitted, 'SUBMITTED');
    const { arraySize, plan } = submitted;
    if (arraySize !== undefined) {
      this.#next(submitted, 1_000, 'PENDING');
      for (let index = 0; index < arraySize; index += 1) {
        const child = { ...work, id: `${submitted.id}:${index}`, parent: submitted };
        this.submitJob({ ...withoutArray(child), listedBy: submitted.id });
      }
      return submitted;
    }
    const startMs = world.between(2_000, 20_000);
    this.#next(submitted, 1_000, 'RUNNABLE');
    this.#next(submitted, startMs, 'STARTING');
    this.#next(submitted, startMs + 500, 'RUNNING');
    world.after(startMs + 500 + plan.forMs, () =>
      this.#end(submitted, plan.end === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED', plan.exitCode),
    );
    return submitted;
  }

  /** Stops an execution at once. What it has started may go on. */
  stopExecution(work: Work): void {
    work.stoppedMs ??= this.#world.nowMs;
    this.#end(work, 'ABORTED');
    for (const child of work.children) {
      // Step Functions ends the children of Map Runs, and of `.sync` tasks if it may.
      if (!child.isAwaited || !this.#world.chance(0.4)) continue;
      this.#world.after(this.#world.between(0, 20_000), () => this.#endAbandoned(child));
    }
  }

  /** Ends a Batch job: a container needs time to end; an array ends with its children. */
  terminateJob(work: Work): void {
    work.stoppedMs ??= this.#world.nowMs;
    for (const child of work.children) this.terminateJob(child);
    if (work.arraySize !== undefined) return;
    const delayMs =
      toWorkStatus(work) === 'RUNNING' ? this.#world.between(100, containerEndsMs) : 0;
    this.#world.after(delayMs, () => this.#end(work, 'FAILED', 137));
  }

  /** Redrives an execution from outside the bridge. */
  redrive(work: Work): void {
    if (isRunning(work) || toWorkStatus(work) === 'SUCCEEDED') return;
    work.redrivenMs = this.#world.nowMs;
    this.#world.count('redrives from outside');
    work.history.push({ atMs: this.#world.nowMs, event: { kind: 'redriven' } });
    const redrives = toRedriveCount(work) + 1;
    this.#change(work, 'RUNNING', redrives);
    this.#world.after(60_000, () => {
      if (toRedriveCount(work) === redrives) this.#end(work, 'SUCCEEDED');
    });
  }

  #startChild(parent: Work, { how, plan, isNamed }: ChildPlan): void {
    const world = this.#world;
    const name = `${parent.name.slice(0, 60)}-${how}-${parent.children.length}`;
    world.count(`children ${how}`);
    if (how === 'batch' || how === 'submit') {
      const isAwaited = how === 'batch';
      const place = isNamed ? childPlaces.queue : childPlaces.outsideQueue;
      const job = this.submitJob({ name, place, definition: place, plan, parent, isAwaited });
      const output = JSON.stringify({ JobId: job.id, JobArn: toBatchArn(`job/${job.id}`) });
      this.#noteTask(parent, 'batch', isAwaited ? 'submitJob.sync' : 'submitJob', output);
      return;
    }
    if (how === 'map') {
      const mapRunArn = toStatesArn(`mapRun:${parent.place}/Map:${this.#newId()}`);
      parent.mapRuns.push(mapRunArn);
      for (let item = 0; item < 2; item += 1) {
        const id = toStatesArn(`execution:${parent.place}/Map:${this.#newId()}`);
        const { place } = parent;
        const child = { id, name: `${name}-${item}`, place, plan, parent, listedBy: mapRunArn };
        this.startExecution({ ...child, isAwaited: true });
      }
      return;
    }
    const place = isNamed ? childPlaces.machine : childPlaces.outsideMachine;
    const child = this.startExecution({ name, place, plan, parent, isAwaited: how === 'sync' });
    const output = JSON.stringify({ ExecutionArn: child.id });
    const resource = how === 'sync' ? 'startExecution.sync:2' : 'startExecution';
    this.#noteTask(parent, 'states', resource, output);
  }

  #noteTask(parent: Work, resourceType: string, resource: string, output: string): void {
    const type = resource.includes('.') ? 'TaskSubmitted' : 'TaskSucceeded';
    const event = { kind: 'task', type, resourceType, resource, output } as const;
    parent.history.push({ atMs: this.#world.nowMs, event });
  }

  #endAbandoned(work: Work): void {
    if (!isRunning(work)) return;
    if (work.kind === 'batchJob') this.#end(work, 'FAILED', 137);
    else this.#end(work, 'ABORTED');
    for (const child of work.children) if (child.isAwaited) this.#endAbandoned(child);
  }

  #end(work: Work, status: string, exitCode?: number): void {
    if (!isRunning(work)) return;
    work.exitCode = exitCode;
    if (work.kind === 'execution') {
      work.history.push({ atMs: this.#world.nowMs, event: { kind: 'ended' } });
    }
    this.#change(work, status);
    const { parent } = work;
    if (parent?.arraySize === undefined || parent.children.some(isRunning)) return;
    const hasFailed = parent.children.some((child) => toWorkStatus(child) === 'FAILED');
    this.#end(parent, hasFailed ? 'FAILED' : 'SUCCEEDED');
  }

  #next(work: Work, delayMs: number, status: string): void {
    this.#world.after(delayMs, () => {
      if (isRunning(work)) this.#change(work, status);
    });
  }

  #change(work: Work, status: string, redrives = toRedriveCount(work)): void {
    work.changes.push({ atMs: this.#world.nowMs, status, redrives });
    this.#world.log(() => `AWS: ${toRootWork(work) === work ? '' : 'part '}${work.name} ${status}`);
    this.#onChange(work);
  }

  #add({ id = '', ...work }: NewWork): Work {
    const defaults = {
      ...{ definition: '', input: '{}', arraySize: undefined, listedBy: undefined },
      isAwaited: false,
    };
    const added: Work = {
      ...defaults,
      parent: undefined,
      ...work,
      id,
      beganMs: this.#world.nowMs,
      children: [],
      mapRuns: [],
      changes: [],
      history: [],
      exitCode: undefined,
      stoppedMs: undefined,
      redrivenMs: undefined,
      redrives: [],
      laterPlans: [],
    };
    this.works.push(added);
    this.byId.set(id, added);
    added.parent?.children.push(added);
    return added;
  }

  /** An id in the form of a UUID. */
  #newId(): string {
    const hex = () => this.#world.between(0, 0xffffffff).toString(16).padStart(8, '0');
    const text = `${hex()}${hex()}${hex()}${hex()}`;
    const cut = [0, 8, 12, 16, 20, 32];
    return cut
      .slice(1)
      .map((to, at) => text.slice(cut[at], to))
      .join('-');
  }
}

function toRedriveCount({ changes }: Work): number {
  return changes.at(-1)?.redrives ?? 0;
}

function withoutArray<Item extends { readonly arraySize?: number | undefined }>(work: Item) {
  const { arraySize: _, ...single } = work;
  return single;
}

/** A plan that lasts longer than any scenario, unless it is stopped. */
export function toEndlessPlan(children: readonly ChildPlan[]): WorkPlan {
  return { forMs: 72 * 3_600_000, end: 'SUCCEEDED', exitCode: 0, children };
}
