import { createHash, randomUUID } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import {
  AutosysClient,
  decideNext,
  parseProfile,
  type Timeouts,
} from '../../autosys/client/index.ts';
import { findProfileFaults } from '../../autosys/client/profile-faults.ts';
import type { ManualClock } from '../../emulator/index.ts';
import { createReadCredentials } from '../../lambda/aws/credentials.ts';
import type { ReadSecret } from '../../lambda/aws/secret-login.ts';
import { createCircuitBreakers } from '../../lambda/circuit-breaker/circuit-breakers.ts';
import { createFindOpenWindow } from '../../lambda/circuit-breaker/maintenance.ts';
import type { Autosys } from '../../lambda/delivery/autosys.ts';
import { createDrain, type DrainResult } from '../../lambda/delivery/drain.ts';
import { createReadGroups, type ReadGroups } from '../../lambda/delivery/read-port.ts';
import { withSharedReads } from '../../lambda/delivery/shared-reads.ts';
import { withLogin } from '../../lambda/delivery/with-login.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { createReadAuthorities } from '../../lambda/login/authorities.ts';
import { createCarriedLogin, createLoginSlots } from '../../lambda/login/carried-login.ts';
import { Login } from '../../lambda/login/login.ts';
import type { LoginSlotsRegistry } from '../../lambda/login/slots-registry.ts';
import {
  circuitBelievedMs,
  circuitPolicy,
  leaseMs,
  observationMs,
  retryPolicy,
  secretMaxAgeMs,
  settlePolicy,
} from '../../lambda/policies.ts';
import { createBatch } from '../../lambda/report/batch.ts';
import { createReport, type ReportDeps } from '../../lambda/report/report.ts';
import { createAllowedAccounts } from '../../lambda/routing/allowed-accounts.ts';
import {
  type BridgeConfig,
  createRouteIndex,
  type InstanceConfig,
} from '../../lambda/routing/routes.ts';
import { toMatchedRoutes } from '../../lambda/routing/target-routes.ts';
import {
  createCheckObserved,
  findObservedTimezones,
  type ObservedCheck,
} from '../../lambda/sweep/check-observed.ts';
import { createRecheck, type Recheck } from '../../lambda/sweep/recheck.ts';
import { createClockTelemetry } from '../../lambda/telemetry/clock-telemetry.ts';
import { createLogDefect, withDefects } from '../../lambda/telemetry/defects.ts';
import {
  createAuthorityTelemetry,
  createLoginTelemetry,
  createReleaseTelemetry,
} from '../../lambda/telemetry/login-telemetry.ts';
import {
  createCircuitTelemetry,
  createDrainTelemetry,
  createFailureTelemetry,
  createReportTelemetry,
  type Log,
  type LogFields,
  type Metrics,
} from '../../lambda/telemetry/report-telemetry.ts';
import { readRouteFile } from '../../route-file/index.ts';
import type { EmbeddedAutosys } from './emulator.ts';
import { anSqsRecord } from './sqs-record.ts';

/** Options of {@link openSandbox}. */
export interface SandboxOptions {
  readonly config: BridgeConfig;
  /**
   * Text of each secret by name, and of its previous version by {@link toPrevious}. Tests change it
   * as a rotation does.
   */
  readonly secrets: Readonly<Record<string, string>>;
  /** Reads the secrets from another source. @default - {@link secrets} */
  readonly readSecret?: ReadSecret;
  readonly clock: Pick<ManualClock, 'now' | 'advance'>;
  readonly timeouts?: Partial<Timeouts>;
  /**
   * The ledger table, shared by the execution environments of one bridge. @default - a new table
   */
  readonly table?: Table;
}

/** A log line with its level and message. */
export type SandboxLine = LogFields & { readonly level: string; readonly message: string };

