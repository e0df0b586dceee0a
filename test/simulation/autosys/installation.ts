import type { WireRequest } from '../../../autosys/client/request.ts';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { Instance } from '../../../emulator/instance.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import type { World } from '../world.ts';
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
  /** Who asks, and until when he was frozen last. */
  readonly sandbox: number;
  readonly thawedMs: number;
  /** When it left whoever asks. */
  readonly leftMs: number;
  /** Whether a declared window was open then, by the clock of whoever asks. */
  readonly knowsOfWindow: boolean;
}

export interface InstallationOptions {
  readonly world: World;
  readonly name: string;
  readonly jil: string;
  /** Primary first. */
  readonly origins: readonly string[];
  readonly password: string;
}

const lawfully = { acts: true, end: ({ lawful }: Meeting) => answered(lawful) } as const;
/** Nothing of the request has arrived. */
const unread: Meeting = { lawful: { status: 0 }, basic: '' };

/** Answers to a question after which whoever asks may take it that AutoSys cannot tell. */
const refusals: ReadonlySet<Mishap> = new Set([
  '400',
  '403',
  '404',
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
  readonly #passwords: Set<string>;
  #weather: Weather = calm;
  #isInMaintenance = false;
  readonly memory: Memory;
  /** The web server that serves; the other one is down, or stands by. */
  #serving = 0;
  #isFailingOver = false;
  #stalledUntilMs = 0;

  constructor({ world, name, jil, origins, password }: InstallationOptions) {
    this.#world = world;
    this.#origins = origins;
    this.#passwords = new Set([password]);
    const eventDelayMs = world.between(20, world.pick([300, 300, 1_500]));
    this.instance = new Instance({ name: parseAutosysInstance(name), clock: world, eventDelayMs });
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

  /** The passwords that it takes from now on. */
  accept(...passwords: readonly string[]): void {
    this.#passwords.clear();
    for (const password of passwords) this.#passwords.add(password);
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
    const { origin, request, login, sandbox, leftMs } = incoming;
    const { witness } = this;
    witness.asked(incoming);
    const isThere = !this.#isInMaintenance && !this.#isFailingOver;
    if (!isThere || origin !== this.#origins[this.#serving]) {
      return refusedConnection;
    }
    const mishap = strike(this.#world, this.#weather);
    if (mishap === 'refused connection' || mishap === 'no connection') {
      return endingByMishap[mishap].end(unread);
    }
    const basic = Buffer.from(`${login.username}:${login.password}`).toString('base64');
    if (!this.#passwords.has(login.password)) {
      witness.refused(sandbox);
      return unauthorized;
    }
    const intent = consider(request, this.instance, this.#world);
    if (intent.event) witness.onSend(intent.event, leftMs);
    const told = intent.event && witness.told(intent.event);
    if (mishap) this.#note(mishap, told, request);
    if (mishap === 'stalled') this.#stall();
    const { acts, end } = mishap ? endingByMishap[mishap] : lawfully;
    if (acts) this.#take(intent.event);
    return end({ lawful: intent.answer, basic });
  }

  #note(mishap: Mishap, told: string | undefined, { path, body = '' }: WireRequest): void {
    this.#world.count(mishap);
    this.#world.note(() => `${this.name}: ${mishap} on ${told ?? path}`);
    if (told) this.witness.struck(told, mishap);
    else if (mishap === '401') this.witness.deniedReads.push(`${path} ${body}`);
    else if (refusals.has(mishap)) this.witness.unreadable.push(`${path} ${body}`);
  }

  #stall(): void {
    const untilMs = this.#world.nowMs + this.#world.between(10_000, 480_000);
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, untilMs);
  }

  #take(event: QueuedEvent | undefined): void {
    if (event === undefined) return;
    this.#world.note(() => `${this.name} takes ${this.witness.told(event)}`);
    this.witness.took(event);
    // What was taken earlier is acted on earlier.
    const at = new Date(Math.max(this.#world.nowMs, this.#stalledUntilMs));
    this.instance.queue(event, { at });
  }
}
