import type { Timeouts } from '../../autosys/client/index.ts';
import type { EmulatorOptions, ManualClock } from '../../emulator/index.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { type EmbeddedAutosys, embedAutosys } from './emulator.ts';
import { openSandbox, readRoutes, type Sandbox } from './sandbox.ts';
import { createRecordedTable, type RecordedTable, readDue, readParked } from './table.ts';

/** A bridge between AWS events and one embedded AutoSys; more sandboxes may be opened on it. */
export interface Bridge extends AsyncDisposable {
  readonly autosys: EmbeddedAutosys;
  readonly sandbox: Sandbox;
  /** Another sandbox of the same function, which shares nothing with the first but the ledger's table. */
  readonly openAnother: (ports?: SandboxPorts) => Sandbox;
  /** The ledger's table, which all sandboxes share. */
  readonly table: RecordedTable;
  /** What stands in the ledger for a person to look at. */
  readonly parked: () => ReturnType<typeof readParked>;
  /** What stands in the ledger to be brought about. */
  readonly due: () => ReturnType<typeof readDue>;
  /** The secrets as Secrets Manager holds them. */
  readonly secrets: Record<string, string>;
  /** The value of a global variable, where it is set. */
  readonly globalVariable: (name: string) => string | undefined;
  readonly status: (job: string) => string | undefined;
  /** How often the job was started. */
  readonly runs: (job: string) => number;
}

/** What another sandbox has of its own. */
export interface SandboxPorts {
  readonly table?: Table;
  readonly clock?: Pick<ManualClock, 'now' | 'advance'>;
}

/** What a bridge is built of. */
export interface BridgeOptions {
  /** What follows `routes:` in the route file. */
  readonly routes: string;
  readonly jil?: string;
  readonly autosys?: Pick<
    EmulatorOptions,
    'permissions' | 'unknownJobStatus' | 'profiles' | 'eventDelayMs' | 'globalColumns' | 'timezone'
  >;
  /** Of the instance in the route file, such as `maintenance: [{ … }]`. */
  readonly settings?: string;
  /** More endpoints of the same AutoSys, asked after the first. */
  readonly standby?: readonly EmbeddedAutosys[];
  readonly timeouts?: Partial<Timeouts>;
}

/** Builds a bridge: route file, sandbox, embedded AutoSys, all on one clock. */
export async function buildBridge(options: BridgeOptions): Promise<Bridge> {
  const { routes, jil = '', standby = [], timeouts, settings } = options;
  const autosys = await embedAutosys({ jil, ...options.autosys });
  const { emulator, clock } = autosys;
  const config = readRoutes(routes, [[autosys, ...standby]], settings);
  const secrets = { 'autosys/ACE': toSecret(emulator) };
  const table = createRecordedTable({ now: () => clock.now() });
  const open = (ports: SandboxPorts = {}) =>
    openSandbox({ config, secrets, clock, table, ...ports, ...(timeouts && { timeouts }) });
  return {
    autosys,
    sandbox: open(),
    openAnother: open,
    table,
    parked: () => readParked(table),
    due: () => readDue(table),
    secrets,
    globalVariable: (name) => emulator.instance.globalVariable(name)?.value,
    status: (job) => emulator.instance.job(job)?.status,
    // Numbers of runs are counted over all jobs of an AutoSys.
    runs: (job) => new Set(emulator.instance.job(job)?.history.map(({ run }) => run)).size,
    [Symbol.asyncDispose]: () => autosys[Symbol.asyncDispose](),
  };
}

/**
 * Lets minutes pass; after each, another sandbox drains, as the sweep function does.
 *
 * @param afterDrain called after each drain
 */
export async function passMinutes(
  { autosys, openAnother }: Bridge,
  minutes: number,
  afterDrain?: () => Promise<void>,
): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    await autosys.clock.advance(60_000);
    await openAnother().drain();
    await afterDrain?.();
  }
}

/** The last path segment of each request that sent an event to AutoSys, in the order of arrival. */
export function sentTo({ autosys: { emulator } }: Bridge) {
  return emulator
    .requests()
    .filter(({ path }) => path.includes('/event/'))
    .map(({ path }) => path.split('/').at(-1));
}

/** The text of the secret that holds a login. */
export function toSecret({ user, password }: { readonly user: string; readonly password: string }) {
  return JSON.stringify({ username: user, password });
}
