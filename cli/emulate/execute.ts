import {
  describeOpenHost,
  type ExecuteOptions,
  inheritedVariables,
  isLoopbackHost,
  parseExecuteOptions,
  readSignalList,
} from '../../emulator/index.ts';
import type { Options, Values } from '../command.ts';
import type { Io } from '../io.ts';

/** The options of `emulate` about executed commands. */
export const executeOptions = {
  execute: {
    type: 'string',
    value: 'MACHINE',
    multiple: true,
    about:
      'execute the commands of CMD jobs on this machine, here and as this user (default: every run is simulated)',
  },
  'execute-env': {
    type: 'string',
    value: 'NAME',
    multiple: true,
    about: 'environment variable that executed commands inherit too',
  },
  'kill-signals': {
    type: 'string',
    value: 'LIST',
    about:
      'signals of KILLJOB for executed commands, 5 s apart; or terminate, as on Windows (default: 2,9)',
  },
  'kill-target': {
    type: 'string',
    value: 'TARGET',
    about: 'processes that these signals reach: group, or the shell alone (default: group)',
  },
} as const satisfies Options;

/** Paragraph of --help about executed commands. */
export const executeNote = `By default no command is executed. With --execute, everyone with the login can run commands on this host as the user who started the emulator, by loading JIL or sending events; so it is refused with a --host that other hosts can reach. Commands start in the current directory and inherit only ${inheritedVariables.join(', ')} and the variables of --execute-env. They are killed when the emulator stops; a second Ctrl-C leaves them running.`;

/** The settings of executed commands, or why the options are invalid. */
export interface ExecuteReading {
  readonly execute?: ExecuteOptions;
  readonly invalid: readonly string[];
}

/** Reads the options about executed commands. Without `--execute` nothing is executed. */
export function readExecuteOptions(
  given: Values<typeof executeOptions> & { readonly host: string | undefined },
  { env }: Pick<Io, 'env'>,
): ExecuteReading {
  const { execute: machines, host } = given;
  const signals = given['kill-signals'];
  const target = given['kill-target'];
  const names = given['execute-env'];
  if (machines.length === 0) {
    const stray = [
      ...(names.length > 0 ? ['--execute-env'] : []),
      ...(signals === undefined ? [] : ['--kill-signals']),
      ...(target === undefined ? [] : ['--kill-target']),
    ];
    return { invalid: stray.map((option) => `${option}: only allowed with --execute MACHINE`) };
  }
  const kill = readKillOptions(signals, target);
  const variables = readVariables(names, env);
  const invalid = [
    ...(host === undefined || isLoopbackHost(host) ? [] : [`--${describeOpenHost(host)}`]),
    ...kill.invalid,
    ...variables.invalid,
  ];
  const execute = {
    machines,
    hostEnvironment: env,
    environment: variables.environment,
    ...kill.options,
  };
  return { execute, invalid: invalid.length > 0 ? invalid : findFaults(execute) };
}

type KillOptions = Pick<ExecuteOptions, 'killSignals' | 'killTarget'>;

function readKillOptions(
  signals: string | undefined,
  target: string | undefined,
): { readonly options: KillOptions; readonly invalid: readonly string[] } {
  const killSignals =
    signals === undefined || signals === 'terminate' ? signals : readSignalList(signals);
  const killTarget = target === 'group' || target === 'shell' ? target : undefined;
  const invalid = [
    ...(signals !== undefined && killSignals === undefined
      ? [
          `--kill-signals: expected signals from 1 to 64 separated by commas, such as 2,9, or terminate, found ${quote(signals)}`,
        ]
      : []),
    ...(target !== undefined && killTarget === undefined
      ? [`--kill-target: expected group or shell, found ${quote(target)}`]
      : []),
  ];
  return {
    options: { ...(killSignals && { killSignals }), ...(killTarget && { killTarget }) },
    invalid,
  };
}

function readVariables(
  names: readonly string[],
  env: Io['env'],
): { readonly environment: Readonly<Record<string, string>>; readonly invalid: readonly string[] } {
  const environment: Record<string, string> = {};
  const invalid: string[] = [];
  for (const name of names) {
    // A value on the command line may be a secret, so only the name before it is printed.
    const [plain = ''] = name.split('=');
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (name.includes('=')) {
      invalid.push(`--execute-env: expected only the name ${quote(plain)}, found NAME=VALUE`);
    } else if (value === undefined) {
      invalid.push(`--execute-env: ${quote(name)} is not set; set it before the command`);
    } else environment[name] = value;
  }
  return { environment, invalid };
}

function findFaults(execute: ExecuteOptions): readonly string[] {
  try {
    parseExecuteOptions(execute);
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message.split('\n').map((fault) => `--${fault}`);
  }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
