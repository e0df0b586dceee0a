import { decideNext } from '../../autosys/client/retry.ts';
import {
  AutosysOutcomeUnknownError,
  AutosysRefusedError,
  AutosysUnauthorizedError,
  AutosysUnavailableError,
  AutosysUnreachableError,
} from '../../autosys/errors.ts';
import { type AutosysEvent, describeEvent } from '../../autosys/event.ts';
import type { Instance } from '../../emulator/instance.ts';
import type { Autosys } from '../../lambda/report/bring-about.ts';
import { createGates } from '../../lambda/report/gates.ts';
import type { ReportPowers } from '../../lambda/report/report.ts';
import type { RouteIndex } from '../../lambda/shared/routes.ts';
import type { Table } from '../../lambda/shared/table.ts';
import { bendPowers, bendTable, type Protection } from './without.ts';
import type { World } from './world.ts';

/** What may go wrong on the way to AutoSys, each as a chance from 0 to 1. */
export interface Weather {
  readonly unreachable: number;
  /** The connection breaks before AutoSys has taken the event. */
  readonly lostBefore: number;
  /** The connection breaks after AutoSys has taken the event. */
  readonly lostAfter: number;
  /** AutoSys says 201 and forgets the event. */
  readonly forgotten: number;
  /** The scheduler stalls: AutoSys takes events and acts on them minutes later, in their order. */
  readonly late: number;
  /** A call takes many seconds on its way. */
  readonly slow: number;
  readonly unavailable: number;
  readonly refused: number;
  readonly loginRefused: number;
  /** A sandbox dies at a call, before or after it takes effect. */
  readonly crash: number;
}

export interface Surroundings {
  readonly world: World;
  /** To be read back from. */
  readonly instance: Instance;
  readonly table: Table;
  readonly routes: RouteIndex;
  readonly weather: () => Weather;
  /** Something is asked of AutoSys; an event where one is sent. */
  readonly onRequest: (event?: AutosysEvent) => void;
  /** AutoSys takes an event; `stalls` where its scheduler stops for minutes from now on. */
  readonly takeEvent: (event: AutosysEvent, stalls: boolean) => void;
  /** What its surroundings keep from it. */
  readonly without?: Protection | undefined;
}

/** A promise that never settles: whoever waits for it is dead. */
const never = new Promise<never>(() => {});

/**
 * One sandbox of the real report and sweep code, whose every call goes through the world.
 *
 * Each call takes its time and may be the last: a dead sandbox hears nothing more.
 */
