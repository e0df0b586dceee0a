import type { LaunchTarget } from '../routing/targets.ts';
import type { EndedRunResult } from '../workload/run-result.ts';
import type { WorkloadStatus } from '../workload/workload.ts';
import type { RunExit } from './api.ts';

/** Exit codes of an execution by status: those of a shell, `timeout` (124) and SIGTERM (128 + 15). */
const codeByStatus: Readonly<Partial<Record<WorkloadStatus, number>>> = {
  FAILED: 1,
  TIMED_OUT: 124,
  ABORTED: 143,
};

/**
 * The exit code of the command for an ended run, with its source. Pure.
 *
 * `exitCodes` of the target comes first: by error name, then by status. Then a Batch job has the
 * code of its container, and an array job the highest code of its children. A FAILED job without a
 * code, or with 0, has 1.
 *
 * @param target `undefined` if it is no longer in the route file
 */
export function toExit(
  target: Pick<LaunchTarget, 'exitCodes'> | undefined,
  workload: LaunchTarget['kind'],
  {
    status,
    result,
    arrayExit,
  }: {
    readonly status: WorkloadStatus;
    readonly result: EndedRunResult | undefined;
    readonly arrayExit?: RunExit | undefined;
  },
): RunExit {
  if (status === 'SUCCEEDED') return { code: 0, source: 'status SUCCEEDED' };
  const { exitCodes = {} } = target ?? {};
  for (const key of [result?.error, status]) {
    if (key === undefined || !Object.hasOwn(exitCodes, key)) continue;
    const code = exitCodes[key];
    if (code !== undefined) return { code, source: `exitCodes of the target: ${key}` };
  }
  if (arrayExit !== undefined) return arrayExit;
  const { exitCode } = result ?? {};
  if (workload === 'batchJob' && exitCode !== undefined && exitCode >= 1 && exitCode <= 255) {
    return { code: exitCode, source: 'exit code of the container' };
  }
  const why = exitCode === undefined ? '' : `, the container ended with ${exitCode}`;
  return { code: codeByStatus[status] ?? 1, source: `status ${status}${why}` };
}
