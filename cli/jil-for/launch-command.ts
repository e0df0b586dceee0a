import { quoteArgument } from '../../autosys/command-line.ts';
import { programName } from '../command-prefix.ts';
import type { TargetPlan } from './target-plan.ts';

/** Minutes of a target, derived from `endsWithin`. */
export interface JilTimes {
  /** `endsWithin`: after it the job raises an alarm. */
  readonly usualMinutes: number;
  /** `--timeout`. `undefined` if it would be more than the 30 days that the command allows. */
  readonly timeoutMinutes: number | undefined;
  /** `term_run_time`. */
  readonly terminateMinutes: number;
}

/** A run may take half as long again before the command stops it. */
const timeoutFactor = 1.5;
/** Time for the proof of a stop, at most ten minutes, and for the log. */
const proofMinutes = 15;
const maxTimeoutMinutes = 30 * 24 * 60;

/** The times of the jobs of a target. */
export function toJilTimes({ endsWithinMs }: TargetPlan['target']): JilTimes {
  const usualMinutes = Math.ceil(endsWithinMs / 60_000);
  const longest = Math.ceil(usualMinutes * timeoutFactor);
  return {
    usualMinutes,
    timeoutMinutes: longest > maxTimeoutMinutes ? undefined : longest,
    terminateMinutes: longest + proofMinutes,
  };
}

/** `term_run_time` of a job that only starts a run: longer than its `--timeout`. */
export const launchTerminateMinutes = 20;

/** The command of a job that waits for its run. */
export function toWaitCommand(plan: TargetPlan): string {
  const { timeoutMinutes } = toJilTimes(plan.target);
  return toCommand(plan, [
    ...(timeoutMinutes === undefined ? [] : ['--timeout', printMinutes(timeoutMinutes)]),
  ]);
}

/** The command of a job that ends as soon as AWS has accepted the start. */
export function toDetachedCommand(plan: TargetPlan): string {
  return toCommand(plan, ['--detach', '--timeout', '15m']);
}

/** The command that prints the runs of a job, and fails. */
export function toFailedCommand(launchJob: string): string {
  return `${programName} whois ${quoteArgument(launchJob)}; exit 1`;
}

/** File on the agent with the JSON of a target with `input: given`. */
export function toInputFile({ target }: Pick<TargetPlan, 'target'>): string {
  return `/etc/${programName}/${target.name}.json`;
}

/** `exec` replaces the shell, so that signals of the agent reach the command. */
function toCommand(plan: TargetPlan, last: readonly string[]): string {
  const { target, params } = plan;
  const words = [
    `exec ${programName} run ${target.name}`,
    ...params.map(({ name, value }) => `--param ${name}=${quoteValue(value)}`),
    ...(target.input === 'given' ? ['--input', toInputFile(plan)] : []),
    ...last,
  ];
  return words.join(' ');
}

/** {@link quoteArgument} would escape the dollar signs of `$$NAME`. */
function quoteValue(value: string): string {
  return value.includes('$') || quoteArgument(value) !== value ? `"${value}"` : value;
}

function printMinutes(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${hours > 0 ? `${hours}h` : ''}${rest > 0 ? `${rest}m` : ''}`;
}
