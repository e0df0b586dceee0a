import { randomBytes } from 'node:crypto';
import { parseAutosysInstance } from '../autosys/names.ts';
import { describeProblem, type Source } from '../autosys/source.ts';
import { type EmulatedLogin, EmulatedLogins, type Permission } from './accounts.ts';
import { answerRequest } from './answer-request.ts';
import { type Identity, issue, makeAuthority, type ServerCertificate } from './authority.ts';
import { type Clock, createSystemClock } from './clock.ts';
import type { Deps, JobShape, UnknownJobStatus } from './deps.ts';
import { Emulator } from './emulator.ts';
import { isLoopbackHost } from './executing/loopback.ts';
import { type Fault, FaultPlan, type FaultScope } from './faults.ts';
import { Instance } from './instance.ts';
import type { InstanceOptions } from './instance-types.ts';
import { type ReceptionOptions, receive } from './reception.ts';
import { RequestLog } from './request-log.ts';
import { Server } from './server.ts';
import type { EmulatedProfile } from './wire.ts';

/** Settings of an embedded AutoSys; each has a default. */
export interface EmulatorOptions extends Partial<Omit<InstanceOptions, 'name'>> {
  /** The jobs at the start. @default - none */
  readonly jil?: readonly Source[];
  /** Three upper-case letters or digits. @default ACE */
  readonly name?: string;
  /** @default autosys */
  readonly user?: string;
  /** @default - a random password, see {@link Emulator.password} */
  readonly password?: string;
  /** The permissions of that user, for EEM's 403. @default - everything */
  readonly permissions?: readonly Permission[];
  /** More users. @default - none */
  readonly otherAccounts?: readonly EmulatedLogin[];
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** @default 0, a free one */
  readonly port?: number;
  /** An existing certificate authority. @default - a new one */
  readonly authority?: Identity;
  /**
   * Contents of the server's certificate, for tests of clients. @default - loopback names, valid
   * for a year
   */
  readonly certificate?: ServerCertificate;
  /**
   * The enabled wire profiles. @default standard, api-prefix and command-run, each under `/AEWS`
   * and `/AEWS/api`
   */
  readonly profiles?: readonly EmulatedProfile[];
  /** @default wrapped; array if only single-event is enabled */
  readonly jobShape?: JobShape;
  /** @default 404 */
  readonly unknownJobStatus?: UnknownJobStatus;
  /** Larger requests are answered with 413. @default 8 MiB */
  readonly bodyLimitBytes?: number;
  /** Faults from the first request on. @default - none */
  readonly faults?: readonly (FaultScope & { readonly fault: Fault })[];
}

const defaultProfiles: readonly EmulatedProfile[] = ['standard', 'api-prefix', 'command-run'];

/**
 * Starts an embedded AutoSys: one instance behind AEWS over HTTPS.
 *
 * @throws {NameError} for an invalid instance name
 * @throws {RangeError} for `execute` with invalid settings, or with a host that others can reach
 * @throws {Error} if the JIL is invalid, with the output of `jil`, or if the port is in use
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = '127.0.0.1', port = 0, clock = createSystemClock(), otherAccounts = [] } = options;
  if (options.execute && !isLoopbackHost(host)) throw new RangeError(describeOpenHost(host));
  const authority = options.authority ?? (await makeAuthority());
  const identity = await issue(authority, options.certificate);
  const account = toAccount(options);
  const accounts = new EmulatedLogins([account, ...otherAccounts]);
  const faults = new FaultPlan();
  for (const { fault, ...scope } of options.faults ?? []) faults.plan(fault, scope);
  const log = new RequestLog();
  using started = new DisposableStack();
  const instance = started.use(createInstance(options, clock));
  const answering = createAnswering({ options, instance, accounts, clock });
  const server = await Server.listen({
    host,
    port,
    identity,
    refusesConnection: () => faults.strikeConnection(),
    onExchange: (exchange) => void receive({ faults, log, clock, ...answering }, exchange),
  });
  started.move();
  return new Emulator({ instance, clock, authority, account, accounts, faults, log, server, host });
}

/** Why commands are not executed behind an address that other hosts can reach. */
export function describeOpenHost(host: string): string {
  const risk = 'everyone with the login could run commands on this host';
  return `execute: found the host ${JSON.stringify(host)}, allowed only on loopback (127.0.0.1, ::1, localhost), since ${risk}`;
}

function toAccount({ user = 'autosys', password, permissions }: EmulatorOptions): EmulatedLogin {
  return {
    user,
    password: password ?? randomBytes(18).toString('base64url'),
    ...(permissions && { permissions }),
  };
}

function createInstance(options: EmulatorOptions, clock: Clock): Instance {
  const { timezone, eventDelayMs, sameValueTriggers, forceStartsHeld, runs } = options;
  const { retryDelayMs, retriesShow, showsTrimmedValues, globalColumns, execute } = options;
  const instance = new Instance({
    name: parseAutosysInstance(options.name ?? 'ACE'),
    clock,
    ...(timezone !== undefined && { timezone }),
    ...(eventDelayMs !== undefined && { eventDelayMs }),
    ...(sameValueTriggers !== undefined && { sameValueTriggers }),
    ...(forceStartsHeld !== undefined && { forceStartsHeld }),
    ...(retryDelayMs !== undefined && { retryDelayMs }),
    ...(retriesShow !== undefined && { retriesShow }),
    ...(showsTrimmedValues !== undefined && { showsTrimmedValues }),
    ...(globalColumns !== undefined && { globalColumns }),
    ...(runs && { runs }),
    ...(execute && { execute }),
  });
  for (const source of options.jil ?? []) {
    const { ok, messages, problems } = instance.loadJil(source);
    if (ok) continue;
    instance.stop();
    const descriptions = problems.map((problem) => describeProblem(source, problem));
    throw new Error(
      `${source.name}: the JIL was not executed\n${[...descriptions, ...messages].join('\n')}`,
    );
  }
  return instance;
}

function createAnswering({
  options,
  instance,
  accounts,
  clock,
}: {
  readonly options: EmulatorOptions;
  readonly instance: Instance;
  readonly accounts: EmulatedLogins;
  readonly clock: Clock;
}): Pick<ReceptionOptions, 'answer'> {
  const { bodyLimitBytes = 8 * 1024 * 1024, unknownJobStatus = 404 } = options;
  const profiles = new Set(options.profiles ?? defaultProfiles);
  const onlySingleEvent = profiles.size === 1 && profiles.has('single-event');
  const jobShape = options.jobShape ?? (onlySingleEvent ? 'array' : 'wrapped');
  const fixedDeps = { instance, clock, profiles, jobShape, unknownJobStatus };
  return {
    answer: (exchange, { losesEvents }) => {
      const depsFor = (user: string): Deps => ({
        ...fixedDeps,
        send: losesEvents
          ? () => {}
          : (event, queueOptions) => instance.queue(event, { ...queueOptions, user }),
        mayDo: (permission) => accounts.mayDo(user, permission),
      });
      return answerRequest({ accounts, profiles, bodyLimitBytes, depsFor }, exchange);
    },
  };
}
