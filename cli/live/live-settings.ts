import { didYouMean } from '../../autosys/suggest.ts';
import type { SecretCredentials } from '../../lambda/aws/secret-login.ts';
import type { InstanceConfig } from '../../lambda/routing/routes.ts';
import { readPassword } from '../connection.ts';
import { CommandLineError } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { defaultTimeoutSeconds, defaultUnmatchedDays, type LiveValues } from './live-options.ts';

/** Settings of the live checks. */
export interface LiveSettings {
  readonly instances: readonly InstanceConfig[];
  readonly jil: readonly string[];
  readonly stack: string | undefined;
  readonly table: string | undefined;
  readonly unmatchedDays: number;
  readonly timeoutMs: number;
  readonly credentials: SecretCredentials | undefined;
}

/**
 * The settings in the options and the environment.
 *
 * @throws {CommandLineError} with everything that is wrong
 */
export function readLiveSettings(
  values: LiveValues,
  all: readonly InstanceConfig[],
  io: Io,
): LiveSettings {
  const instances = selectInstances(values, all);
  // Without --live nothing signs in.
  const credentials = values.live ? readLogin(values, io) : undefined;
  const [first, second] = instances;
  const reason = values.jil.length > 0 ? '--jil' : credentials && 'a login (--user, $AUTOSYS_USER)';
  if (reason && first && second) {
    throw new CommandLineError('validate', [
      `--instance: missing, expected one of ${instances.map(({ name }) => name).join(', ')}, because ${reason} applies to one instance only`,
    ]);
  }
  return {
    instances,
    jil: values.jil,
    stack: values.stack,
    table: values.table ?? (io.env['LEDGER_TABLE'] || undefined),
    unmatchedDays: values['unmatched-days'] ?? defaultUnmatchedDays,
    timeoutMs: (values.timeout ?? defaultTimeoutSeconds) * 1_000,
    credentials,
  };
}

function selectInstances(
  { instance }: LiveValues,
  all: readonly InstanceConfig[],
): readonly InstanceConfig[] {
  if (instance === undefined) return all;
  const chosen = all.filter(({ name }) => name === instance);
  if (chosen.length > 0) return chosen;
  const names = all.map(({ name }) => name);
  throw new CommandLineError('validate', [
    `--instance: expected one of ${names.join(', ')}, found ${JSON.stringify(instance)}${didYouMean(instance, names)}`,
  ]);
}

function readLogin(values: LiveValues, io: Io): SecretCredentials | undefined {
  const username = values.user ?? io.env['AUTOSYS_USER'];
  const password = readPassword(values['password-file'], io);
  if (username && password) return { username, password };
  if (!username && !password) return undefined;
  throw new CommandLineError('validate', [
    username
      ? '--password-file: missing, and $AUTOSYS_PASSWORD is not set; give the password of --user'
      : '--user: missing, and $AUTOSYS_USER is not set; give the user of the password',
  ]);
}
