import { type AutosysEvent, describeEvent } from '../../../autosys/event.ts';
import type { Instance } from '../../../emulator/instance.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import type { World } from '../world.ts';
import type { Incoming } from './installation.ts';
import type { Mishap } from './mishaps.ts';
import { OutageWatch } from './outages.ts';
import { nameOneOff } from './server.ts';

/** So long after a window has opened what was under way may still ask: an invocation ends within a minute. */
const underWayMs = 60_000;

/** What an AutoSys has seen of the bridge and of others; the judge asks it when all is quiet. */
export class Witness {
  readonly outages = new OutageWatch();
  /** How often each one-off was taken. */
  readonly takenByOneOff = new Map<string, number>();
  /** What went wrong with requests that tell this. */
  readonly mishapsByTold = new Map<string, Set<Mishap>>();
  /** Requests to read that were refused, whole: whoever asks may take it that this cannot be told here. */
  readonly unreadable: string[] = [];
  /** Requests to read that were refused with 401 although the login was right, whole. */
  readonly deniedReads: string[] = [];
  /** When each login was refused for its password; what AutoSys refuses by mistake does not count. */
  readonly refusedMs: number[] = [];
  rotations = 0;
  /** When somebody else last changed a target. */
  readonly touchedMsByTarget = new Map<string, number>();
  /** When the bridge last changed a target. */
  readonly tookMsByTarget = new Map<string, number>();
  /** Requests in a declared window, but for those that were under way when it opened. */
  askedInWindow = 0;
  /** When the declared window that is open now was opened. */
  windowMs: number | undefined;
  onSend: (event: QueuedEvent, leftMs: number) => void = () => {};
  readonly #world: World;
  readonly #instance: Instance;

  constructor(world: World, instance: Instance) {
    this.#world = world;
    this.#instance = instance;
  }

  /** Somebody asks anything: who has stood still or been frozen, or whose clock is fast, may know of no window. */
  asked({ thawedMs, knowsOfWindow }: Pick<Incoming, 'thawedMs' | 'knowsOfWindow'>): void {
    this.#world.count('requests');
    const mayMs = Math.max(this.windowMs ?? Number.POSITIVE_INFINITY, thawedMs) + underWayMs;
    if (knowsOfWindow && this.#world.nowMs > mayMs) this.askedInWindow += 1;
    this.outages.onRequest();
  }

  /** The secret gets a new version. */
  rotated(): void {
    this.rotations += 1;
  }

  /** The most refused logins within half an hour. */
  get mostInHalfHour(): number {
    const within = (endMs: number) =>
      this.refusedMs.filter((atMs) => atMs <= endMs && atMs > endMs - 1_800_000).length;
    return Math.max(0, ...this.refusedMs.map(within));
  }

  /** A login was refused, for its password was not the one. */
  refused(sandbox: number): void {
    this.#world.count('refused logins');
    this.refusedMs.push(this.#world.nowMs);
    this.#world.note(() => `${this.#instance.name} refuses the login of sandbox ${sandbox}`);
  }

  /** Names what an event tells, alike for one-offs of one run; and that it is told. */
  told(event: QueuedEvent | AutosysEvent): string {
    return nameOneOff(event) ?? describeEvent(event as AutosysEvent);
  }

  /** Something goes wrong with a request. */
  struck(told: string, mishap: Mishap): void {
    const known = this.mishapsByTold.get(told);
    if (known) known.add(mishap);
    else this.mishapsByTold.set(told, new Set([mishap]));
  }

  /** An event is taken, whatever the client hears of it. */
  took(event: QueuedEvent): void {
    const oneOff = nameOneOff(event);
    if (oneOff === undefined) {
      this.#world.count('states set');
      this.tookMsByTarget.set(toTarget(event), this.#world.nowMs);
      return;
    }
    this.#world.count('one-offs');
    this.takenByOneOff.set(oneOff, (this.takenByOneOff.get(oneOff) ?? 0) + 1);
  }

  /** Somebody else changes a global variable or a job. */
  touched(event: AutosysEvent): void {
    this.#world.count('acts of operators');
    this.touchedMsByTarget.set(toTarget(event), this.#world.nowMs);
  }
}

/** A global variable, or a job. */
export function toTarget(event: QueuedEvent | AutosysEvent): string {
  if (event.kind === 'SET_GLOBAL') return event.globalVariable;
  return 'job' in event && event.job !== undefined ? event.job : event.kind;
}
