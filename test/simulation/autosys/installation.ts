import type { RawReply } from '../../../autosys/client/reply.ts';
import type { WireRequest } from '../../../autosys/client/request.ts';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { type Answer, tomcatPage } from '../../../emulator/answer.ts';
import { Instance } from '../../../emulator/instance.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import type { World } from '../world.ts';
import { Memory } from './memory.ts';
import { calm, type Mishap, strike, type Weather } from './mishaps.ts';
import { complaint, consider, type Intent, portalPage } from './server.ts';
import { Witness } from './witness.ts';

/** How a request ended, and after how many milliseconds the client knows. */
export type Reception =
  | { readonly kind: 'unsent' | 'unanswered'; readonly afterMs: number; readonly reason: string }
  | { readonly kind: 'answered'; readonly afterMs: number; readonly raw: RawReply };

/** A request as it comes in. */
export interface Incoming {
  readonly origin: string;
  readonly request: WireRequest;
  /** What Basic sends. */
  readonly login: { readonly username: string; readonly password: string };
  /** Who asks, and until when he was frozen last. */
  readonly sandbox: number;
  readonly thawedMs: number;
}

export interface InstallationOptions {
  readonly world: World;
  readonly name: string;
  readonly jil: string;
  /** Primary first. */
  readonly origins: readonly string[];
  readonly password: string;
}

/** Answers to a question after which whoever asks may take it that AutoSys cannot tell. */
const refusals: ReadonlySet<Mishap> = new Set([
  '400',
  '403',
  '404',
  'complaint',
  'page',
  'page after acting',
]);

const unauthorized = tomcatPage(401, 'a user name and a password are required');

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
  receive({ origin, request, login, sandbox, thawedMs }: Incoming): Reception {
    const { witness } = this;
    witness.asked(thawedMs);
    const isThere = !this.#isInMaintenance && !this.#isFailingOver;
    if (!isThere || origin !== this.#origins[this.#serving]) {
      return this.#unsent('refused connection');
    }
    const mishap = strike(this.#world, this.#weather);
    if (mishap === 'refused connection' || mishap === 'no connection') return this.#unsent(mishap);
    const basic = `${login.username}:${login.password}`;
    if (!this.#passwords.has(login.password)) {
      witness.refused(sandbox);
      return this.#answer(unauthorized);
    }
    witness.letIn();
    const intent = consider(request, this.instance, this.#world);
    if (intent.event) witness.onSend(intent.event);
    const told = intent.event && witness.told(intent.event);
    if (mishap === undefined) return this.#carryOut(intent);
    this.#world.count(mishap);
    this.#world.note(() => `${this.name}: ${mishap} on ${told ?? request.path}`);
    if (told) witness.struck(told, mishap);
    else if (refusals.has(mishap)) witness.unreadable.push(`${request.path} ${request.body ?? ''}`);
    return this.#suffer(mishap, intent, basic);
  }

  #suffer(mishap: Mishap, intent: Intent, basic: string): Reception {
    const repeated = Buffer.from(basic).toString('base64');
    switch (mishap) {
      case 'reset before acting':
        return { kind: 'unanswered', afterMs: 0, reason: 'the connection was reset' };
      case 'reset after acting':
        this.#take(intent.event);
        return { kind: 'unanswered', afterMs: 0, reason: 'the connection was reset' };
      case 'silence without acting':
        return { kind: 'unanswered', afterMs: 15_000, reason: 'no answer came within 15000 ms' };
      case 'silence after acting':
        this.#take(intent.event);
        return { kind: 'unanswered', afterMs: 15_000, reason: 'no answer came within 15000 ms' };
      case '429':
        return this.#answer(tomcatPage(429, 'too many', { 'retry-after': '2' }));
      case '500 after acting':
      case '504 after acting':
        this.#take(intent.event);
        return this.#answer(tomcatPage(Number(mishap.slice(0, 3)), 'broken'));
      case '500 without acting':
        return this.#answer(tomcatPage(500, 'broken'));
      case 'page':
        return this.#answer(portalPage(200, repeated));
      case 'page after acting':
        this.#take(intent.event);
        return this.#answer(portalPage(200, repeated));
      case '401':
        return this.#answer(unauthorized);
      case 'complaint':
        return this.#answer(complaint);
      case 'forgotten':
        return this.#answer(intent.answer);
      case 'stalled': {
        const untilMs = this.#world.nowMs + this.#world.between(10_000, 480_000);
        this.#stalledUntilMs = Math.max(this.#stalledUntilMs, untilMs);
        return this.#carryOut(intent);
      }
      default:
        return this.#answer(portalPage(Number(mishap), repeated));
    }
  }

  #carryOut({ answer, event }: Intent): Reception {
    this.#take(event);
    return this.#answer(answer);
  }

  #take(event: QueuedEvent | undefined): void {
    if (event === undefined) return;
    this.#world.note(() => `${this.name} takes ${this.witness.told(event)}`);
    this.witness.took(event);
    // What was taken earlier is acted on earlier.
    const at = new Date(Math.max(this.#world.nowMs, this.#stalledUntilMs));
    this.instance.queue(event, { at });
  }

  #unsent(mishap: 'refused connection' | 'no connection'): Reception {
    return mishap === 'refused connection'
      ? { kind: 'unsent', afterMs: 0, reason: 'the connection was refused' }
      : { kind: 'unsent', afterMs: 3_000, reason: 'the connection did not stand within 3000 ms' };
  }

  #answer({ status, headers = {}, body = '' }: Answer): Reception {
    return { kind: 'answered', afterMs: 0, raw: { httpStatus: status, headers, body } };
  }
}
