import type { StartRequest } from '../../../lambda/launch/api.ts';
import type { FindQuery } from '../api/launch-api.ts';
import { readIdentity } from '../identity.ts';
import { readParams } from '../input.ts';
import { type AgentSettings, readAgentSettings } from '../settings.ts';
import { readTimeout } from '../time-text.ts';
import type { WaitPlan } from '../wait/state.ts';
import type { RunInvocation } from './run-options.ts';

/** What `run` is to do. */
export interface RunRequest {
  readonly plan: WaitPlan;
  /** `undefined` with `--attach`. */
  readonly start: Omit<StartRequest, 'input' | 'launchId'> | undefined;
  readonly find: FindQuery;
  readonly inputPath: string | undefined;
  readonly logs: (typeof logChoices)[number];
  readonly settings: AgentSettings;
}

const logChoices = ['all', 'failed', 'none'] as const;

/**
 * Reads the command line and the environment of `run`. Nothing is sent.
 *
 * @throws {AgentError} with every fault
 */
export function readRunRequest({ options, positionals, io }: RunInvocation): RunRequest {
  const faults: string[] = [];
  const { attach } = options;
  const target = readTarget(positionals, attach, faults);
  const start =
    attach === undefined ? readStart({ options, positionals, io }, target, faults) : undefined;
  if (attach !== undefined) faults.push(...findAttachFaults(options));
  const timeout = readTimeoutOption(options.timeout, faults);
  const logs = readLogs(options.logs, faults);
  const settings = readAgentSettings(options, io, faults);
  const waits = { isDetached: options.detach, logs, timeout };
  const plan: WaitPlan = {
    ...toStartPlan(waits, io),
    ...(attach !== undefined && { kind: toAttachKind(io.env) }),
    name: attach,
    target,
  };
  const { job, run, try: attempt, instance, key } = start ?? {};
  const find = { job, run, try: attempt, instance, key };
  return { plan, start, find, inputPath: options.input, logs, settings };
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
