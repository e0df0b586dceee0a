import { parseAutosysInstance } from '../../autosys/names.ts';
import { Instance } from '../../emulator/instance.ts';
import { createDrain } from '../../lambda/report/drain.ts';
import { compareToKnown, type Version } from '../../lambda/report/order.ts';
import { createReport } from '../../lambda/report/report.ts';
import { createMemoryTable } from '../../lambda/shared/memory-table.ts';
import { createRouteIndex } from '../../lambda/shared/routes.ts';
import { type Announced, jil, playNight, readNight } from './night.ts';
import { OutageWatch } from './outage.ts';
import { openSandbox, type Weather } from './sandbox.ts';
import { describe, readVersion, watchRequests, watchTable } from './watch.ts';
import type { Protection } from './without.ts';
import { World } from './world.ts';

const calm: Weather = {
  unreachable: 0,
  lostBefore: 0,
  lostAfter: 0,
  forgotten: 0,
  late: 0,
  slow: 0,
  unavailable: 0,
  refused: 0,
  loginRefused: 0,
  crash: 0,
};
const rough: Weather = {
  unreachable: 0.1,
  lostBefore: 0.05,
  lostAfter: 0.08,
  forgotten: 0.05,
  late: 0.03,
  slow: 0.1,
  unavailable: 0.05,
  refused: 0.005,
  loginRefused: 0.01,
  crash: 0.02,
};
const outage: Weather = { ...calm, unreachable: 1, crash: 0.005 };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.parse('2026-11-20T00:00:00Z');
const visibilityMs = 6 * minuteMs;
const maxReceives = 5;

/** What a night came to. */
export interface Night {
  /** What must never be, in words; none of them is the aim. */
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly sent: number;
  readonly messages: number;
}

/**
 * Plays one night: many runs, several sandboxes, a rough AutoSys; the same for the same seed.
 *
 * Without one of the protections it shows what that one is for.
 */
