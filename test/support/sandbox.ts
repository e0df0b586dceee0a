import type { SQSRecord } from 'aws-lambda';
import {
  AutosysClient,
  decideNext,
  parseProfile,
  type Timeouts,
} from '../../autosys/client/index.ts';
import { findProfileFaults } from '../../autosys/client/profile-faults.ts';
import type { ManualClock } from '../../emulator/index.ts';
import { createAccount, type LogFields } from '../../lambda/report/account.ts';
import { createBatch } from '../../lambda/report/batch.ts';
import { createMemoryLedger } from '../../lambda/report/ledger.ts';
import { Login } from '../../lambda/report/login.ts';
import { createReport } from '../../lambda/report/report.ts';
import type { Autosys } from '../../lambda/report/settle.ts';
import { type Credentials, parseCredentials } from '../../lambda/shared/credentials.ts';
import { describeError } from '../../lambda/shared/errors.ts';
import { readRouteFile } from '../../lambda/shared/route-file/index.ts';
import {
  type BridgeConfig,
  createRouteIndex,
  type InstanceConfig,
} from '../../lambda/shared/routes.ts';
import type { EmbeddedAutosys } from './emulator.ts';

/** What a sandbox needs: its route file, its secrets, its time. */
export interface SandboxOptions {
  readonly config: BridgeConfig;
  /** The text of each secret by name; changed by tests as a rotation does. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly clock: ManualClock;
  readonly timeouts?: Partial<Timeouts>;
}

/** A line of the log with its level and message. */
export type SandboxLine = LogFields & { readonly level: string; readonly message: string };

/** The report function in one sandbox: what it is given, and what it wrote. */
export interface Sandbox {
  /**
   * Takes a batch of EventBridge events, or texts that should be some.
   *
   * @param receiveCount how often the queue has handed them out, this time included
   * @param signal falls when the time of the invocation is over
   * @returns those that go back to the queue
   */
  take<Event>(
    events: readonly Event[],
    receiveCount?: number,
    signal?: AbortSignal,
  ): Promise<readonly Event[]>;
  readonly lines: readonly SandboxLine[];
  /** Sums by metric name. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly secretReads: () => number;
}

/** How patient the handler is; the pauses are the clock's. */
const policy = { maxAttempts: 3, firstDelayMs: 200, maxDelayMs: 2_000 };

/** Compiles a route file whose instances are embedded ones; `routes` is what follows `routes:` in YAML. */
export function readRoutes(
  routes: string,
  autosyses: readonly (readonly EmbeddedAutosys[])[],
): BridgeConfig {
  const instances = autosyses.map((endpoints) => {
    const [first] = endpoints;
    const { name, timezone } = first?.emulator.instance ?? { name: '', timezone: '' };
    const urls = endpoints.map(({ emulator }) => emulator.url).join(', ');
    return `  ${name}: { endpoints: [${urls}], secret: autosys/${name}, ca: ca.pem, timezone: ${timezone}, confirmWithin: 2s }`;
  });
  const text = `instances:\n${instances.join('\n')}\nroutes:\n${routes}\n`;
  // All embedded instances of one test file share their authority.
  const readText = () => autosyses[0]?.[0]?.emulator.certificateAuthority;
  return readRouteFile({ name: 'bridge.yaml', text }, readText, findProfileFaults).config;
}

/** Opens a sandbox of the report function, bound as its handler binds it, on the clock of the embedded AutoSys. */
export function openSandbox({ config, secrets, clock, timeouts }: SandboxOptions): Sandbox {
  const lines: SandboxLine[] = [];
  const metrics: Record<string, number> = {};
  const add = (name: string, value: number) => {
    metrics[name] = (metrics[name] ?? 0) + value;
  };
  const write = (level: string) => (message: string, fields: LogFields) => {
    lines.push({ ...fields, level, message });
  };
  let secretReads = 0;
  const readCredentials = async (secret: string): Promise<Credentials> => {
    secretReads += 1;
    return parseCredentials(secret, secrets[secret]);
  };
  const now = () => clock.now();
  const autosysByName = new Map(
    config.instances.map((instance) => [
      instance.name,
      connect(instance, { readCredentials, now, timeouts }),
    ]),
  );
  const batch = createBatch({
    report: createReport({
      routes: createRouteIndex(config.routes),
      ledger: createMemoryLedger(),
      autosysFor: (name) => {
        const autosys = autosysByName.get(name);
        if (autosys === undefined) throw new Error(`${name} is no instance`);
        return autosys;
      },
      now,
      pause: (ms) => clock.advance(ms),
      decideNext: (facts) => decideNext({ ...facts, noise: 0 }, policy),
    }),
    account: createAccount({
      log: { info: write('info'), warn: write('warn'), error: write('error') },
      metrics: { count: (name) => add(name, 1), milliseconds: add },
    }),
    onUnexpected: (messageId, error) =>
      write('error')('retry', { messageId, ...describeError(error) }),
  });
  return {
    lines,
    metrics,
    secretReads: () => secretReads,
    take: async (events, receiveCount = 1, signal = new AbortController().signal) => {
      const Records = events.map((event, at) => toRecord(event, at, receiveCount));
      const { batchItemFailures } = await batch({ Records }, signal);
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      return events.filter((_, at) => failed.has(toMessageId(at)));
    },
  };
}

interface Connecting {
  readonly readCredentials: (secret: string) => Promise<Credentials>;
  readonly now: () => Date;
  readonly timeouts: Partial<Timeouts> | undefined;
}

function connect(
  instance: InstanceConfig,
  { readCredentials, now, timeouts }: Connecting,
): Autosys {
  const { endpoints, certificateAuthority, profile, secret, timezone, confirmWithinMs } = instance;
  const login = new Login({ secret, readCredentials, now, maxAgeMs: 300_000 });
  const client = new AutosysClient({
    endpoints,
    certificateAuthority,
    profile: parseProfile(profile),
    timezone,
    credentials: () => login.credentials(),
    timeouts,
    now,
  });
  return {
    confirmWithinMs,
    port: {
      sendEvent: (event, options) => login.call(() => client.sendEvent(event, options)),
      readJob: (job, options) => login.call(() => client.readJob(job, options)),
      readGlobalVariable: (name, options) =>
        login.call(() => client.readGlobalVariable(name, options)),
    },
  };
}

const toMessageId = (at: number) => `m${at + 1}`;

function toRecord(event: unknown, at: number, receiveCount: number): SQSRecord {
  return {
    messageId: toMessageId(at),
    receiptHandle: '',
    body: typeof event === 'string' ? event : JSON.stringify(event),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'eu-west-1',
  };
}
