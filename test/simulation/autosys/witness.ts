import { type AutosysEvent, describeEvent } from '../../../autosys/event.ts';
import type { Instance } from '../../../emulator/instance.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import type { World } from '../world.ts';
import type { Incoming } from './installation.ts';
import type { Mishap } from './mishaps.ts';
import { OutageWatch } from './outages.ts';
import { nameOneOff } from './server.ts';
import { type Sender, SettingLog } from './settings.ts';

/** After these AutoSys may have taken the event, as far as its sender knows. */
const unclear: ReadonlySet<Mishap> = new Set([
  'reset before acting',
  'reset after acting',
  'silence without acting',
  'silence after acting',
  '500 without acting',
  '500 after acting',
]);

/** So long after a window has opened what was under way may still ask: an invocation ends within a minute. */
const underWayMs = 60_000;

/** An event of the bridge that AutoSys accepted and will process. */
export interface Take extends Sender {
  readonly event: QueuedEvent;
}

/** What an AutoSys has seen of the bridge and of others; the judge asks it when all is quiet. */
export class Witness {
  readonly outages = new OutageWatch();
  /** Every event of the bridge that was accepted and not forgotten, in order. */
  readonly takes: Take[] = [];
  /** Every setting of a variable, by the bridge, by people and by restores. */
  readonly settings: SettingLog;
  /** What went wrong with requests that tell this. */
  readonly mishapsByTold = new Map<string, Set<Mishap>>();
  /** Requests of unknown outcome, by the name of the instance in the route file and the event. */
  readonly unclearSends = new Map<string, number>();
  /** Requests to read that were refused, whole: whoever asks may take it that this cannot be told here. */
  readonly unreadable: string[] = [];
  /** The longest time in which the scheduler stood still. */
  longestStallMs = 0;
  /** Requests to read that were refused with 401 although the login was right, whole. */
  readonly deniedReads: string[] = [];
  /** When somebody else last changed a target. */
  readonly touchedMsByTarget = new Map<string, number>();
  /** Requests in a declared window, but for those that were under way when it opened. */
  askedInWindow = 0;
  /** When the declared window that is open now was opened. */
  windowMs: number | undefined;
  onSend: (event: QueuedEvent, from: Pick<Incoming, 'leftMs' | 'via'>) => void = () => {};
  readonly #world: World;

  constructor(world: World, instance: Instance) {
    this.#world = world;
    this.settings = new SettingLog(instance);
  }

  /** Somebody asks anything: who has stood still or been frozen, or whose clock is fast, may know of no window. */
  asked({ thawedMs, knowsOfWindow }: Pick<Incoming, 'thawedMs' | 'knowsOfWindow'>): void {
    this.#world.count('requests');
    const mayMs = Math.max(this.windowMs ?? Number.POSITIVE_INFINITY, thawedMs) + underWayMs;
    if (knowsOfWindow && this.#world.nowMs > mayMs) this.askedInWindow += 1;
    this.outages.onRequest();
  }

  /** Names what an event tells, alike for one-offs of one run; and that it is told. */
  told(event: QueuedEvent | AutosysEvent): string {
    return nameOneOff(event) ?? describeEvent(event as AutosysEvent);
  }

  /** Something goes wrong with a request. */
  struck(told: string, mishap: Mishap, via: string): void {
    const known = this.mishapsByTold.get(told);
    if (known) known.add(mishap);
    else this.mishapsByTold.set(told, new Set([mishap]));
    if (!unclear.has(mishap)) return;
    const sent = `${via} ${told}`;
    this.unclearSends.set(sent, (this.unclearSends.get(sent) ?? 0) + 1);
  }

  /** An event is taken, whatever the client hears of it. */
  took(event: QueuedEvent, { leftMs, via }: Sender): void {
    this.takes.push({ event, leftMs, via });
    this.#world.count(nameOneOff(event) === undefined ? 'states set' : 'one-offs');
    if (event.kind === 'SET_GLOBAL') {
      this.settings.accepted(event.globalVariable, event.value, { leftMs, via });
    }
  }

  /** Whether an event of the bridge was taken that tells this. */
  hasTaken(told: string): boolean {
    return this.takes.some(({ event }) => this.told(event) === told);
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