export function openSandbox(surroundings: Surroundings) {
  const { world, instance, table, routes, weather, takeEvent, onRequest, without } = surroundings;
  let dead = false;
  const invocation = new AbortController();
  let thawMs = 0;
  let calls = 0;

  /** One call over the edge of the sandbox. */
  async function call<Answer>(
    what: string,
    deed: () => Promise<Answer> | Answer,
    arrives: (ms: number) => Promise<void> = wait,
  ): Promise<Answer> {
    if (dead) return never;
    calls += 1;
    await arrives(takes());
    if (die(`before ${what}`)) return never;
    const answer = await Promise.resolve()
      .then(deed)
      .then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
    await wait(takes());
    calls -= 1;
    if (die(`after ${what}`)) return never;
    if ('error' in answer) throw answer.error;
    return answer.value;
  }

  /** One call to AutoSys; it is broken off when the invocation ends, whatever has become of it over there. */
  async function ask<Answer>(what: string, deed: () => Answer): Promise<Answer> {
    const brokenOff = () =>
      new AutosysOutcomeUnknownError({ doing: what, reason: 'the invocation is over' });
    if (invocation.signal.aborted) throw brokenOff();
    // What is on its way arrives, even if its sender freezes meanwhile.
    const answer = await call(what, deed, (ms) => world.wait(ms));
    if (invocation.signal.aborted) throw brokenOff();
    return answer;
  }

  /** A frozen sandbox goes on where it was when it thaws. */
  async function wait(ms: number): Promise<void> {
    await world.wait(ms);
    while (world.nowMs < thawMs) await world.wait(thawMs - world.nowMs);
  }

  function takes(): number {
    return world.chance(weather().slow) ? world.between(1_000, 12_000) : world.between(1, 40);
  }

  function die(when: string): boolean {
    if (!dead && world.chance(weather().crash)) {
      dead = true;
      world.note(`a sandbox dies ${when}`);
    }
    return dead;
  }

  function send(event: AutosysEvent): void {
    onRequest(event);
    const said = describeEvent(event);
    const { unreachable, lostBefore, lostAfter, forgotten, late, ...other } = weather();
    if (world.chance(unreachable)) {
      throw new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'connection refused' });
    }
    if (world.chance(other.loginRefused)) {
      throw new AutosysUnauthorizedError({ doing: said, httpStatus: 401, said: '' });
    }
    if (world.chance(other.unavailable)) {
      throw new AutosysUnavailableError({ doing: said, httpStatus: 503, said: '' });
    }
    if (world.chance(other.refused)) {
      throw new AutosysRefusedError({ doing: said, httpStatus: 400, said: 'no' });
    }
    const unknown = new AutosysOutcomeUnknownError({
      doing: said,
      reason: 'the connection was reset',
    });
    if (world.chance(lostBefore)) throw unknown;
    if (!world.chance(forgotten)) {
      world.note(`AutoSys takes ${said}`);
      takeEvent(event, world.chance(late));
    }
    if (world.chance(lostAfter)) throw unknown;
  }

  function see(): void {
    onRequest();
    if (world.chance(weather().unreachable)) {
      throw new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'connection refused' });
    }
  }

  const autosys: Autosys = {
    confirmWithinMs: 3_000,
    deadlineMs: 4 * 86_400_000,
    drainPerSecond: 100,
    port: {
      sendEvent: (event) => ask(`sending ${describeEvent(event)}`, () => send(event)),
      readJob: (job) =>
        ask(`reading ${job}`, () => {
          see();
          const record = instance.job(job);
          if (record === undefined) throw new Error(`no job ${job}`);
          const { status, noexec, run, lastStart } = record;
          return {
            status,
            onNoExec: noexec,
            lastRun: { run: run.run, ...(lastStart && { startedAt: lastStart }) },
          };
        }),
      readGlobalVariable: (name) =>
        ask(`reading ${name}`, () => {
          see();
          const known = instance.globalVariable(name);
          return known ? { kind: 'value', value: known.value } : { kind: 'unset' };
        }),
    },
  };

  const bent = bendTable(table, without);
  const slowTable: Table = {
    get: (key) => call(`get ${key}`, () => bent.get(key)),
    put: (row, seen) => call(`put ${row.key}`, () => bent.put(row, seen)),
    agenda: (list, options) => call(`agenda ${list}`, () => bent.agenda(list, options)),
  };
  const now = () => world.now();
  const noise = () => world.random();
  let holders = 0;
  const powers: ReportPowers = {
    routes,
    table: slowTable,
    gates: createGates({
      table: slowTable,
      now,
      noise,
      policy: { failuresToClose: 3, firstWaitMs: 10_000, maxWaitMs: 300_000, probeMs: 60_000 },
      believedMs: 5_000,
    }),
    autosysFor: () => autosys,
    now,
    noise,
    pause: (ms) => (dead ? never : wait(ms)),
    decideNext: (facts) =>
      decideNext(
        { ...facts, noise: noise() },
        { maxAttempts: 3, firstDelayMs: 200, maxDelayMs: 2_000 },
      ),
    nameHolder: () => {
      holders += 1;
      return `${world.between(0, 1e9)}-${holders}`;
    },
    leaseMs: 90_000,
    lookForMs: 600_000,
    settlePolicy: { firstWaitMs: 15_000, maxWaitMs: 300_000 },
  };
  return {
    powers: bendPowers(powers, without),
    signal: invocation.signal,
    isOver: () => dead || invocation.signal.aborted,
    /** The invocation's time is over: the sandbox ends, or freezes and goes on minutes later in its next invocation. */
    end: () => {
      if (dead) return;
      invocation.abort();
      if (world.chance(0.5)) {
        dead = true;
        return;
      }
      thawMs = world.nowMs + world.between(1_000, 600_000);
      if (calls > 0) world.note('a sandbox freezes at work');
    },
  };
}
