import type { ReadChildExits } from '../aws/lookup.ts';
import type { Run } from '../ledger/run.ts';
import type { LaunchTarget } from '../routing/targets.ts';
import type { RunExit } from './api.ts';
import { toNotAvailable } from './api-error.ts';
import type { Launch } from './launch.ts';
import type { Launches, StoredLaunch } from './launches.ts';

export interface CompleteEndDeps {
  readonly launches: Pick<Launches, 'change'>;
  readonly readChildExits: ReadChildExits;
  readonly targets: readonly LaunchTarget[];
}

/** The launch of a run, with the facts of its end that only AWS knows. */
export type CompleteEnd = (
  stored: StoredLaunch,
  run: Run | undefined,
  signal: AbortSignal,
) => Promise<StoredLaunch>;

/**
 * Creates the reading of the exit code of a failed array job: the highest of its children. No event
 * of the parent has it.
 *
 * The first answer that shows the end asks AWS, once, and stores the code in the launch row. Every
 * later answer comes from the ledger alone, also if AWS has not answered: the code of an ended run
 * never changes.
 */
export function createCompleteEnd({
  launches,
  readChildExits,
  targets,
}: CompleteEndDeps): CompleteEnd {
  /** @throws {LedgerError} */
  return async function completeEnd(stored, run, signal) {
    const { launch } = stored;
    const target = targets.find(({ name }) => name === launch.target);
    if (launch.aws === undefined || !isCodeMissing(launch, run, target)) return stored;
    const arrayExit = toArrayExit(await readChildExits(launch.aws.id, signal));
    return launches.change(stored, (known) =>
      known.arrayExit === undefined ? { ...known, arrayExit } : known,
    );
  };
}

/**
 * Creates the same for a function that may ask only the ledger, such as that of held requests: an
 * end without its exit code is not answered. A command then sends a request that is not held.
 */
export function createDeferEnd({ targets }: Pick<CompleteEndDeps, 'targets'>): CompleteEnd {
  /** @throws {ApiError} 503 */
  return async function deferEnd(stored, run) {
    const { launch } = stored;
    const target = targets.find(({ name }) => name === launch.target);
    if (!isCodeMissing(launch, run, target)) return stored;
    throw toNotAvailable(`the exit code of array job ${launch.name} has not been read yet`, 1);
  };
}

function isCodeMissing(
  { batch, arrayExit }: Launch,
  run: Run | undefined,
  target: LaunchTarget | undefined,
): boolean {
  if (batch?.arraySize === undefined || arrayExit !== undefined) return false;
  const isMapped = Object.hasOwn(target?.exitCodes ?? {}, 'FAILED');
  return run?.version.status === 'FAILED' && !isMapped;
}

/** The exit code of a failed array job, 1 to 255. 1 if the children show none. Pure. */
export function toArrayExit(answer: Awaited<ReturnType<ReadChildExits>>): RunExit {
  if (answer.kind !== 'found') {
    const source = `status FAILED, the exit codes of the children could not be read: ${answer.reason}`;
    return { code: 1, source };
  }
  const { exitCodes, isPartial } = answer;
  const codes = exitCodes.flatMap((code) =>
    code !== undefined && code >= 1 && code <= 255 ? [code] : [],
  );
  if (codes.length === 0) {
    return { code: 1, source: 'status FAILED, no failed child has an exit code' };
  }
  const which = isPartial ? `${exitCodes.length} of the failed children` : 'the failed children';
  return { code: Math.max(...codes), source: `highest exit code of ${which}` };
}
