import type { StartRequest } from '../../../lambda/launch/api.ts';
import type { FindQuery, LaunchClient } from '../api/launch-api.ts';
import { readIdentity } from '../identity.ts';
import { readParams } from '../input.ts';
import { readAgentSettings } from '../settings.ts';
import { readTimeout } from '../time-text.ts';
import type { WaitPlan } from '../wait/state.ts';
import { openLaunchClient } from './open-api.ts';
import type { RunInvocation } from './run-options.ts';

/** What `run` is to do. */
export interface RunRequest {
  readonly plan: WaitPlan;
  /** `undefined` with `--attach`. */
  readonly start: Omit<StartRequest, 'input' | 'launchId'> | undefined;
  readonly find: FindQuery;
  readonly inputPath: string | undefined;
  readonly logs: (typeof logChoices)[number];
  /** Opens the launch API, or AWS itself. @throws {AgentError} */
  readonly connect: () => Promise<LaunchClient>;
}

/**
 * Reads what `--direct` needs, in a file with the AWS SDK. Nothing is sent.
 *
 * @param target `undefined` if it is missing
 * @throws {AgentError} with every fault, besides those of the caller
 */
export type ReadDirect = (
  invocation: RunInvocation,
  target: string | undefined,
  faults: string[],
) => RunRequest['connect'];

const logChoices = ['all', 'failed', 'none'] as const;

/**
 * Reads the command line and the environment of `run`. Nothing is sent.
 *
 * @throws {AgentError} with every fault
 */
export function readRunRequest(invocation: RunInvocation, readDirect: ReadDirect): RunRequest {
  const { options, positionals, io } = invocation;
  const faults: string[] = [];
  const { attach } = options;
  const target = readTarget(positionals, attach, faults);
  const start =
    attach === undefined ? readStart({ options, positionals, io }, target, faults) : undefined;
  if (attach !== undefined) faults.push(...findAttachFaults(options));
  const timeout = readTimeoutOption(options.timeout, faults);
  const logs = readLogs(options.logs, faults);
  const connect = options.direct
    ? readDirect(invocation, target, faults)
    : readConnection(invocation, faults);
  const waits = { isDetached: options.detach, logs, timeout };
  const plan: WaitPlan = {
    ...toStartPlan(waits, io),
    ...(attach !== undefined && { kind: toAttachKind(io.env) }),
    name: attach,
    target,
    ...(options.direct && {
      isDirect: true,
      describeResume: (name) =>
        `continue with ${io.prefix} run ${target} --direct --attach ${name}`,
    }),
  };
  const { job, run, try: attempt, instance, key } = start ?? {};
  const find = { job, run, try: attempt, instance, key };
  return { plan, start, find, inputPath: options.input, logs, connect };
}

function readConnection({ options, io }: RunInvocation, faults: string[]): RunRequest['connect'] {
  if (options.targets !== undefined) faults.push('--targets: not allowed without --direct');
  const settings = readAgentSettings(options, io, faults);
  return async () => openLaunchClient(settings, io);
}

/** The plan of a command that starts a run and waits for it. */
export function toStartPlan(
  waits: Pick<WaitPlan, 'isDetached' | 'logs' | 'timeout'>,
  { prefix }: Pick<RunInvocation['io'], 'prefix'>,
): WaitPlan {
  return {
    ...waits,
    kind: 'start',
    name: undefined,
    target: undefined,
    reason: '',
    describeResume: (name) => `continue with ${prefix} run --attach ${name}`,
  };
}

/** In a job of AutoSys, which sets `AUTO_JOB_NAME`, a kill is meant for the run as well. */
function toAttachKind(env: Readonly<Record<string, string | undefined>>): 'attach' | 'observe' {
  return env['AUTO_JOB_NAME'] ? 'attach' : 'observe';
}

function readTarget(
  positionals: readonly string[],
  attach: string | undefined,
  faults: string[],
): string | undefined {
  const [target] = positionals;
  const isMissing = target === undefined && attach === undefined;
  if (isMissing) faults.push('TARGET: expected the name of a target, found nothing');
  if (positionals.length > 1) {
    faults.push(
      `TARGET: expected one target, found ${positionals.length} arguments; quote values that contain spaces`,
    );
  }
  return target;
}

function readStart(
  { options, io }: RunInvocation,
  target: string | undefined,
  faults: string[],
): RunRequest['start'] {
  const identity = readIdentity(io.env, options.key);
  const params = readParams(options.param);
  if (identity.kind === 'faults') faults.push(...identity.faults);
  if (params.kind === 'faults') faults.push(...params.faults);
  if (identity.kind === 'faults' || params.kind === 'faults' || target === undefined)
    return undefined;
  return {
    target,
    ...identity.identity,
    ...(options.param.length > 0 && { params: params.params }),
    ...(options.again && { again: true }),
    ...(!options.detach && { wait: true }),
  };
}

function findAttachFaults({
  param,
  input,
  key,
  again,
  detach,
}: RunInvocation['options']): string[] {
  const given = {
    '--param': param.length > 0,
    '--input': input !== undefined,
    '--key': key !== undefined,
    '--again': again,
    '--detach': detach,
  };
  return Object.entries(given)
    .filter(([, isGiven]) => isGiven)
    .map(([name]) => `${name}: not allowed with --attach, which starts nothing`);
}

/** The time limit of `--timeout`. */
export function readTimeoutOption(text: string | undefined, faults: string[]): WaitPlan['timeout'] {
  if (text === undefined) return undefined;
  const ms = readTimeout(text);
  if (ms !== undefined) return { text, ms };
  faults.push(
    `--timeout: expected a time up to 30d, such as 90s, 30m, 4h or 1h30m, found ${JSON.stringify(text.slice(0, 40))}`,
  );
  return undefined;
}

/** The runs whose log is printed. */
export function readLogs(text: string | undefined, faults: string[]): RunRequest['logs'] {
  const found = logChoices.find((choice) => choice === (text ?? 'failed'));
  if (found !== undefined) return found;
  faults.push(
    `--logs: expected ${logChoices.join(', ')}, found ${JSON.stringify(text?.slice(0, 40))}`,
  );
  return 'failed';
}
