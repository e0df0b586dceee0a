import type { Origin } from '../../lambda/routing/origin.ts';
import type { BatchJobTarget, ExecutionTarget } from '../../lambda/routing/targets.ts';
import { fromStateMachine } from './routes.ts';

const defaults = {
  name: 'settlement',
  input: { template: {} },
  params: {},
  endsWithinMs: 3_600_000,
  onKill: 'stop',
  exitCodes: {},
  children: { stateMachines: [], jobQueues: [], jobDefinitions: [] },
  enabled: true,
} as const;

/**
 * Returns a compiled launch target that matches the execution of the builders, with the defaults of
 * the route file. Each part can be overridden.
 */
export function anExecutionTarget(over: Partial<ExecutionTarget> = {}): ExecutionTarget {
  return Object.freeze({
    ...defaults,
    kind: 'execution',
    stateMachine: 'settlement',
    from: fromStateMachine('settlement'),
    ...over,
  });
}

const fromNight: Origin = {
  kind: 'batchJob',
  jobQueue: { by: 'name', text: 'night' },
  jobDefinition: { by: 'name', text: 'risk-calc' },
  arrayChildren: 'ignore',
  nodes: 'ignore',
};

/** Returns a compiled launch target that starts Batch jobs in the queue `night`. */
export function aBatchJobTarget(over: Partial<BatchJobTarget> = {}): BatchJobTarget {
  return Object.freeze({
    ...defaults,
    kind: 'batchJob',
    name: 'risk',
    jobQueue: 'night',
    jobDefinition: 'risk-calc',
    overrides: {},
    dependsOn: [],
    from: fromNight,
    ...over,
  });
}
