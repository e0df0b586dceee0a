import { parseAutosysInstance } from '../../autosys/names.ts';
import type { EventTemplate, Origin, Route } from '../../lambda/routing/routes.ts';
import type { WorkloadStatus } from '../../lambda/workload/workload.ts';

/**
 * Returns a compiled route that matches the execution of the builders. Each part can be overridden.
 */
export function aRoute(over: Partial<Route> = {}): Route {
  return Object.freeze({
    name: 'settlement',
    from: fromStateMachine('settlement'),
    to: parseAutosysInstance('ACE'),
    endsWithinMs: 3_600_000,
    actions: setGlobalOn('AWS_SETTLEMENT', ['RUNNING', 'SUCCEEDED', 'FAILED']),
    ...over,
  });
}

/** Returns an origin with the name of a state machine. */
export function fromStateMachine(text: string): Origin {
  return { kind: 'execution', stateMachine: { by: 'name', text }, mapChildren: 'ignore' };
}

/** Returns an origin with the name of a Batch job. */
export function fromBatchJob(text: string): Origin {
  return {
    kind: 'batchJob',
    batchJobName: { by: 'name', text },
    arrayChildren: 'ignore',
    nodes: 'ignore',
  };
}

/** Returns actions that set a global variable to the status, for each status. */
export function setGlobalOn(name: string, statuses: readonly WorkloadStatus[]): Route['actions'] {
  const template: EventTemplate = {
    kind: 'SET_GLOBAL',
    fields: { globalVariable: [name], value: [{ field: 'status' }] },
  };
  return Object.fromEntries(statuses.map((status) => [status, [template]]));
}
