import { createRouteIndex } from '../../../lambda/routing/routes.ts';
import { toTargetRoutes } from '../../../lambda/routing/target-routes.ts';
import type { LaunchCaller, LaunchTarget } from '../../../lambda/routing/targets.ts';
import { aBatchTarget } from '../../lambda/launch/batch-rig.ts';
import { aTarget } from '../../lambda/launch/rig.ts';
import { type Deployment, deploy } from '../deployment.ts';
import { simulatedHome } from './aws/work.ts';
import { childPlaces } from './aws/workloads.ts';

const minuteMs = 60_000;

/** The AutoSys instance of the scenarios. */
export const launchInstance = 'ACE';

/** Runs of the target `narrow` at once. */
export const narrowMax = 1;

const children = {
  stateMachines: [childPlaces.machine],
  jobQueues: [childPlaces.queue],
  jobDefinitions: [],
};

function toExecutionTarget(name: string, over: Parameters<typeof aTarget>[0] = {}): LaunchTarget {
  return aTarget({
    name,
    from: { kind: 'execution', stateMachine: { by: 'name', text: name }, mapChildren: 'ignore' },
    stateMachine: name,
    input: { template: { job: `\${job}/\${run}` } },
    params: {},
    children,
    endsWithinMs: 30 * minuteMs,
    exitCodes: { TIMED_OUT: 75 },
    ...over,
  });
}

function toBatchTarget(name: string, over: Parameters<typeof aBatchTarget>[0] = {}): LaunchTarget {
  return aBatchTarget({
    name,
    from: {
      kind: 'batchJob',
      jobQueue: { by: 'name', text: name },
      jobDefinition: { by: 'name', text: name },
      arrayChildren: 'ignore',
      nodes: 'ignore',
    },
    jobQueue: name,
    jobDefinition: name,
    input: { template: { job: `\${job}` } },
    params: {},
    endsWithinMs: 30 * minuteMs,
    ...over,
  });
}

/** Targets that show their runs in a variable or in a job of AutoSys. */
const mirroredTargets: readonly LaunchTarget[] = [
  toExecutionTarget('seen', { mirror: { kind: 'global', name: 'SEEN' } }),
  toExecutionTarget('boxed', { mirror: { kind: 'job', name: 'BOXED' } }),
  toExecutionTarget('seen-again', {
    mirror: { kind: 'global', name: 'SEEN_AGAIN' },
    onRetry: 'redrive',
  }),
  toExecutionTarget('boxed-again', {
    mirror: { kind: 'job', name: 'BOXED_AGAIN' },
    onRetry: 'redrive',
  }),
  toBatchTarget('seen-load', { mirror: { kind: 'global', name: 'SEEN_LOAD' } }),
  toBatchTarget('boxed-load', { mirror: { kind: 'job', name: 'BOXED_LOAD' } }),
];

/** Names of the targets with a mirror. Each is started by one job at most. */
export const mirroredNames: readonly string[] = mirroredTargets.map(({ name }) => name);

/**
 * Targets: executions, one left running by a kill, one with `maxRunning`, one that a retry redrives;
 * Batch jobs and arrays; and those with a mirror.
 */
export const launchTargets: readonly LaunchTarget[] = [
  ...mirroredTargets,
  toExecutionTarget('flow'),
  toExecutionTarget('keep', { onKill: 'leave' }),
  toExecutionTarget('narrow', { maxRunning: narrowMax }),
  toExecutionTarget('resume', { onRetry: 'redrive' }),
  toBatchTarget('load'),
  toBatchTarget('grid', { arraySize: 3 }),
];

/** Whether a retry continues the execution of the earlier try. */
export function isRedriven(target: string): boolean {
  return launchTargets.some((one) => one.name === target && one.onRetry === 'redrive');
}

/** The one caller. */
export const launchCallers: readonly LaunchCaller[] = [
  {
    name: 'agents',
    secret: 'autosys/launch/agents',
    targets: launchTargets.map(({ name }) => name),
    jobs: ['*'],
  },
];

const usual = deploy({ sharesSecret: false, isRenamed: false });

/**
 * The route file of the scenarios: the usual instance, the targets, and no route. The deadline is
 * within the time without faults at the end.
 */
export const launchDeployment: Deployment = {
  config: {
    ...usual.config,
    instances: usual.config.instances
      .filter(({ name }) => name === launchInstance)
      .map((instance) => ({ ...instance, deadlineMs: 120 * minuteMs })),
    routes: [],
    targets: launchTargets,
    callers: launchCallers,
  },
  routes: createRouteIndex(toTargetRoutes(launchTargets), simulatedHome),
  maintenance: () => undefined,
};
