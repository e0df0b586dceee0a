import type { LaunchIdentity } from '../../lambda/launch/run-name.ts';
import { describeMirror } from '../../lambda/routing/mirror.ts';
import type { LaunchTarget } from '../../lambda/routing/targets.ts';

/** A start, as far as it decides on the keys of its target. */
interface KeyedStart {
  readonly target: Pick<LaunchTarget, 'name' | 'mirror' | 'maxRunning' | 'onRetry'>;
  readonly identity: LaunchIdentity;
  readonly again: boolean;
}

/**
 * Why direct mode must not start a run of a target: it has a key that only the ledger of the launch
 * API can keep, and a start without it would do harm. Pure.
 *
 * - `mirror`: the jobs that wait would act on the end of an earlier run.
 * - `maxRunning`: runs that must not overlap would.
 * - `onRetry: redrive`, from try 2 on: states that have succeeded would run again.
 *
 * As in the launch API, a start with a key has no mirror, and `--again` starts a new run on purpose.
 *
 * @returns the lines of the refusal, or `undefined` if it may be started
 */
export function refuseLedgerKeys({
  target,
  identity,
  again,
}: KeyedStart): readonly string[] | undefined {
  const { name, mirror, maxRunning, onRetry } = target;
  const isJob = identity.kind === 'jobTry';
  if (mirror && isJob) {
    const why = `nothing would set ${describeMirror(mirror)}, which other jobs may wait for`;
    return toLines(name, 'mirror', why);
  }
  if (maxRunning !== undefined) {
    return toLines(name, 'maxRunning', `it cannot count the ${maxRunning} runs that are allowed`);
  }
  if (onRetry === 'redrive' && isJob && identity.try > 1 && !again) {
    const why = `try ${identity.try} would run again what the execution has done`;
    return [...toLines(name, 'onRetry: redrive', why), 'or add --again for a new run'];
  }
  return undefined;
}

function toLines(target: string, key: string, why: string): readonly string[] {
  return [
    `error: target ${target} has ${key}, which direct mode does not have: ${why}`,
    'use the launch API for this target, or a target of its own without this key for direct mode',
  ];
}
