import type { EmulatedLogin, EmulatedLogins, Permission } from './accounts.ts';
import type { Identity } from './authority.ts';
import type { Clock } from './clock.ts';
import type { Fault, FaultPlan, FaultScope, PlannedFault } from './faults.ts';
import type { Instance } from './instance.ts';
import type { RequestLog, RequestRecord } from './request-log.ts';
import type { Server } from './server.ts';

/** The parts of a running emulator. */
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

/** A running embedded AutoSys, as a test or a demonstration uses it. */
export class Emulator implements AsyncDisposable {
  readonly #parts: EmulatorParts;
  #password: string;

  constructor(parts: EmulatorParts) {
    this.#parts = parts;
    this.#password = parts.account.password;
  }

  /** Such as `https://127.0.0.1:40123/AEWS`. The port stays the same while the server is down. */
  get url(): string {
    const { host, server } = this.#parts;
    // A server that listens on every address is reached on loopback.
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

  /** A getter, so that printing the emulator does not show the password. */
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

  /** The requests, oldest first: method, path and status, never a header or a body. */
  requests(): readonly RequestRecord[] {
    return this.#parts.log.records();
  }

  /** Number of requests that the embedded AutoSys does not support. A test asserts that it is 0. */
  unsupported(): number {
    return this.#parts.log.unsupported;
  }

  /**
   * Plans a fault from the next request on, by default once.
   *
   * `refuseConnection` applies to new connections. Idle connections are closed now, and a request
   * on an open one is reset. {@link goDown} is an outage during which nothing listens.
   */
  misbehave(fault: Fault, aim?: FaultScope): PlannedFault {
    const planned = this.#parts.faults.plan(fault, aim);
    if (fault.kind === 'refuseConnection') this.#parts.server.closeIdleConnections();
    return planned;
  }

  /** Cancels all planned faults. */
  behave(): void {
    this.#parts.faults.clear();
  }

  /** Sets a user's password, as a rotation does. @param user by default the emulator's own user */
  setPassword(password: string, user: string = this.user): void {
    this.#parts.accounts.setPassword(user, password);
    if (user === this.user) this.#password = password;
  }

  /** Sets what a user may do. Without permissions everything is allowed. */
  permit(user: string, permissions?: readonly Permission[]): void {
    this.#parts.accounts.permit(user, permissions);
  }

  /** Stops listening and resets every connection. The scheduler continues. */
  async goDown(): Promise<void> {
    await this.#parts.server.goDown();
  }

  /** Listens again, on the same port with the same certificate. */
  async comeBack(): Promise<void> {
    await this.#parts.server.comeBack();
  }

  /** Stops the web services and the scheduler. Kills the processes of executed jobs. */
  async stop(): Promise<void> {
    try {
      await this.#parts.server.goDown();
    } finally {
      this.#parts.instance.stop();
      await this.#parts.instance.waitForProcesses();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
