import type { Timeouts } from '../../autosys/client/index.ts';
import type { EmulatorOptions } from '../../emulator/index.ts';
import { type EmbeddedAutosys, embedAutosys } from './emulator.ts';
import { openSandbox, readRoutes, type Sandbox } from './sandbox.ts';

/** A bridge between AWS events and one embedded AutoSys; more sandboxes may be opened on it. */
export interface Bridge extends AsyncDisposable {
  readonly autosys: EmbeddedAutosys;
  readonly sandbox: Sandbox;
  /** Another sandbox of the same function, which knows nothing of the first. */
  readonly openAnother: () => Sandbox;
  /** The secrets as Secrets Manager holds them. */
  readonly secrets: Record<string, string>;
  /** The value of a global variable, where it is set. */
  readonly globalVariable: (name: string) => string | undefined;
  readonly status: (job: string) => string | undefined;
  /** How often the job was started. */
  readonly runs: (job: string) => number;
}

/** What a bridge is built of. */
export interface BridgeOptions {
  /** What follows `routes:` in the route file. */
  readonly routes: string;
  readonly jil?: string;
  readonly autosys?: Pick<EmulatorOptions, 'permissions' | 'unknownJobStatus' | 'profiles'>;
  /** More endpoints of the same AutoSys, asked after the first. */
  readonly standby?: readonly EmbeddedAutosys[];
  readonly timeouts?: Partial<Timeouts>;
}

/** Builds a bridge: route file, sandbox, embedded AutoSys, all on one clock. */
export async function buildBridge(options: BridgeOptions): Promise<Bridge> {
  const { routes, jil = '', standby = [], timeouts } = options;
  const autosys = await embedAutosys({ jil, ...options.autosys });
  const { emulator, clock } = autosys;
  const config = readRoutes(routes, [[autosys, ...standby]]);
  const secrets = { 'autosys/ACE': toSecret(emulator) };
  const open = () => openSandbox({ config, secrets, clock, ...(timeouts && { timeouts }) });
  return {
    autosys,
    sandbox: open(),
    openAnother: open,
    secrets,
    globalVariable: (name) => emulator.instance.globalVariable(name)?.value,
    status: (job) => emulator.instance.job(job)?.status,
    // Numbers of runs are counted over all jobs of an AutoSys.
    runs: (job) => new Set(emulator.instance.job(job)?.history.map(({ run }) => run)).size,
    [Symbol.asyncDispose]: () => autosys[Symbol.asyncDispose](),
  };
}

/** The text of the secret that holds a login. */
export function toSecret({ user, password }: { readonly user: string; readonly password: string }) {
  return JSON.stringify({ username: user, password });
}
