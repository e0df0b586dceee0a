import { strict as assert } from 'node:assert';
import { changeResources } from './assembly.ts';
import { describeStack, listResources } from './cloud.ts';
import { createWaiting, startExecution } from './executions.ts';
import { home } from './ministack.ts';
import type { TestSystem } from './test-system.ts';
import { healsWithinMs, until } from './until.ts';

/**
 * Resource types that a change of routes may change: rules, functions with their version and aliases,
 * and permissions for exactly the named workloads.
 */
export const touchable: readonly string[] = [
  'AWS::Events::Rule',
  'AWS::Lambda::Function',
  'AWS::Lambda::Version',
  'AWS::Lambda::Alias',
  'AWS::IAM::Policy',
  'AWS::SQS::QueuePolicy',
];

/** Resource types of which a change of routes makes new resources. */
export const replaced: readonly string[] = ['AWS::Events::Rule', 'AWS::Lambda::Version'];

/**
 * State machines that the route file of the example does not name. Each is followed by its own
 * global variable.
 */
const newcomers = ['archive', 'reconcile', 'audit'] as const;
export type Newcomer = (typeof newcomers)[number];

/**
 * Writes the route file with routes for the new state machines.
 *
 * @param end value of their variables after an execution
 * @returns its path
 */
export function addRoutes({ site }: TestSystem, end: 'is over' | 'has ended'): string {
  const added = newcomers.map(
    (name) => `
  - name: ${name}
    from: { stateMachine: ${name}, account: "${home.account}" }
    endsWithin: 1m
    global:
      name: ${toGlobal(name)}
      values:
        RUNNING: "\${executionName} runs"
        SUCCEEDED: "\${executionName} ${end}"
        ABORTED: "\${executionName} ${end}"
`,
  );
  return site.write(`${end.replace(' ', '-')}.yaml`, (routes) => [routes, ...added].join(''));
}

/**
 * Deploys a changed route file. Unchanged resources keep their physical id, and the new route
 * works.
 */
export async function changeRoutes(system: TestSystem, assembly: string): Promise<void> {
  const { autosys, cloud, host, toolkit } = system;
  const before = await listResources(cloud);
  const changes = readDiff(await toolkit.diff(assembly));
  assert.deepEqual(
    changes.filter(({ type }) => !touchable.includes(type)),
    [],
    'a change of routes touches rules, functions and their permissions alone',
  );

  await toolkit.deploy(assembly);

  const after = await listResources(cloud);
  const kept = before.filter(({ type }) => !replaced.includes(type));
  for (const one of kept)
    assert.deepEqual(
      after.find(({ logicalId }) => logicalId === one.logicalId),
      one,
    );
  await host.takeOver();
  for (const name of newcomers) await createWaiting(system, name);
  await startExecution(system, 'archive', 'archive-1');
  await untilTold(system, 'archive', 'archive-1');
  assert.equal(autosys.unsupported(), 0);
}

/** Deploys a change that CloudFormation rolls back. Everything works as before. */
export async function rollBack(system: TestSystem, assembly: string): Promise<void> {
  const { cloud, host, toolkit } = system;
  const before = await listResources(cloud);
  const shaBefore = await readCode(system);
  // The functions change first. Then a queue is requested that AWS rejects: a message retention
  // below 60 seconds.
  changeResources(assembly, (resources) => ({
    ...resources,
    Broken: {
      Type: 'AWS::SQS::Queue',
      Properties: { MessageRetentionPeriod: 1 },
      DependsOn: Object.keys(resources).filter(
        (id) => resources[id]?.Type === 'AWS::Lambda::Function',
      ),
    },
  }));

  const { code } = await toolkit.tryDeploy(assembly);

  assert.notEqual(code, 0, 'cdk deploy says that it failed');
  assert.equal((await describeStack(cloud)).status, 'UPDATE_ROLLBACK_COMPLETE');
  assert.deepEqual(await listResources(cloud), before);
  assert.deepEqual(await readCode(system), shaBefore);
  await host.takeOver();
  await startExecution(system, 'archive', 'archive-after-the-rollback');
  await untilTold(system, 'archive', 'archive-after-the-rollback');
}

/** Resolves when AutoSys shows the end of this execution of a new state machine. */
export async function untilTold(
  { autosys }: TestSystem,
  newcomer: Newcomer,
  execution: string,
  withinMs = healsWithinMs,
): Promise<void> {
  const isDone = () =>
    autosys.instance.globalVariable(toGlobal(newcomer))?.value === `${execution} is over`;
  await until(`${toGlobal(newcomer)} to say that ${execution} is over`, isDone, withinMs);
}

/** The global variable that follows a new state machine. */
export function toGlobal(newcomer: Newcomer): string {
  return `AWS_${newcomer.toUpperCase()}`;
}

/** Returns the code hash of each function. */
async function readCode({ cloud }: TestSystem) {
  const resources = await listResources(cloud);
  const names = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  return await Promise.all(
    names.map(async ({ physicalId }) => {
      const { CodeSha256 } = await cloud.lambda.getFunctionConfiguration({
        FunctionName: physicalId,
      });
      return `${physicalId} ${CodeSha256}`;
    }),
  );
}

/**
 * Returns the lines of `cdk diff` that name a resource: `[~] AWS::Lambda::Function Report/Function
 * ReportFunction6EC312E5`.
 */
function readDiff(diff: string) {
  return [...diff.matchAll(/^\[(?<sign>[~+-])\] (?<type>AWS::\S+) (?<path>\S+)/gm)].map(
    ({ groups }) => ({
      sign: groups?.['sign'],
      type: groups?.['type'] ?? '',
      path: groups?.['path'],
    }),
  );
}
