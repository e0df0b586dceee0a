import type { AutosysInstance } from '../../autosys/names.ts';
import { createPutPage } from '../aws/put-page.ts';
import { environment } from '../contract.ts';
import { ConfigError } from '../errors.ts';
import { createListNightJobs } from '../night/list-jobs.ts';
import { createNightTelemetry } from '../night/night-telemetry.ts';
import { createWriteNightPages } from '../night/write-pages.ts';
import { createLogDefect } from '../telemetry/defects.ts';
import type { Log } from '../telemetry/report-telemetry.ts';
import { composeBridge } from './compose.ts';

/**
 * Creates the night function.
 *
 * @throws {ConfigError}
 */
export function composeNight(env: Readonly<Record<string, string | undefined>>, log: Log) {
  const { bridge, deps, metrics, keepSlots } = composeBridge(env, log);
  const { night } = bridge;
  const bucket = env[environment.nightBucket];
  if (night === undefined || !bucket) {
    throw new ConfigError([
      ...(night ? [] : ['the route file has no night; write it again with cdk synth']),
      ...(bucket ? [] : [`${environment.nightBucket} is not set`]),
    ]);
  }
  const timezones = new Map(bridge.instances.map(({ name, timezone }) => [name, timezone]));
  const writeNightPages = createWriteNightPages({
    ...{ night, table: deps.table, now: deps.now, newLeaseId: deps.newLeaseId },
    timezoneOf: (instance: AutosysInstance) => timezones.get(instance) ?? 'UTC',
    listJobs: createListNightJobs({ ...deps, onDefect: deps.onDefect ?? createLogDefect(log) }),
    putPage: createPutPage(bucket),
    telemetry: createNightTelemetry({ log, metrics }),
  });
  return { writeNightPages, metrics, keepSlots, now: deps.now };
}
