import { describeMirror } from '../routing/mirror.ts';
import type { Mirror } from '../routing/targets.ts';
import { beginWatch, type Launch, type LaunchedBatchJob, withLine } from './launch.ts';
import type { EarlierRun } from './restart/continued-run.ts';
import type { LaunchIdentity, NamedStart } from './run-name.ts';

/** A request for a start, after all checks. */
export interface CheckedStart {
  readonly identity: LaunchIdentity;
  readonly target: string;
  readonly workload: Launch['workload'];
  readonly caller: string;
  readonly launchId: string;
  readonly inputDigest: string;
  readonly again: boolean;
  /** The process of the AutoSys job waits for the run. */
  readonly wait: boolean;
  /** Of the target, if an AutoSys job starts it. */
  readonly mirror?: Mirror;
}

/** A new launch, before AWS is called. */
export function intend(
  request: CheckedStart,
  {
    name,
    start,
    batch,
    earlier,
    nowMs,
  }: {
    name: string;
    batch?: LaunchedBatchJob | undefined;
    earlier?: EarlierRun | undefined;
    nowMs: number;
  } & Pick<NamedStart, 'start'>,
): Launch {
  const { again: _, wait, ...facts } = request;
  const shown = request.mirror ? `, shown in ${describeMirror(request.mirror)}` : '';
  const intended = withLine(
    {
      format: 1,
      kind: 'launch',
      ...facts,
      start,
      name,
      ...(batch && { batch }),
      ...(earlier?.kind === 'continue' && { continues: earlier.continues }),
      requestedMs: nowMs,
      stage: 'intended',
      history: [],
    },
    nowMs,
    `requested by ${request.caller} (target ${request.target}${shown})`,
  );
  const told = earlier?.text === undefined ? intended : withLine(intended, nowMs, earlier.text);
  return wait ? beginWatch(told, nowMs) : told;
}
