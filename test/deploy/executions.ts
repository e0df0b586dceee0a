import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home } from './ministack.ts';
import type { TestSystem } from './test-system.ts';
import { project } from './toolkit.ts';
import { until } from './until.ts';

/** Creates a state machine of the example, as an application team would. */
export async function createExample(system: TestSystem, name: string): Promise<void> {
  await createStateMachine(
    system,
    name,
    readFileSync(join(project, `examples/${name}.asl.json`), 'utf8'),
  );
}

/** Creates a state machine that waits for the seconds in its input, `{"seconds": 1}`. */
export async function createWaiting(system: TestSystem, name: string): Promise<void> {
  const definition = {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', SecondsPath: '$.seconds', End: true } },
  };
  await createDefinedMachine(system, name, definition);
}

/** Starts a real execution of a state machine. @returns its ARN */
export async function startExecution(
  { cloud }: TestSystem,
  stateMachine: string,
  name: string,
  seconds = 1,
): Promise<string> {
  const { executionArn = '' } = await cloud.states.startExecution({
    stateMachineArn: `arn:aws:states:${home.region}:${home.account}:stateMachine:${stateMachine}`,
    name,
    input: JSON.stringify({ seconds }),
  });
  return executionArn;
}

/** Resolves when the execution has ended in AWS. */
export async function untilOver({ cloud }: TestSystem, executionArn: string): Promise<void> {
  const ask = async () =>
    (await cloud.states.describeExecution({ executionArn })).status !== 'RUNNING';
  await until(`${executionArn} to end`, ask, 30_000);
}

/** Creates a state machine of a definition in Amazon States Language. */
export async function createDefinedMachine(
  system: TestSystem,
  name: string,
  definition: unknown,
): Promise<void> {
  await createStateMachine(system, name, JSON.stringify(definition));
}

async function createStateMachine(
  { cloud }: TestSystem,
  name: string,
  definition: string,
): Promise<void> {
  await cloud.states.createStateMachine({
    name,
    definition,
    roleArn: `arn:aws:iam::${home.account}:role/${name}`,
  });
}
