import type { Options, Values } from '../command.ts';
import { CommandLineError } from '../exit-code.ts';

/** Days for which the ledger keeps a row after its last change. */
export const keptDays = 90;

/** Default of `--unmatched-days`. */
export const defaultUnmatchedDays = 30;
/** Default of `--timeout`. */
export const defaultTimeoutSeconds = 120;

/**
 * Options of `validate --live`. They are declared here, without the code that uses them, so that
 * `validate` alone does not load clients of AutoSys and DynamoDB.
 */
export const liveOptions = {
  live: {
    type: 'boolean',
    about: 'also compare the file with AWS, AutoSys and the ledger; changes nothing',
  },
  jil: {
    type: 'string',
    value: 'FILE',
    multiple: true,
    about: 'JIL whose conditions are compared with the routes, instead of those in AutoSys',
  },
  instance: {
    type: 'string',
    value: 'ACE',
    about:
      'check only this AutoSys instance (default: all); needed with --jil or --user if there are several',
  },
  stack: {
    type: 'string',
    value: 'NAME',
    about: 'stack of the bridge: its account and Region, roles, ledger and canary',
  },
  table: {
    type: 'string',
    value: 'NAME',
    env: 'LEDGER_TABLE',
    about: 'DynamoDB table of the ledger (default: that of --stack)',
  },
  'unmatched-days': {
    type: 'number',
    value: 'DAYS',
    max: keptDays,
    about: `days without a match after which a route is a finding (default: ${defaultUnmatchedDays}; 0: not checked)`,
  },
  timeout: {
    type: 'number',
    value: 'SECONDS',
    max: 3_600,
    about: `time limit of the live checks (default: ${defaultTimeoutSeconds}); what is left is not checked`,
  },
  user: {
    type: 'string',
    value: 'NAME',
    env: 'AUTOSYS_USER',
    about: 'user that signs in, instead of the one in the secret',
  },
  'password-file': {
    type: 'string',
    value: 'FILE',
    env: 'AUTOSYS_PASSWORD',
    about: 'file that contains the password of --user',
  },
} as const satisfies Options;

/** Values of {@link liveOptions}. */
export type LiveValues = Values<typeof liveOptions>;

/** @throws {CommandLineError} for options that need `--live` */
export function requireLive(values: LiveValues): void {
  if (values.live) return;
  const names = [
    'instance',
    'stack',
    'unmatched-days',
    'timeout',
    'user',
    'password-file',
  ] as const;
  const given = names.filter((name) => values[name] !== undefined);
  const found = [...given, ...(values.table === undefined ? [] : ['table'])].filter(
    (name) => name !== 'instance' || values.jil.length === 0,
  );
  if (found.length === 0) return;
  throw new CommandLineError(
    'validate',
    found.map((name) => `--${name}: needs --live`),
  );
}
