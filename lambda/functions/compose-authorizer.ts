import { readFileSync } from 'node:fs';
import { createReadSecret } from '../aws/credentials.ts';
import { readFunctionSettings } from '../config.ts';
import { createAuthorize } from '../launch/authorize.ts';
import { createCallerTelemetry } from '../launch/launch-telemetry.ts';
import { secretMaxAgeMs } from '../policies.ts';
import type { Log } from '../telemetry/report-telemetry.ts';

/**
 * Creates the check of logins.
 *
 * @throws {ConfigError}
 */
export function composeAuthorizer(env: Readonly<Record<string, string | undefined>>, log: Log) {
  const { bridge } = readFunctionSettings(env, (path) => readFileSync(path, 'utf8'));
  return createAuthorize({
    callers: bridge.callers,
    readSecret: createReadSecret(),
    now: () => new Date(),
    maxAgeMs: secretMaxAgeMs,
    onFailure: createCallerTelemetry({ log }),
  });
}
