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
  readWiring,
  startLocal,
  type WiredFunction,
  type Wiring,
} from '../../local/index.ts';

/** The directory that holds `cdk.json`, `examples/` and everything else. */
export const project = join(import.meta.dirname, '../..');
/** Where the examples play. */
export const home = { account: '111122223333', region: 'eu-west-1' } as const;

/** The text of a file of the project. */
export const readProject = (path: string) => readFileSync(join(project, path), 'utf8');

/** The events of the example night, in the order in which AWS announces them. */
export const exampleEvents: readonly ExampleEvent[] = JSON.parse(
  readProject('examples/events.json'),
);

/** As much of an event as the tests ask for; the bridge reads it by itself. */
export interface ExampleEvent {
  readonly id: string;
  readonly detail: { readonly status: string };
}

/** The example event with this id. */
export function exampleEvent(id: string): ExampleEvent {
  const event = exampleEvents.find((one) => one.id.startsWith(id));
  if (event === undefined) throw new Error(`examples/events.json has no event ${id}…`);
  return event;
}

/** What a synthesized assembly asks for. */
export const wiringOf = (directory: string): Wiring => readWiring(directory, home);

/** The one function whose handler reports. */
export function reportFunction(wiring: Wiring): WiredFunction {
  const found = wiring.functions.find(({ id }) => id.includes('Report'));
  if (found === undefined) throw new Error('the assembly has no report function');
  return found;
}

/** The compiled route file that lies beside the bundle. */
export function shippedConfig(wiring: Wiring): BridgeConfig {
  return JSON.parse(readFileSync(join(reportFunction(wiring).taskRoot, configFileName), 'utf8'));
}

/** The shipped bundle between the embedded AWS and an embedded AutoSys. */
export interface Stage extends AsyncDisposable {
  readonly autosys: Emulator;
  readonly aws: Local;
  /** The time of bus, queues and pollers; AutoSys and the function keep real time. */
  readonly clock: ManualLocalClock;
  /** Resolves when the function has been invoked so many times, whatever came of it. */
  untilInvoked(times: number): Promise<readonly QueueInvocation[]>;
  /** Everything the function has written, line by line, as JSON. */
  lines(): readonly Readonly<Record<string, unknown>>[];
}

/** Starts both worlds around what was synthesized; only the addresses of AutoSys are exchanged. */
export async function setStage(
  directory: string,
  {
    jil,
    secret,
    settings = {},
    bend = (config) => config,
    variables = {},
  }: {
    readonly jil: string;
    readonly secret?: string;
    /** Of each instance, in the place of those of the examples. */
    readonly settings?: Partial<InstanceConfig>;
    /** The rest of the compiled route file, in the place of that of the examples. */
    readonly bend?: (config: BridgeConfig) => BridgeConfig;
    /** Environment variables beside those of the stack. */
    readonly variables?: Readonly<Record<string, string>>;
  },
): Promise<Stage> {
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
  writeFileSync(path, JSON.stringify(bend({ ...shipped, instances })));
  const login = JSON.stringify({ username: autosys.user, password: autosys.password });
  const clock = new ManualLocalClock();
  const aws = stack.use(
    await startLocal({
      ...home,
      clock,
      cloudAssembly: directory,
      // Virtual hours pass in some tests, and a minute of them wakes nobody.
      schedules: 'byHand',
      environment: () => ({ [environment.config]: path, ...variables }),
      secrets: Object.fromEntries(instances.map((one) => [one.secret, secret ?? login])),
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
