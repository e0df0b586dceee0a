import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { type NamedSecret, RouteFileError } from '../../route-file/index.ts';
import { defineCommand } from '../command.ts';
import { readConfig } from '../config.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { keptDays, type LiveValues, liveOptions, requireLive } from '../live/live-options.ts';
import { countRows, type LiveRow, toLiveExitCode } from '../live/live-row.ts';
import { printLive } from '../live/print-live.ts';
import type { CheckedSecrets } from '../validate/check-secrets.ts';
import { printContent } from '../validate/print-content.ts';
import { printFaults } from '../validate/print-faults.ts';

/**
 * `validate`: checks the route file as synth does, and its secrets as the functions do. Prints
 * every fault with its location, or the content of a valid file.
 */
export const validate = defineCommand({
  name: 'validate',
  summary: 'checks a route file, and prints every fault with its location',
  options: {
    secrets: {
      type: 'boolean',
      about: 'also read and check the secrets that the file names, as the functions do',
    },
    ...liveOptions,
  },
  positionals: { value: 'FILE', about: 'route file, such as bridge.yaml; - for stdin' },
  notes: [
    'If the file is invalid, each fault is printed on stderr as FILE:LINE:COLUMN with its line, and the command ends with 1. With --json the faults are printed as data on stdout.',
    'With --secrets each secret is read once, in the account and Region of your environment (AWS_REGION, AWS_PROFILE). Use those of the stack. This needs secretsmanager:GetSecretValue, and kms:Decrypt if the secret has its own key. The content of a secret is never printed.',
    'A secret that is missing, denied or invalid is a fault of the line that names it. If Secrets Manager could not be reached and the file has no fault, the command ends with 3.',
    'With --live a valid file is compared with AWS, AutoSys and the ledger: whether state machines, queues, job definitions and AutoSys jobs exist, whether the roles of --stack may read their secrets, whether conditions wait for values that the routes can set, and which routes have matched nothing. Nothing is changed. docs/validate.md has every row and the permissions.',
    'The logins of AutoSys come from the secrets, unless --user and --password-file or the environment give one. With --stack or --table a rejected login counts towards the limit that all functions share.',
    `The ledger keeps rows for ${keptDays} days. With --jil and without --live only the conditions of the files are compared; nothing is called.`,
    'The command ends with 1 if there is a finding, else with 3 if a check could not be made (each is a row with the reason), else with 0.',
  ],
  examples: [
    'validate bridge.yaml',
    'validate bridge.yaml --json',
    'validate bridge.yaml --secrets',
    'validate bridge.yaml --jil jobs.jil',
    'validate bridge.yaml --live --stack AutosysBridge --json',
  ],
  run: async ({ options, positionals, json, io }) => {
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) {
      const found = path === undefined ? 'none' : `${positionals.length}`;
      throw new CommandLineError('validate', [`expected one FILE, found ${found}`]);
    }
    requireLive(options);
    const file = await readOrReject(io, path);
    const checked = options.secrets ? await checkSecretsOf(file.secrets, io) : undefined;
    const fileFaults = file instanceof RouteFileError ? file.problems : [];
    const { source } = file;
    const faults = [...fileFaults, ...(checked?.faults ?? [])];
    if (file instanceof RouteFileError || faults.length + (checked?.unread.length ?? 0) > 0) {
      printFaults({ source, faults, unread: checked?.unread }, io, json);
      return faults.length > 0 ? exitCodes.rejected : exitCodes.unknown;
    }
    const warnings = [...file.warnings, ...(checked?.warnings ?? [])];
    const live = await readLiveRows(file.config, options, { io, json });
    const content = { file: { ...file, warnings }, secrets: checked && file.secrets, live };
    printContent(content, io, json);
    return live === undefined ? exitCodes.done : printRows(live, io, json);
  },
});

/** The rows of the live checks; `undefined` if none was requested. Their code is loaded only here. */
async function readLiveRows(
  config: BridgeConfig,
  options: LiveValues,
  invocation: { readonly io: Io; readonly json: boolean },
): Promise<readonly LiveRow[] | undefined> {
  if (!options.live && options.jil.length === 0) return undefined;
  const { checkJilOnly, checkLive } = await import('../live/check-live.ts');
  const { readLiveSettings } = await import('../live/live-settings.ts');
  const settings = readLiveSettings(options, config.instances, invocation.io);
  return (options.live ? checkLive : checkJilOnly)(config, settings, invocation);
}

function printRows(rows: readonly LiveRow[], io: Io, json: boolean): ExitCode {
  if (!json) printLive(rows, io);
  return toLiveExitCode(countRows(rows));
}

/** Loads the AWS SDK, which takes longer than the check of a file, only with --secrets. */
async function checkSecretsOf(secrets: readonly NamedSecret[], io: Io): Promise<CheckedSecrets> {
  const { checkSecrets } = await import('../validate/check-secrets.ts');
  return checkSecrets(secrets, io);
}

/**
 * Reads the route file, or returns the error with its faults. Both list the secrets of the file.
 */
async function readOrReject(io: Io, path: string) {
  try {
    return await readConfig(io, path);
  } catch (error) {
    if (error instanceof RouteFileError) return error;
    throw error;
  }
}
