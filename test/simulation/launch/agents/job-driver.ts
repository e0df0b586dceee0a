import type { World } from '../../world.ts';
import type { SimulatedJobs } from '../autosys-jobs.ts';
import type { WorkPlan } from '../aws/work.ts';
import { launchInstance } from '../launch-deployment.ts';
import { type SimulatedCommand, startCommand } from './command.ts';
import type { AgentNetwork, LaunchGateway } from './gateway.ts';

/** How a job is killed, or loses its command. */
export const killKinds = [
  /** SIGINT alone, as a UNIX agent sends it. */
  'signal',
  /** SIGINT, and SIGKILL five seconds later, as legacy agents do. */
  'signal and SIGKILL',
  /** The same signal to the process and to its group, and another one later. */
  'two signals',
  /** The shell between agent and command ends. */
  'parent gone',
  /** The command ends without a signal, as on Windows. */
  'SIGKILL',
  /** The host is lost; AutoSys shows RUNNING until an operator acts. */
  'host lost',
] as const;

type KillKind = (typeof killKinds)[number];

/** What a job of the scenario does. */
export interface JobPlan {
  readonly job: string;
  readonly kind: 'command' | 'http';
  readonly target: string;
  readonly startMs: number;
  /** Runs one after the other. */
  readonly runs: number;
  /** Restarts of a failed run. */
  readonly restarts: number;
  readonly again: boolean;
  readonly isDetached: boolean;
  readonly timeoutMinutes: number | undefined;
  /** The first try that is at least `atTry` is killed after this time. */
  readonly kill:
    | { readonly kind: KillKind; readonly atTry: number; readonly afterMs: number }
    | undefined;
  /** An operator restarts a killed try after this time. @default - no one does */
  readonly restartKilledAfterMs?: number | undefined;
  /** A person stops the run of the first try after this time. */
  readonly personAfterMs: number | undefined;
  /** Maximum time between two tries. */
  readonly maxGapMs: number;
  /** Plans of its runs in AWS, in turn. */
  readonly works: readonly [WorkPlan, ...WorkPlan[]];
}

interface JobServices {
  readonly world: World;
  readonly gateway: LaunchGateway;
  readonly jobs: SimulatedJobs;
  readonly newId: () => string;
  /** End of the scenario. */
  readonly endMs: number;
}

/** Time that a try has at least. One that begins later could not settle before the end. */
const settlesWithinMs = 20 * 60_000;

/** Run number of the first run of each job. */
const firstRun = 1620;

/** One try of a run of a job. */
interface Try {
  readonly run: number;
  readonly try: number;
}

/** Runs one job of the scenario: its tries, its processes, and its kills. */
export class JobDriver {
  readonly plan: JobPlan;
  readonly firstRun = firstRun;
  readonly network: AgentNetwork = { isCut: false };
  readonly commands: SimulatedCommand[] = [];
  /** Tries that AutoSys has killed. */
  readonly killed: Try[] = [];
  /** Number of HTTP requests for a start. */
  posts = 0;
  readonly #services: JobServices;
  #hasKilled = false;
  /** The try whose processes are killed, so that no further one starts. */
  #lost: Try | undefined;

