import type { Run } from '../../ledger/run.ts';
import type { Launch } from '../launch.ts';

/**
 * The part of a run that belongs to a launch. Pure.
 *
 * All redrives of an execution share one run row, whose status is that of the newest one:
 *
 * - a launch that continues an execution does not see the end before its redrive
 * - a launch whose execution another one continues keeps its own end
 *
 * @returns the same object for a run without redrives by the bridge
 */
export function toRunOfLaunch({ aws, continuedBy }: Launch, run: Run): Run {
  const { version, result: _, askMs, ...facts } = run;
  const { attempt } = version;
  if (continuedBy !== undefined && attempt >= continuedBy.redrive) {
    const { status, atMs: changedMs, result } = continuedBy.end;
    const ended = { ...version, attempt: continuedBy.redrive - 1, status, changedMs };
    return { ...facts, version: ended, ...(result && { result }) };
  }
  const { redrive = 0, redrivenMs: changedMs = version.changedMs } = aws ?? {};
  if (attempt >= redrive) return run;
  const running = { ...version, attempt: redrive, status: 'RUNNING' as const, changedMs };
  return { ...facts, version: running, ...(askMs !== undefined && { askMs }) };
}
