import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { configFileName, environment } from '../../lambda/contract.ts';
import type { BridgeConfig, InstanceConfig } from '../../lambda/routing/routes.ts';
import {
  type Local,
  ManualLocalClock,
  type QueueInvocation,
  type RestFrontSettings,
  readWiring,
  startLocal,
  type WiredFunction,
  type Wiring,
} from '../../local/index.ts';

/** The project directory, which holds `cdk.json` and `examples/`. */
export const project = join(import.meta.dirname, '../..');
/** Account and Region of the examples. */
export const home = { account: '111122223333', region: 'eu-west-1' } as const;

/** Reads a file of the project. */
export const readProject = (path: string) => readFileSync(join(project, path), 'utf8');

/** The events of the example night, in the order in which AWS emits them. */
export const exampleEvents: readonly ExampleEvent[] = JSON.parse(
  readProject('examples/events.json'),
);

/** The parts of an event that the tests read. */
export interface ExampleEvent {
  readonly id: string;
  readonly detail: { readonly status: string };
}

/** Returns the example event with this id. */
export function exampleEvent(id: string): ExampleEvent {
  const event = exampleEvents.find((one) => one.id.startsWith(id));
  if (event === undefined) throw new Error(`examples/events.json has no event ${id}…`);
  return event;
}

/** Returns the wiring of a synthesized assembly. */
export const wiringOf = (directory: string): Wiring => readWiring(directory, home);

/** Returns the report function. */
export function reportFunction(wiring: Wiring): WiredFunction {
  const found = wiring.functions.find(({ id }) => id.includes('Report'));
  if (found === undefined) throw new Error('the assembly has no report function');
  return found;
}

/** Returns the compiled route file beside the bundle. */
export function shippedConfig(wiring: Wiring): BridgeConfig {
  return JSON.parse(readFileSync(join(reportFunction(wiring).taskRoot, configFileName), 'utf8'));
}

/** The shipped bundle between the embedded AWS and an embedded AutoSys. */
export interface TestSystem extends AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  /** The clock of bus, queues and pollers. AutoSys and the function use real time. */
  readonly clock: ManualLocalClock;
  /** Resolves when the function has been invoked `count` times, with any result. */
  untilInvoked(times: number): Promise<readonly QueueInvocation[]>;
  /** Log lines of the function, as JSON. */
  lines(): readonly Readonly<Record<string, unknown>>[];
}

/**
 * Starts the embedded AWS and the embedded AutoSys around the assembly. Only the addresses of
 * AutoSys are replaced.
 */
export async function startTestSystem(
  directory: string,
  {
    jil,
    secret,
    settings = {},
    change = (config) => config,
    variables = {},
    secrets = {},
    rest,
  }: {
    readonly jil: string;
    readonly secret?: string;
    /** Settings of each instance, in place of those of the examples. */
    readonly settings?: Partial<InstanceConfig>;
    /** Changes the rest of the compiled route file. */
    readonly change?: (config: BridgeConfig) => BridgeConfig;
    /** Environment variables in addition to those of the stack. */
    readonly variables?: Readonly<Record<string, string>>;
    /** Secrets in addition to those of the instances. */
    readonly secrets?: Readonly<Record<string, string>>;
    /** Certificate and network of the REST APIs. @default - none is served */
    readonly rest?: RestFrontSettings;
  },
): Promise<TestSystem> {
  await using stack = new AsyncDisposableStack();
  const autosys = stack.use(
    await startEmulator({ jil: [{ name: 'test.jil', text: jil }], eventDelayMs: 10 }),
  );
  const shipped = shippedConfig(wiringOf(directory));
  const { url: endpoint, certificateAuthority } = autosys;
  const instances = shipped.instances.map((instance) => {
    return { ...instance, endpoints: [endpoint], certificateAuthority, ...settings };
  });
  const folder = mkdtempSync(join(tmpdir(), 'bridge-'));
  stack.defer(() => rmSync(folder, { recursive: true }));
  const path = join(folder, configFileName);
  writeFileSync(path, JSON.stringify(change({ ...shipped, instances })));
  const login = JSON.stringify({ username: autosys.user, password: autosys.password });
  const clock = new ManualLocalClock();
  const aws = stack.use(
    await startLocal({
      ...home,
      clock,
      cloudAssembly: directory,
      // Some tests advance the clock by hours. The schedules must not run each minute.
      schedules: 'byHand',
      environment: () => ({ [environment.config]: path, ...variables }),
      secrets: {
        ...Object.fromEntries(instances.map((one) => [one.secret, secret ?? login])),
        ...secrets,
      },
      ...(rest && { rest }),
    }),
  );
  const held = stack.move();
  return {
    autosys,
    aws,
    clock,
    untilInvoked: (times) => untilInvoked(aws, times),
    lines: () => aws.logs().map(({ line }) => JSON.parse(line)),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function untilInvoked(aws: Local, times: number): Promise<readonly QueueInvocation[]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = () => {
    if (aws.invocations().length >= times) resolve();
  };
  const stop = aws.onInvocation(check);
  check();
  await promise;
  stop();
  return aws.invocations();
}
