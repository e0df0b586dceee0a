import type { AutosysEventKind } from '../../autosys/event.ts';
import type { WorkloadStatus } from '../workload/workload.ts';
import type { Origin } from './origin.ts';
import type { Template } from './template.ts';

/** An AutoSys event whose fields are templates. An AWS event fills them. */
export interface EventTemplate {
  readonly kind: AutosysEventKind;
  /** Templates by field name of `AutosysEvent`: job, globalVariable, value, status, comment, … */
  readonly fields: Readonly<Record<string, Template>>;
}

/** What matching, the rules and the row of a run need: what routes and launch targets share. */
export interface MatchedRoute {
  /** Unique in the file, among routes and launch targets. */
  readonly name: string;
  /** Workloads that it matches. */
  readonly from: Origin;
  /** Time in which a run usually ends. After it, the sweep asks AWS about the run. */
  readonly endsWithinMs: number;
  /**
   * Actions by status. The EventBridge rules match each status that is listed, also with an empty
   * list. Other statuses are ignored.
   */
  readonly actions: Readonly<Partial<Record<WorkloadStatus, readonly EventTemplate[]>>>;
}