/** The report function in one execution environment, with its log lines and metrics. */
export interface Sandbox {
  /**
   * Handles a batch of EventBridge events, or of message texts.
   *
   * @param receiveCount receive count of the messages, this time included
   * @param signal aborts when the invocation times out
   * @returns the messages that return to the queue
   */
  take<Event>(
    events: readonly Event[],
    receiveCount?: number,
    signal?: AbortSignal,
  ): Promise<readonly Event[]>;
  /** Executes the due effects, as the sweep function does each minute. */
  drain(): Promise<readonly DrainResult[]>;
  /** Reads confirmed variables again, as the sweep function does each minute. */
  reread(): Promise<readonly Recheck[]>;
  /** Reads the old reactions of observed routes, as the sweep function does each minute. */
  checkObserved(): Promise<readonly ObservedCheck[]>;
  /** Results of all drains. */
  readonly drained: readonly DrainResult[];
  readonly lines: readonly SandboxLine[];
  /** Sums of the metrics, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly secretReads: () => number;
}

/** Account and Region of the bridge and of the events of the builders. */
const home = { account: '111122223333', region: 'eu-west-1' };

/**
 * Compiles a route file whose instances are embedded AutoSys. `routes` is the text after `routes:`.
 *
 * @param settings more settings of each instance, as YAML between braces
 */
export function readRoutes(
  routes: string,
  autosyses: readonly (readonly EmbeddedAutosys[])[],
  settings = 'confirmWithin: 2s',
): BridgeConfig {
  const instances = autosyses.map((endpoints) => {
    const [first] = endpoints;
    const { name, timezone } = first?.emulator.instance ?? { name: '', timezone: '' };
    const urls = endpoints.map(({ emulator }) => emulator.url).join(', ');
    return `  ${name}: { endpoints: [${urls}], secret: autosys/${name}, ca: ca.pem, timezone: ${timezone}, ${settings} }`;
  });
  const text = `instances:\n${instances.join('\n')}\nroutes:\n${routes}\n`;
  // All embedded instances of a test file share one authority.
  const readText = () => autosyses[0]?.[0]?.emulator.certificateAuthority;
  return readRouteFile({ name: 'bridge.yaml', text }, readText, findProfileFaults).config;
}

/**
 * Opens an execution environment of the report function, bound as its handler does, on the clock of
 * the embedded AutoSys.
 */
export function openSandbox({
  config,
  secrets,
  readSecret: readElsewhere,
  clock,
  timeouts,
  table = createMemoryTable({ now: () => clock.now() }),
}: SandboxOptions): Sandbox {
  const lines: SandboxLine[] = [];
  const metrics: Record<string, number> = {};
  const add = (name: string, value: number) => {
    metrics[name] = (metrics[name] ?? 0) + value;
  };
  const write = (level: string) => (message: string, fields: LogFields) => {
    lines.push({ ...fields, level, message });
  };
  let secretReads = 0;
  const readSecret: ReadSecret = async (secret, stage) => {
    secretReads += 1;
    if (readElsewhere) return readElsewhere(secret, stage);
    const text = secrets[stage === 'AWSCURRENT' ? secret : toPrevious(secret)];
    return text === undefined ? undefined : { versionId: toVersionId(text), text };
  };
  const log = { info: write('info'), warn: write('warn'), error: write('error') };
  const accountDeps = {
    log,
    metrics: { count: (name: string) => add(name, 1), milliseconds: add, gauge: add },
  };
  const now = () => clock.now();
  const slots = createLoginSlots({ table, now, onUnexpected: createReleaseTelemetry(log) });
  const { members, newReadGroup } = createReadGroups();
  const autosysByName = new Map(
    config.instances.map((instance) => [
      instance.name,
      connect(instance, { readSecret, slots, ...accountDeps, now, timeouts, members }),
    ]),
  );
  const jitter = () => 0;
  const deps: ReportDeps = {
    routes: createRouteIndex(toMatchedRoutes(config), home),
    isAllowed: createAllowedAccounts(config, home.account),
    table,
    circuitBreakers: createCircuitBreakers({
      table,
      now,
      jitter,
      policy: circuitPolicy,
      believedMs: circuitBelievedMs,
      maintenance: createFindOpenWindow(config.instances),
      onChange: createCircuitTelemetry(accountDeps),
    }),
    autosysFor: (name) => {
      const autosys = autosysByName.get(name);
      if (autosys === undefined) throw new Error(`unknown instance ${name}`);
      return autosys;
    },
    now,
    jitter,
    sleep: (ms) => clock.advance(ms),
    decideNext: (facts) => decideNext({ ...facts, jitter: 0 }, retryPolicy),
    newLeaseId: randomUUID,
    leaseMs,
    observationMs,
    settlePolicy,
  };
  const drain = createDrain({ ...deps, newReadGroup });
  const reread = createRecheck({ ...deps, newReadGroup });
  const checkObserved = createCheckObserved({
    ...deps,
    timezones: findObservedTimezones(config),
  });
  const accountDrained = createDrainTelemetry(accountDeps);
  const batch = createBatch({
    report: createReport(deps),
    telemetry: createReportTelemetry(accountDeps),
    onUnexpected: createFailureTelemetry(accountDeps),
    newReadGroup,
  });
  const drained: DrainResult[] = [];
  return {
    lines,
    metrics,
    drained,
    secretReads: () => secretReads,
    reread: async () => {
      const all: Recheck[] = [];
      for (const instance of config.instances) {
        for await (const one of reread(instance, new AbortController().signal)) all.push(one);
      }
      return all;
    },
    checkObserved: async () => {
      const all: ObservedCheck[] = [];
      await slots.during(async () => {
        for (const { name } of config.instances) {
          const signal = new AbortController().signal;
          for await (const one of checkObserved(name, signal)) all.push(one);
        }
      });
      return all;
    },
    drain: async () => {
      const all: DrainResult[] = [];
      await slots.during(async () => {
        for (const { name } of config.instances) {
          for await (const one of drain(name, new AbortController().signal)) {
            accountDrained(one);
            all.push(one);
          }
        }
      });
      drained.push(...all);
      return all;
    },
    take: async (events, receiveCount = 1, signal = new AbortController().signal) => {
      const Records = events.map((event, at) => toRecord(event, at, receiveCount));
      const { batchItemFailures } = await slots.during(() => batch({ Records }, signal));
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      return events.filter((_, at) => failed.has(toMessageId(at)));
    },
  };
}

/** Returns the key of the previous version of a secret. */
export function toPrevious(secret: string): string {
  return `${secret} AWSPREVIOUS`;
}

/** A version id that differs per text and reveals nothing of it, as in Secrets Manager. */
function toVersionId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

interface Connecting {
  readonly readSecret: ReadSecret;
  readonly slots: LoginSlotsRegistry;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => Date;
  readonly timeouts: Partial<Timeouts> | undefined;
  readonly members: ReadGroups['members'];
}

function connect(
  instance: InstanceConfig,
  { readSecret, slots, log, metrics, now, timeouts, members }: Connecting,
): Autosys {
  const { name, endpoints, profile, secret, timezone } = instance;
  const { confirmWithinMs, deadlineMs, oldEvents, requestsUnderWay } = instance;
  const login = new Login({
    instance: name,
    secret,
    readCredentials: createReadCredentials(readSecret),
    slots,
    carried: createCarriedLogin(),
    requestsUnderWay,
    now,
    maxAgeMs: secretMaxAgeMs,
    notify: createLoginTelemetry(log, name, secret),
  });
  const client = new AutosysClient({
    endpoints,
    certificateAuthority: createReadAuthorities(instance, {
      readSecret,
      now,
      maxAgeMs: secretMaxAgeMs,
      notify: createAuthorityTelemetry(log, name),
    }),
    profile: parseProfile(profile),
    timezone,
    credentials: () => login.credentials(),
    timeouts,
    now,
    onClockDifference: createClockTelemetry({ log, metrics, now }, name),
  });
  const guarded = withDefects(withLogin(login, client), createLogDefect(log, name));
  const port = withSharedReads(guarded, { members, now });
  const clockDiffers = () => client.clockDiffers;
  return { confirmWithinMs, deadlineMs, oldEvents, drainPerSecond: 1_000, port, clockDiffers };
}

const toMessageId = (at: number) => `m${at + 1}`;

function toRecord(event: unknown, at: number, receives: number): SQSRecord {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  return anSqsRecord({ messageId: toMessageId(at), body, receives });
}
