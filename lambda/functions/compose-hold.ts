import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFunctionSettings } from '../config.ts';
import { createDeferEnd } from '../launch/array-exit.ts';
import { createHandleHold } from '../launch/handle-hold.ts';
import { createLaunchTelemetry } from '../launch/launch-telemetry.ts';
import { createLaunchedRuns } from '../launch/launched-runs.ts';
import { createLaunches } from '../launch/launches.ts';
import { createRunStatus } from '../launch/run-status.ts';
import { createDynamoTable } from '../ledger/store/dynamo-table.ts';
import { createLogDefect } from '../telemetry/defects.ts';
import type { Log } from '../telemetry/report-telemetry.ts';

/**
 * Creates the handling of held requests: the ledger, and nothing else of AWS or AutoSys.
 *
 * @throws {ConfigError}
 */
export function composeHold(env: Readonly<Record<string, string | undefined>>, log: Log) {
  const settings = readFunctionSettings(env, (path) => readFileSync(path, 'utf8'));
  const { bridge, ledgerTable, account, region } = settings;
  const { targets, callers, instances } = bridge;
  const now = () => new Date();
  const table = createDynamoTable({ tableName: ledgerTable, now });
  return createHandleHold({
    rules: { targets, callers, instances: instances.map(({ name }) => name) },
    runStatus: createRunStatus({
      launches: createLaunches({ table, now }),
      runs: createLaunchedRuns({ table, now, home: { account, region }, targets }),
      targets,
      region,
      now,
      random: Math.random,
      completeEnd: createDeferEnd({ targets }),
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, { signal });
      },
    }),
    onAnswer: createLaunchTelemetry({ log }),
    onDefect: createLogDefect(log),
  });
}