export async function simulate(
  seed: number,
  { without }: { readonly without?: Protection } = {},
): Promise<Night> {
  const world = new World(seed, startMs);
  const instance = new Instance({
    name: parseAutosysInstance('ACE'),
    clock: world,
    eventDelayMs: world.between(50, 1_500),
  });
  instance.loadJil({ name: 'night.jil', text: jil });
  const config = readNight();
  const watched = watchTable(createMemoryTable({ now: () => world.now() }));
  const announced = playNight(world);
  const requests = watchRequests(announced, watched.newestConfirmed);
  const outages = new OutageWatch();
  const routes = createRouteIndex(config.routes);
  const sent = new Map<string, number>();
  const violations: string[] = [];
  let weather = calm;
  let sends = 0;
  let stalledUntilMs = 0;
  const open = () =>
    openSandbox({
      world,
      instance,
      table: watched.table,
      routes,
      weather: () => weather,
      without,
      onRequest: (event) => {
        outages.onRequest();
        if (event) requests.onSend(event);
      },
      takeEvent: (event, stalls) => {
        sends += 1;
        // What was taken earlier is acted on earlier.
        const afreshMs = stalls ? world.nowMs + world.between(10_000, 480_000) : 0;
        stalledUntilMs = Math.max(stalledUntilMs, afreshMs);
        instance.queue(event, { at: new Date(Math.max(world.nowMs, stalledUntilMs)) });
        if (event.kind !== 'FORCE_STARTJOB') return;
        const key = `${event.job} for ${event.comment}`;
        sent.set(key, (sent.get(key) ?? 0) + 1);
      },
    });

  const handled: Announced[] = [];
  let lost = 0;
  for (const one of announced) {
    for (let copies = world.pick([1, 1, 1, 2, 3]); copies > 0; copies -= 1) {
      const lateMs = world.chance(0.8) ? world.between(50, 2_000) : world.between(0, 20 * minuteMs);
      world.setTimer(new Date(one.atMs + lateMs), () => give(one, 1));
    }
  }
  changeWeather();
  const endMs = startMs + 3 * hourMs;
  for (let atMs = startMs; atMs < endMs + 2 * hourMs; atMs += minuteMs) {
    world.setTimer(new Date(atMs), drain);
  }
  world.setTimer(new Date(endMs), () => {
    weather = calm;
    outages.end(world.nowMs);
    world.note('the weather is calm');
  });
  await world.run(endMs + 3 * hourMs);
  instance.stop();
  judge();
  return { violations, trace: world.trace, sent: sends, messages: announced.length };

  function changeWeather(): void {
    world.after(world.between(minuteMs, 40 * minuteMs), () => {
      if (world.nowMs >= endMs) return;
      weather = world.pick([calm, rough, rough, outage]);
      if (weather === outage) outages.begin(world.nowMs);
      else outages.end(world.nowMs);
      world.note(weather === calm ? 'calm' : weather === rough ? 'rough' : 'AutoSys is down');
      changeWeather();
    });
  }

  /** The queue hands a message to a sandbox, and again when nobody has acknowledged it in time. */
  function give(one: Announced, receives: number): void {
    if (receives > maxReceives) {
      lost += 1;
      world.note(`${one.event.id} is a dead letter`);
      return;
    }
    const sandbox = open();
    let acknowledged = false;
    world.note(`${one.event.id} is given out, ${receives}`);
    const acknowledge = () => {
      if (acknowledged || sandbox.isOver()) return;
      acknowledged = true;
      handled.push(one);
    };
    if (without === 'acknowledge after apply') acknowledge();
    void createReport(sandbox.powers)(
      { messageId: one.event.id, body: JSON.stringify(one.event) },
      sandbox.signal,
    ).then(acknowledge, (error: unknown) => world.note(`${one.event.id} fails: ${String(error)}`));
    world.after(invocationMs(), () => sandbox.end());
    world.after(visibilityMs, () => {
      if (!acknowledged) give(one, receives + 1);
    });
  }

  /** The function is cut off after a minute; some were slow to begin and have only seconds left. */
  function invocationMs(): number {
    return world.chance(0.8) ? minuteMs : world.between(200, 10_000);
  }

  /** Now and then two come at once. */
  function drain(): void {
    for (let drains = world.pick([1, 1, 2]); drains > 0; drains -= 1) drainOnce();
  }

  function drainOnce(): void {
    const sandbox = open();
    const drainAll = createDrain(sandbox.powers);
    void (async () => {
      for await (const _ of drainAll(parseAutosysInstance('ACE'), sandbox.signal));
    })().catch((error: unknown) => world.note(`a drain fails: ${String(error)}`));
    world.after(invocationMs(), () => sandbox.end());
  }

  function judge(): void {
    for (const [key, times] of sent) {
      if (times > 1) violations.push(`AutoSys took the one-off ${key} ${times} times`);
    }
    const entries = watched.entries();
    for (const entry of entries) {
      if (entry.stage === 'confirmed' || entry.stage === 'parked') continue;
      violations.push(`${describe(entry)} is still ${entry.stage}`);
    }
    for (const [target, newest] of findNewest(handled)) {
      const entry = entries.find(
        ({ event }) => 'globalVariable' in event && event.globalVariable === target,
      );
      if (entry === undefined) violations.push(`nothing is known of ${target}`);
      else if (compareToKnown(newest, entry.version) === 'newer') {
        violations.push(
          `${target} stands at ${entry.version.run} ${entry.version.status}, newer is ${newest.run} ${newest.status}`,
        );
      } else if (entry.stage === 'confirmed') {
        const value = instance.globalVariable(target)?.value;
        const wished = entry.event.kind === 'SET_GLOBAL' && entry.event.value;
        if (value !== wished)
          violations.push(`${target} is confirmed as ${wished} and is ${value}`);
      }
    }
    for (const { event } of handled) {
      const version = readVersion(event);
      if (!version || !repairs(event)) continue;
      const standsThere = entries.some(
        (entry) => entry.kind === 'once' && compareToKnown(version, entry.version) === 'duplicate',
      );
      if (!standsThere) violations.push(`${event.id} is acknowledged and its one-off unknown`);
    }
    violations.push(...watched.goneBack, ...requests.stale, ...outages.violations);
    if (lost > 0) world.note(`${lost} dead letters`);
  }
}

/** Whether the route of the announcement asks for the one-off. */
function repairs({ detail }: Announced['event']): boolean {
  return String(detail['name']).startsWith('a-') && detail['status'] === 'FAILED';
}

/** The newest fact of each global variable among what was announced. */
function findNewest(announced: readonly Announced[]): ReadonlyMap<string, Version> {
  const targetByWorkload: Readonly<Record<string, string>> = {
    a: 'SHARED',
    c: 'SHARED',
    b: 'ALONE',
    r: 'BATCH',
  };
  const newest = new Map<string, Version>();
  for (const { event } of announced) {
    const version = readVersion(event);
    if (version === undefined) continue;
    const target = targetByWorkload[String(event.detail['name'] ?? 'r').charAt(0)] ?? '';
    const known = newest.get(target);
    if (!known || compareToKnown(version, known) === 'newer') newest.set(target, version);
  }
  return newest;
}
