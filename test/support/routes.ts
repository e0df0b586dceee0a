import { parseAutosysInstance } from '../../autosys/names.ts';
import type { EventTemplate, Origin, Route } from '../../lambda/routing/routes.ts';
import type { WorkloadStatus } from '../../lambda/workload/workload.ts';

/** A compiled route that hears the builders' execution; each part may be replaced. */
export function aRoute(over: Partial<Route> = {}): Route {
  return Object.freeze({
    name: 'settlement',
    from: fromStateMachine('settlement'),
    to: parseAutosysInstance('ACE'),
    endsWithinMs: 3_600_000,
    say: setGlobalOn('AWS_SETTLEMENT', ['RUNNING', 'SUCCEEDED', 'FAILED']),
    ...over,
  });
}

/** An origin by the plain name of a state machine. */
export function fromStateMachine(text: string): Origin {
  return { kind: 'execution', stateMachine: { by: 'name', text }, mapChildren: 'ignore' };
}

/** An origin by the plain name of a Batch job. */
export function fromBatchJob(text: string): Origin {
  return {
    kind: 'batchJob',
    batchJobName: { by: 'name', text },
    arrayChildren: 'ignore',
    nodes: 'ignore',
  };
}

/** Sets a global variable to the status word on each of the statuses. */
export function setGlobalOn(name: string, statuses: readonly WorkloadStatus[]): Route['say'] {
  const template: EventTemplate = {
    kind: 'SET_GLOBAL',
    fields: { globalVariable: [name], value: [{ field: 'status' }] },
  };
  return Object.fromEntries(statuses.map((status) => [status, [template]]));
}
