import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutosysClient } from '../../autosys/client/index.ts';
import type { Emulator } from '../../emulator/index.ts';
import type { BusinessDays } from '../../lambda/routing/business-day.ts';
import type { Home } from '../../lambda/routing/origin.ts';
import { readConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { startWorlds, type Worlds } from '../play/worlds.ts';

/** The directory that holds `cdk.json` and `examples/`. */
export const project = join(import.meta.dirname, '../..');

/** The embedded worlds of the example, with its only AutoSys. */
export interface DemoStage extends Worlds {
  readonly autosys: Emulator;
  /** A client of the embedded AutoSys, with the login of an operator. */
  readonly operator: AutosysClient;
  /** Business days of the groups of the example. */
  readonly days: readonly BusinessDays[];
}

/** What the demo changes in the example. */
export interface DemoStageOptions {
  readonly schedules: Parameters<typeof startWorlds>[1]['schedules'];
  /** Time after which the sweep asks AWS about a run. @default - that of each route */
  readonly endsWithinMs?: number;
}

/**
 * Starts the embedded AutoSys with the example's JIL, and the embedded AWS with the stack of the
 * example's route file.
 *
 * @param home account and Region of the stack, for routes without `account` or `region`
 */
export async function startDemoStage(
  io: Io,
  home: Home,
  { schedules, endsWithinMs }: DemoStageOptions,
): Promise<DemoStage> {
  await using stack = new AsyncDisposableStack();
  const name = 'examples/jobs.jil';
  const text = readFileSync(join(project, name), 'utf8');
  const configPath = join(project, 'examples/bridge.yaml');
  const { config } = await readConfig(io, configPath);
  const routes = config.routes.map((route) => ({
    ...route,
    endsWithinMs: endsWithinMs ?? route.endsWithinMs,
  }));
  const worlds = stack.use(
    await startWorlds(io, {
      ...{ project, configPath, home, schedules },
      config: { ...config, routes },
      jilOf: () => [{ name, text }],
    }),
  );
  const [autosys] = worlds.autosyses.values();
  if (autosys === undefined) throw new Error('examples/bridge.yaml has no instance');
  const operator = stack.use(
    new AutosysClient({
      endpoints: [autosys.url],
      certificateAuthority: autosys.certificateAuthority,
      credentials: async () => ({ username: autosys.user, password: autosys.password }),
    }),
  );
  const resources = stack.move();
  const days = (config.groups ?? []).map(({ day }) => day);
  return {
    ...worlds,
    autosys,
    operator,
    days,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
