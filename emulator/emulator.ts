import type { EmulatedLogin, EmulatedLogins, Permission } from './accounts.ts';
import type { Identity } from './authority.ts';
import type { Clock } from './clock.ts';
import type { Fault, FaultPlan, FaultScope, PlannedFault } from './faults.ts';
import type { Instance } from './instance.ts';
import type { RequestLog, RequestRecord } from './request-log.ts';
import type { Server } from './server.ts';

/** Of what a running emulator is put together. */
export interface EmulatorParts {
  readonly instance: Instance;
  readonly clock: Clock;
  readonly authority: Identity;
  readonly account: EmulatedLogin;
  readonly accounts: EmulatedLogins;
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly server: Server;
  readonly host: string;
}

/** A running embedded AutoSys: what a test or a demonstration holds in its hand. */
export class Emulator implements AsyncDisposable {
  readonly #parts: EmulatorParts;
  #password: string;

  constructor(parts: EmulatorParts) {
    this.#parts = parts;
    this.#password = parts.account.password;
  }

  /** Such as `https://127.0.0.1:40123/AEWS`; the port stays the same while it is down. */
  get url(): string {
    const { host, server } = this.#parts;
    // Who listens on every address is reached on loopback.
    const reached = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
    return `https://${reached.includes(':') ? `[${reached}]` : reached}:${server.port}/AEWS`;
  }

  /** The certificate to trust, PEM. */
  get certificateAuthority(): string {
    return this.#parts.authority.certificate;
  }

  get user(): string {
    return this.#parts.account.user;
  }

  /** A getter, so that printing the emulator does not show it. */
  get password(): string {
    return this.#password;
  }

  /** The scheduler behind the web services: its jobs, global variables and event log. */
  get instance(): Instance {
    return this.#parts.instance;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  /** What was asked, oldest first: method, path and status, never a header or a body. */
  requests(): readonly RequestRecord[] {
    return this.#parts.log.records();
  }

  /** How many requests asked for what the embedded AutoSys does not do; a test asserts none. */
  unsupported(): number {
    return this.#parts.log.unsupported;
  }

  /**
   * Plans misbehaviour from the next request on, by default once.
   *
   * `refuseConnection` strikes new connections; idle ones are closed now, and a request on one that is still open
   * suffers a reset. {@link goDown} is the outage during which nothing listens at all.
   */
  misbehave(fault: Fault, aim?: FaultScope): PlannedFault {
    const planned = this.#parts.faults.plan(fault, aim);
    if (fault.kind === 'refuseConnection') this.#parts.server.closeIdleConnections();
    return planned;
  }

  /** Calls all misbehaviour off. */
  behave(): void {
    this.#parts.faults.clear();
  }

  /** Gives a user another password, as a rotation does; without a user its own. */
  setPassword(password: string, user: string = this.user): void {
    this.#parts.accounts.setPassword(user, password);
    if (user === this.user) this.#password = password;
  }

  /** Sets what a user may do; without permissions everything. */
  permit(user: string, permissions?: readonly Permission[]): void {
    this.#parts.accounts.permit(user, permissions);
  }

  /** Stops listening and cuts every connection; the scheduler goes on. */
  async goDown(): Promise<void> {
    await this.#parts.server.goDown();
  }

  /** Listens again, on the same port with the same certificate. */
  async comeBack(): Promise<void> {
    await this.#parts.server.comeBack();
  }

  /** Ends the web services and the scheduler. */
  async stop(): Promise<void> {
    await this.#parts.server.goDown();
    this.#parts.instance.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
