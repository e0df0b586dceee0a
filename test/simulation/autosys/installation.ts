import type { WireRequest } from '../../../autosys/client/request.ts';
import { type AutosysInstance, parseAutosysInstance } from '../../../autosys/names.ts';
import { Instance } from '../../../emulator/instance.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import { deadlineMs } from '../deployment.ts';
import type { World } from '../world.ts';
import type { Account } from './account.ts';
import { Memory } from './memory.ts';
import { calm, type Mishap, strike, type Weather } from './mishaps.ts';
import {
  answered,
  endingByMishap,
  type Meeting,
  type Reception,
  refusedConnection,
  unauthorized,
} from './reception.ts';
import { consider } from './server.ts';
import { Witness } from './witness.ts';

/** A request as it comes in. */
export interface Incoming {
  readonly origin: string;
  readonly request: WireRequest;
  /** What Basic sends. */
  readonly login: { readonly username: string; readonly password: string };
  /** Until when its sender was frozen last. */
  readonly thawedMs: number;
  /** When it left whoever asks. */
  readonly leftMs: number;
  /** The name of the instance in the configuration of its sender. */
  readonly via: AutosysInstance;
  /** Whether a declared window was open then, by the clock of whoever asks. */
  readonly knowsOfWindow: boolean;
}

export interface InstallationOptions {
  readonly world: World;
  readonly name: string;
  readonly jil: string;
  /** Primary first. */
  readonly origins: readonly string[];
  readonly account: Account;
}

const hourMs = 3_600_000;
const lawfully = { acts: true, end: ({ lawful }: Meeting) => answered(lawful) } as const;
/** Nothing of the request has arrived. */
const unread: Meeting = { lawful: { status: 0 }, basic: '' };

/** Answers to a question after which whoever asks may take it that AutoSys cannot tell. */
const refusals: ReadonlySet<Mishap> = new Set([
  '400',
  '403',
  '404',
  'empty 404',
  'complaint',
  'page',
  'page after acting',
]);

/** One AutoSys: the embedded scheduler behind one web server or two, with all that may befall them. */
export class Installation {
  readonly instance: Instance;
  readonly witness: Witness;
  readonly #world: World;
  readonly #origins: readonly string[];
  readonly #account: Account;
  #weather: Weather = calm;
  #isInMaintenance = false;
  readonly memory: Memory;
  /** The web server that serves; the other one is down, or stands by. */
  #serving = 0;
  #isFailingOver = false;

  constructor({ world, name, jil, origins, account }: InstallationOptions) {
    this.#world = world;
    this.#origins = origins;
    this.#account = account;
    const eventDelayMs = world.between(20, world.pick([300, 300, 1_500]));
    this.instance = new Instance({
      name: parseAutosysInstance(name),
      clock: world,
      eventDelayMs,
      showsTrimmedValues: world.chance(0.3),
    });
    this.instance.loadJil({ name: 'night.jil', text: jil });
    this.witness = new Witness(world, this.instance);
    this.memory = new Memory(world, this.instance);
  }

  get name() {
    return this.instance.name;
  }

  get weather(): Weather {
    return this.#weather;
  }

  /** From now on it is like this. */
  change(weather: Weather): void {
    if (weather === this.#weather) return;
    this.#weather = weather;
    this.#world.note(() => `${this.name} is ${weather.name}`);
    this.witness.outages.turn(weather.outage, this.#world.nowMs);
    if (weather.outage) this.#world.count('outages');
  }

  /** A declared window opens or closes; in one it is down. */
  maintain(isInMaintenance: boolean): void {
    this.#isInMaintenance = isInMaintenance;
    this.witness.windowMs = isInMaintenance ? this.#world.nowMs : undefined;
    this.#world.note(() => `${this.name}: a window ${isInMaintenance ? 'opens' : 'closes'}`);
    if (isInMaintenance) this.#world.count('declared windows');
  }

  /**
   * The web server that serves goes down, and the other one takes over: at once, or when somebody has seen to it.
   *
   * @param forgetsMs so much of what was last set the other one does not know, as a standby does whose replica lags
   */
  failOver({ afterMs, forgetsMs }: { readonly afterMs: number; readonly forgetsMs: number }): void {
    const other = this.#origins.length - 1 - this.#serving;
    this.#isFailingOver = true;
    this.#world.count('failovers');
    this.#world.note(() => `${this.name} fails over, and forgets ${forgetsMs / 1000} s`);
    this.#world.after(afterMs, () => {
      this.#serving = other;
      this.#isFailingOver = false;
      this.memory.forget(forgetsMs);
    });
  }

  /** Receives a request that has come to one of its web servers. */
  receive(incoming: Incoming): Reception {
    const { origin, request, login } = incoming;
    const { witness } = this;
    witness.asked(incoming);
    const isThere = !this.#isInMaintenance && !this.#isFailingOver;
    if (!isThere || origin !== this.#origins[this.#serving]) {
      return refusedConnection;
    }
    const mishap = strike(this.#world, this.#weather, request.path.includes('/event/'));
    if (mishap === 'refused connection' || mishap === 'no connection') {
      return endingByMishap[mishap].end(unread);
    }
    const basic = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    if (!this.#account.isRight(login.password)) {
      this.#world.note(() => `${this.name} refuses the login of secret ${this.#account.secret}`);
      return unauthorized;
    }
    const intent = consider(request, this.instance, this.#world);
    if (intent.event) witness.onSend(intent.event, incoming);
    const told = intent.event && witness.told(intent.event);
    if (mishap) this.#note(mishap, told, incoming);
    if (mishap === 'stalled') this.#stall();
    const { acts, end } = mishap ? endingByMishap[mishap] : lawfully;
    if (acts && intent.event) this.#take(intent.event, incoming);
    return end({ lawful: intent.answer, basic });
  }

  #note(mishap: Mishap, told: string | undefined, { request, via }: Incoming): void {
    const { path, body = '' } = request;
    this.#world.count(mishap);
    this.#world.note(() => `${this.name}: ${mishap} on ${told ?? path}`);
    if (told) this.witness.struck(told, mishap, via);
    else if (mishap === '401') this.witness.deniedReads.push(`${path} ${body}`);
    else if (refusals.has(mishap)) this.witness.unreadable.push(`${path} ${body}`);
  }

  /** The scheduler stands still for minutes, seldom for hours, and then may outlast the deadline. */
  #stall(): void {
    const world = this.#world;
    const hours = world.chance(0.2) ? world.pick([0.5, 1, 2, 2, 6]) : 0;
    const ms = hours > 0 ? hours * hourMs : world.between(10_000, 480_000);
    if (hours > 0) world.count('stalled for hours');
    if (ms > deadlineMs) world.count('stalled beyond the deadline');
    this.witness.longestStallMs = Math.max(this.witness.longestStallMs, ms);
    this.instance.stallUntil(new Date(world.nowMs + ms));
  }

  #take(event: QueuedEvent, from: Incoming): void {
    this.#world.note(() => `${this.name} takes ${this.witness.told(event)}`);
    this.witness.took(event, from);
    this.instance.queue(event);
  }
}
