import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home } from './ministack.ts';
import type { Stage } from './stage.ts';
import { project } from './toolkit.ts';
import { until } from './until.ts';

/** Creates a state machine of the example, as an application team would. */
export async function createExample(stage: Stage, name: string): Promise<void> {
  await createStateMachine(
    stage,
    name,
    readFileSync(join(project, `examples/${name}.asl.json`), 'utf8'),
  );
}

/** Creates a state machine that waits for the seconds in its input, `{"seconds": 1}`. */
export async function createWaiting(stage: Stage, name: string): Promise<void> {
  const definition = {
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', SecondsPath: '$.seconds', End: true } },
  };
  await createStateMachine(stage, name, JSON.stringify(definition));
}

/** Starts a real execution of a state machine. @returns its ARN */
export async function startExecution(
  { cloud }: Stage,
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
export async function untilOver({ cloud }: Stage, executionArn: string): Promise<void> {
  const ask = async () =>
    (await cloud.states.describeExecution({ executionArn })).status !== 'RUNNING';
  await until(`${executionArn} to end`, ask, 30_000);
}

async function createStateMachine(
  { cloud }: Stage,
  name: string,
  definition: string,
): Promise<void> {
  await cloud.states.createStateMachine({
    name,
    definition,
    roleArn: `arn:aws:iam::${home.account}:role/${name}`,
  });
}
