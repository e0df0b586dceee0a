import type { SettableStatus } from '../../autosys/event.ts';
import type { WorkloadStatus } from '../workload/workload.ts';
import type { EventTemplate } from './routes.ts';
import type { Mirror } from './targets.ts';

/** Default AutoSys status of a mirrored job for each status of AWS. */
export const usualMirror: Readonly<Partial<Record<WorkloadStatus, SettableStatus>>> = {
  RUNNING: 'RUNNING',
  SUCCEEDED: 'SUCCESS',
  FAILED: 'FAILURE',
  TIMED_OUT: 'FAILURE',
  ABORTED: 'TERMINATED',
};

/**
 * The AutoSys event that shows a status of AWS in the mirror of a target. Pure.
 *
 * @returns `undefined` for a status that a mirror does not show: those before RUNNING
 */
export function toMirrorEvent(
  { kind, name }: Mirror,
  status: WorkloadStatus,
): EventTemplate | undefined {
  const shown = usualMirror[status];
  if (shown === undefined) return undefined;
  return kind === 'global'
    ? { kind: 'SET_GLOBAL', fields: { globalVariable: [name], value: [status] } }
    : { kind: 'CHANGE_STATUS', fields: { job: [name], status: [shown] } };
}

/** A mirror for people: `variable AWS_SETTLEMENT`, `job SETTLE_IN_AWS`. */
export function describeMirror({ kind, name }: Mirror): string {
  return `${kind === 'global' ? 'variable' : 'job'} ${name}`;
}