  constructor(plan: JobPlan, services: JobServices) {
    this.plan = plan;
    this.#services = services;
    services.world.at(plan.startMs, () => this.#startTry({ run: firstRun, try: 1 }));
  }

  #startTry(one: Try): void {
    const { world, jobs, endMs } = this.#services;
    const { job, kind, kill, personAfterMs } = this.plan;
    if (world.nowMs > endMs - settlesWithinMs) return;
    jobs.set(job, one.run, one.try, 'RUNNING');
    world.count(`tries of ${kind} jobs`);
    if (kind === 'http') {
      void this.#post(one, 1);
      return;
    }
    this.#startCommand(one);
    // A script, or a person, that starts the command again while it waits.
    if (world.chance(0.35)) {
      const seconds = world.pick([3, 300, 400]);
      world.after(world.between(0, seconds * 1_000), () => this.#startCommand(one));
    }
    if (kill && !this.#hasKilled && one.try >= kill.atTry) {
      this.#hasKilled = true;
      world.after(kill.afterMs, () => this.#kill(one, kill.kind));
    }
    if (personAfterMs !== undefined && one.try === 1 && one.run === firstRun) {
      world.after(personAfterMs, () => void this.#stopByHand(one, 20));
    }
  }

  #startCommand(one: Try): void {
    const { job, target, again, isDetached, timeoutMinutes } = this.plan;
    if (this.#isOver(one) || this.#lost === one) return;
    const of = {
      ...{ job, ...one, target, again: again && one.try === 1, isDetached },
      ...(timeoutMinutes !== undefined && { timeoutMinutes }),
    };
    const services = { ...this.#services, network: this.network };
    this.commands.push(startCommand(of, services, (command) => this.#onEnd(one, command)));
  }

  #isOver({ run, try: attempt }: Try): boolean {
    const shown = this.#services.jobs.show(this.plan.job);
    return (
      shown?.status !== 'RUNNING' || shown.lastRun.run !== run || shown.lastRun.try !== attempt
    );
  }

  #onEnd(one: Try, command: SimulatedCommand): void {
    const { world } = this.#services;
    const { code } = command.end ?? { code: 1 };
    if (this.commandsOf(one).some(({ end, hasVanished }) => !end && !hasVanished)) return;
    // A script that repeats a failed command within its try.
    if (code !== 0 && command.stopCausedMs === undefined && world.chance(0.2)) {
      world.after(1_000, () => this.#startCommand(one));
      return;
    }
    this.#endTry(one, code === 0);
  }

  /** The commands of a try. */
  commandsOf(one: Try): readonly SimulatedCommand[] {
    return this.commands.filter(({ of }) => of.run === one.run && of.try === one.try);
  }

  #endTry(one: Try, isSuccess: boolean): void {
    const { world, jobs } = this.#services;
    const { job, restarts, runs, maxGapMs } = this.plan;
    if (!jobs.end(job, one.run, one.try, isSuccess ? 'SUCCESS' : 'FAILURE')) return;
    const next = world.between(5_000, maxGapMs);
    if (!isSuccess && one.try <= restarts) {
      world.after(next, () => this.#startTry({ run: one.run, try: one.try + 1 }));
    } else if (one.run < firstRun + runs - 1) {
      world.after(next, () => this.#startTry({ run: one.run + 1, try: 1 }));
    }
  }

  #kill(one: Try, kind: KillKind): void {
    const { world, jobs } = this.#services;
    if (this.#isOver(one)) return;
    this.#lost = one;
    const commands = this.commandsOf(one);
    const vanish = () => {
      for (const command of commands) command.vanish();
    };
    const signal = (name: 'SIGINT' | 'SIGTERM') => {
      for (const command of commands) command.kill({ kind: 'signal', signal: name });
    };
    world.count(`kills: ${kind}`);
    if (kind === 'host lost') {
      vanish();
      world.after(world.between(5, 40) * 60_000, () => this.#endLost(one));
      return;
    }
    this.killed.push(one);
    world.after(1_000, () => {
      if (jobs.end(this.plan.job, one.run, one.try, 'TERMINATED')) this.#restartKilled(one);
    });
    if (kind === 'SIGKILL') vanish();
    else if (kind === 'parent gone') {
      for (const command of commands) command.kill({ kind: 'parentGone' });
    } else signal('SIGINT');
    if (kind === 'signal and SIGKILL') world.after(5_000, vanish);
    if (kind === 'two signals') {
      world.after(50, () => signal('SIGINT'));
      world.after(world.between(1, 120) * 1_000, () => signal('SIGTERM'));
    }
  }

  #restartKilled({ run, try: killed }: Try): void {
    const { world } = this.#services;
    const { restartKilledAfterMs } = this.plan;
    if (restartKilledAfterMs === undefined) return;
    world.count('restarts after a kill');
    world.after(restartKilledAfterMs, () => this.#startTry({ run, try: killed + 1 }));
  }

  /** The operator's end of a job whose host is lost: a kill, a new status, or another try. */
  #endLost(one: Try): void {
    const { world, jobs } = this.#services;
    switch (world.pick(['kill', 'status', 'next'])) {
      case 'kill':
        if (!jobs.end(this.plan.job, one.run, one.try, 'TERMINATED')) return;
        this.killed.push(one);
        this.#restartKilled(one);
        return;
      case 'status':
        jobs.end(this.plan.job, one.run, one.try, 'FAILURE');
        return;
      default:
        if (this.#isOver(one)) return;
        this.killed.push(one);
        jobs.set(this.plan.job, one.run + 1, 1, 'SUCCESS');
    }
  }

  /** An HTTP job: one form, answered with text. It is repeated once, and then fails. */
  async #post(one: Try, attempt: number): Promise<void> {
    const { world, gateway } = this.#services;
    const { job, target } = this.plan;
    this.posts += 1;
    const result = await gateway.send(
      {
        method: 'POST',
        path: '/v1/runs',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ target, job, instance: launchInstance }).toString(),
        timeoutMs: 60_000,
      },
      this.network,
    );
    const isSuccess = result.kind === 'answered' && result.status >= 200 && result.status < 300;
    if (isSuccess || attempt === 2 || this.#isOver(one)) this.#endTry(one, isSuccess);
    else world.after(2_000, () => void this.#post(one, 2));
  }

  /** A person stops the run, and repeats that until it is accepted. */
  async #stopByHand({ run, try: attempt }: Try, left: number): Promise<void> {
    const { world, gateway } = this.#services;
    world.count('stops by hand');
    const result = await gateway.send(
      {
        method: 'POST',
        path: `/v1/runs/${this.plan.job}-r${run}t${attempt}-${launchInstance}/stop`,
        headers: { accept: 'application/json' },
        body: JSON.stringify({ reason: 'by hand' }),
        timeoutMs: 30_000,
      },
      { isCut: false },
    );
    const isAccepted = result.kind === 'answered' && result.status < 300;
    if (!isAccepted && left > 0) {
      world.after(20_000, () => void this.#stopByHand({ run, try: attempt }, left - 1));
    }
  }
}
