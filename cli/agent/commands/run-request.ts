import type { StartRequest } from '../../../lambda/launch/api.ts';
import { refuseUsage } from '../agent-error.ts';
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
  readonly connection: RunConnection;
}

/** How AWS is reached: by the launch API, or by this process itself. */
export type RunConnection =
  | { readonly kind: 'api'; readonly settings: AgentSettings }
  | ({ readonly kind: 'direct' } & DirectRequest);

/** What direct mode needs of the command line. */
export interface DirectRequest {
  /** Path of the route file. */
  readonly targetsPath: string;
  /** Name of the target. */
  readonly target: string;
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
  const connection = options.direct
    ? readDirect({ options, target, io }, faults)
    : readConnection(options, io, faults);
  const plan: WaitPlan = {
    kind: attach === undefined ? 'start' : toAttachKind(io.env),
    name: attach,
    target,
    isDetached: options.detach,
    logs,
    timeout,
    reason: '',
    ...(options.direct && { isDirect: true }),
    describeResume: (name) =>
      `continue with ${io.prefix} ${toAttachCommand(options, target)} ${name}`,
  };
  const { job, run, try: attempt, instance, key } = start ?? {};
  const find = { job, run, try: attempt, instance, key };
  return { plan, start, find, inputPath: options.input, logs, connection };
}

function toAttachCommand({ direct }: RunInvocation['options'], target: string | undefined) {
  return direct ? `run ${target} --direct --attach` : 'run --attach';
}

function readConnection(
  options: RunInvocation['options'],
  io: RunInvocation['io'],
  faults: string[],
): RunConnection {
  if (options.targets !== undefined) {
    faults.push('--targets: not allowed without --direct; the launch API has its own route file');
  }
  return { kind: 'api', settings: readAgentSettings(options, io, faults) };
}

/** @throws {AgentError} with the faults */
function readDirect(
  {
    options,
    target,
    io,
  }: Pick<RunInvocation, 'options' | 'io'> & { readonly target: string | undefined },
  faults: string[],
): RunConnection {
  const { url, ca, targets, attach } = options;
  const given = { '--url': url, '--login-file': options['login-file'], '--ca': ca };
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const advice = name === '--ca' ? '; set NODE_EXTRA_CA_CERTS=FILE' : '';
    faults.push(`${name}: not allowed with --direct, which does not call the launch API${advice}`);
  }
  const targetsPath = targets ?? (io.env['AUTOSYS_BRIDGE_TARGETS'] || undefined);
  if (targetsPath === undefined) {
    faults.push(
      '--targets: missing, and $AUTOSYS_BRIDGE_TARGETS is not set; give the route file, such as bridge.yaml',
    );
  }
  if (target === undefined && attach !== undefined) {
    faults.push('TARGET: expected the name of a target with --direct --attach, found nothing');
  }
  if (faults.length > 0 || targetsPath === undefined || target === undefined) {
    throw refuseUsage(faults);
  }
  return { kind: 'direct', targetsPath, target };
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

function readTimeoutOption(text: string | undefined, faults: string[]): WaitPlan['timeout'] {
  if (text === undefined) return undefined;
  const ms = readTimeout(text);
  if (ms !== undefined) return { text, ms };
  faults.push(
    `--timeout: expected a time up to 30d, such as 90s, 30m, 4h or 1h30m, found ${JSON.stringify(text.slice(0, 40))}`,
  );
  return undefined;
}

function readLogs(text: string | undefined, faults: string[]): RunRequest['logs'] {
  const found = logChoices.find((choice) => choice === (text ?? 'failed'));
  if (found !== undefined) return found;
  faults.push(
    `--logs: expected ${logChoices.join(', ')}, found ${JSON.stringify(text?.slice(0, 40))}`,
  );
  return 'failed';
}
