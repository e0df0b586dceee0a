import type { LocalClock } from '../clock.ts';
import type { InvokeFunction } from '../invocation.ts';
import type { WorkloadLocation } from './arns.ts';
import { PlannedBatchJobs } from './batch/batch-jobs.ts';
import { BatchResources } from './batch/resources.ts';
import { createEventEmitter, type EventSink } from './event-emission.ts';
import { LocalLogStreams } from './logs/log-streams.ts';
import { ObservedRuns } from './observed-runs.ts';
import { PageTokens } from './page-tokens.ts';
import type { WorkloadSettings } from './settings.ts';
import { PlannedExecutions } from './step-functions/executions.ts';
import { PlannedMapRuns } from './step-functions/map-runs.ts';
import { DeclaredStateMachines } from './step-functions/state-machines.ts';
import { createStepPorts } from './step-functions/step-ports.ts';
import { TaskTokens } from './step-functions/task-tokens.ts';

/** The state of the embedded Step Functions, Batch and CloudWatch Logs of one account and Region. */
export interface WorkloadWorld {
  readonly clock: LocalClock;
  readonly location: WorkloadLocation;
  /** The settings at this time. */
  readonly settings: () => WorkloadSettings;
  readonly stateMachines: DeclaredStateMachines;
  readonly executions: PlannedExecutions;
  readonly mapRuns: PlannedMapRuns;
  readonly taskTokens: TaskTokens;
  readonly batchResources: BatchResources;
  readonly jobs: PlannedBatchJobs;
  readonly logs: LocalLogStreams;
  /** Runs that are known by their events alone. */
  readonly observed: ObservedRuns;
  readonly tokens: PageTokens;
  /** The runs that were looked up, in order. */
  readonly lookups: string[];
}

interface WorldDeps {
  readonly clock: LocalClock;
  readonly location: WorkloadLocation;
  readonly settings: () => WorkloadSettings;
  /** Invokes a function for a state. */
  readonly invokeFunction: InvokeFunction;
  /** Receivers of every event. */
  readonly toSinks: () => readonly EventSink[];
}

/** Creates empty services. */
export function createWorkloadWorld({
  clock,
  location,
  settings,
  invokeFunction,
  toSinks,
}: WorldDeps): WorkloadWorld {
  const toFault = () => settings().eventFault;
  const emit = createEventEmitter({ clock, location, toSinks, toFault });
  const logs = new LocalLogStreams(clock, () => settings().logLagMs);
  const jobs = new PlannedBatchJobs({ clock, location, emit, logs });
  const mapRuns = new PlannedMapRuns(clock);
  const taskTokens = new TaskTokens();
  const stateMachines = new DeclaredStateMachines(clock, location);
  const batchResources = new BatchResources(location);
  const executions: PlannedExecutions = new PlannedExecutions({
    ...{ clock, emit, mapChildrenEmit: () => settings().mapChildrenEmit },
    toPorts: () => ports,
  });
  const ports = createStepPorts({
    ...{ clock, location, executions, stateMachines, mapRuns, jobs, batchResources, logs },
    ...{ taskTokens, invokeFunction },
    syncChildrenStop: () => settings().syncChildrenStop,
  });
  return {
    ...{
      clock,
      location,
      settings,
      stateMachines,
      executions,
      mapRuns,
      taskTokens,
      batchResources,
      jobs,
      logs,
    },
    ...{ observed: new ObservedRuns(), tokens: new PageTokens(clock), lookups: [] },
  };
}
