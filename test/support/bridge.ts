import type { Timeouts } from '../../autosys/client/index.ts';
import type { EmulatorOptions, ManualClock } from '../../emulator/index.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { type EmbeddedAutosys, embedAutosys } from './emulator.ts';
import { openSandbox, readRoutes, type Sandbox } from './sandbox.ts';
import { createRecordedTable, type RecordedTable, readDue, readParked } from './table.ts';

/**
 * A bridge between AWS events and one embedded AutoSys. Tests may open more execution environments.
 */
export interface Bridge extends AsyncDisposable {
  readonly autosys: EmbeddedAutosys;
  readonly sandbox: Sandbox;
  /**
   * Opens another execution environment of the same function. It shares only the ledger table with
   * the first.
   */
  readonly openAnother: (ports?: SandboxPorts) => Sandbox;
  /** The ledger table, shared by all execution environments. */
  readonly table: RecordedTable;
  /** Returns the parked entries. */
  readonly parked: () => ReturnType<typeof readParked>;
  /** Returns the due entries. */
  readonly due: () => ReturnType<typeof readDue>;
  /** The secrets in Secrets Manager. */
  readonly secrets: Record<string, string>;
  /** Returns the value of a global variable; `undefined` if it is not set. */
  readonly globalVariable: (name: string) => string | undefined;
  readonly status: (job: string) => string | undefined;
  /** Returns the number of starts of the job. */
  readonly runs: (job: string) => number;
}

/** Options of another execution environment. */
export interface SandboxPorts {
  readonly table?: Table;
  readonly clock?: Pick<ManualClock, 'now' | 'advance'>;
}

/** Options of {@link buildBridge}. */
export interface BridgeOptions {
  /** The text after `routes:` in the route file. */
  readonly routes: string;
  readonly jil?: string;
  readonly autosys?: Pick<
    EmulatorOptions,
    'permissions' | 'unknownJobStatus' | 'profiles' | 'eventDelayMs' | 'globalColumns' | 'timezone'
  >;
  /** Settings of the instance in the route file, such as `maintenance: [{ … }]`. */
  readonly settings?: string;
  /** More endpoints of the same AutoSys, tried after the first. */
  readonly standby?: readonly EmbeddedAutosys[];
  readonly timeouts?: Partial<Timeouts>;
}

/** Builds a bridge: route file, execution environment and embedded AutoSys on one clock. */
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
    // AutoSys counts run numbers over all its jobs.
    runs: (job) => new Set(emulator.instance.job(job)?.history.map(({ run }) => run)).size,
    [Symbol.asyncDispose]: () => autosys[Symbol.asyncDispose](),
  };
}

/**
 * Advances the clock minute by minute. After each minute another execution environment drains, as
 * the sweep function does.
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

/**
 * Returns the last path segment of each request that sent an event to AutoSys, in order of arrival.
 */
export function sentTo({ autosys: { emulator } }: Bridge) {
  return emulator
    .requests()
    .filter(({ path }) => path.includes('/event/'))
    .map(({ path }) => path.split('/').at(-1));
}

/** Returns the text of a secret with a login. */
export function toSecret({ user, password }: { readonly user: string; readonly password: string }) {
  return JSON.stringify({ username: user, password });
}
