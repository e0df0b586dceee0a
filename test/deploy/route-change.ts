import { strict as assert } from 'node:assert';
import { changeResources } from './assembly.ts';
import { describeStack, listResources } from './cloud.ts';
import { createWaiting, startExecution } from './executions.ts';
import { home } from './ministack.ts';
import type { Stage } from './stage.ts';
import { healsWithinMs, until } from './until.ts';

/** What a change of routes may touch: rules and functions, and who may do what for exactly the workloads that are named. */
const touchable = [
  'AWS::Events::Rule',
  'AWS::Lambda::Function',
  'AWS::IAM::Policy',
  'AWS::SQS::QueuePolicy',
];

/** State machines that the example's route file does not know, each followed by a global variable of its own. */
const newcomers = ['archive', 'reconcile', 'audit'] as const;
export type Newcomer = (typeof newcomers)[number];

/**
 * The route file with routes for the newcomers.
 *
 * @param end what their variables say after an execution
 * @returns its path
 */
export function addRoutes({ site }: Stage, end: 'is over' | 'has ended'): string {
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

/** Deploys a changed route file: everything that stays keeps its physical id, and the new route speaks. */
export async function changeRoutes(stage: Stage, assembly: string): Promise<void> {
  const { autosys, cloud, host, toolkit } = stage;
  const before = await listResources(cloud);
  const changes = readDiff(await toolkit.diff(assembly));
  assert.deepEqual(
    changes.filter(({ type }) => !touchable.includes(type)),
    [],
    'a change of routes touches rules, functions and their permissions alone',
  );

  await toolkit.deploy(assembly);

  const after = await listResources(cloud);
  const kept = before.filter(({ type }) => type !== 'AWS::Events::Rule');
  for (const one of kept)
    assert.deepEqual(
      after.find(({ logicalId }) => logicalId === one.logicalId),
      one,
    );
  await host.takeOver();
  for (const name of newcomers) await createWaiting(stage, name);
  await startExecution(stage, 'archive', 'archive-1');
  await untilTold(stage, 'archive', 'archive-1');
  assert.equal(autosys.unsupported(), 0);
}

/** A change that CloudFormation cannot carry out: everything is as it was, and goes on. */
export async function rollBack(stage: Stage, assembly: string): Promise<void> {
  const { cloud, host, toolkit } = stage;
  const before = await listResources(cloud);
  const shaBefore = await readCode(stage);
  // The functions change first, then a queue is asked for that no AWS makes: a message is kept for 60 seconds at least.
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
  assert.deepEqual(await readCode(stage), shaBefore);
  await host.takeOver();
  await startExecution(stage, 'archive', 'archive-after-the-rollback');
  await untilTold(stage, 'archive', 'archive-after-the-rollback');
}

/** Resolves when AutoSys shows that this execution of a newcomer is over. */
export async function untilTold(
  { autosys }: Stage,
  newcomer: Newcomer,
  execution: string,
  withinMs = healsWithinMs,
): Promise<void> {
  const isDone = () =>
    autosys.instance.globalVariable(toGlobal(newcomer))?.value === `${execution} is over`;
  await until(`${toGlobal(newcomer)} to say that ${execution} is over`, isDone, withinMs);
}

/** The global variable that follows a newcomer. */
export function toGlobal(newcomer: Newcomer): string {
  return `AWS_${newcomer.toUpperCase()}`;
}

/** What code each function has. */
async function readCode({ cloud }: Stage) {
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

/** The lines of `cdk diff` that name a resource: `[~] AWS::Lambda::Function Report/Function ReportFunction6EC312E5`. */
function readDiff(diff: string) {
  return [...diff.matchAll(/^\[(?<sign>[~+-])\] (?<type>AWS::\S+) (?<path>\S+)/gm)].map(
    ({ groups }) => ({
      sign: groups?.['sign'],
      type: groups?.['type'] ?? '',
      path: groups?.['path'],
    }),
  );
}
