import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { Cloud } from './cloud.ts';
import { proxyVariable } from './function-host.ts';
import { home } from './ministack.ts';
import { until } from './until.ts';

const alias = 'gap';
const roleArn = `arn:aws:iam::${home.account}:role/gap`;
/** The end of a directory without files. */
const emptyZip = Uint8Array.from([0x50, 0x4b, 5, 6, ...Array<number>(18).fill(0)]);

/** True when a function that Step Functions invokes by an alias sees the ARN of the alias. */
export async function namesAliases(cloud: Cloud): Promise<boolean> {
  const { status, output = '{}' } = await invokeByAlias(cloud, 'gap-alias', (arn, response) => {
    response.end(JSON.stringify({ arn }));
  });
  if (status !== 'SUCCEEDED') throw new Error(`an execution that invokes an alias is ${status}`);
  return String(JSON.parse(output).arn).endsWith(`:${alias}`);
}

/** True when the error of a state is the name of the error that its function has thrown. */
export async function namesFunctionErrors(cloud: Cloud): Promise<boolean> {
  const errorType = 'AutoSys.NotAllowed';
  const { status, error } = await invokeByAlias(cloud, 'gap-error', (_, response) => {
    response.writeHead(502).end(JSON.stringify({ errorType, errorMessage: 'refused' }));
  });
  if (status !== 'FAILED') throw new Error(`an execution whose function fails is ${status}`);
  return error === errorType;
}

/** True when the policy of a function denies an invocation. `DryRun` checks the permission only. */
export async function enforcesFunctionPolicy({ lambda }: Cloud): Promise<boolean> {
  const FunctionName = 'gap-function-policy';
  await createFunction(lambda, FunctionName, 'http://127.0.0.1/');
  const ResourceArn = toArn(FunctionName);
  const Action = 'lambda:InvokeFunction';
  const Statement = [{ Effect: 'Deny', Principal: '*', Action, Resource: ResourceArn }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const hasPolicy = await succeeds(lambda.putResourcePolicy({ ResourceArn, Policy }));
  return hasPolicy && !(await succeeds(lambda.invoke({ FunctionName, InvocationType: 'DryRun' })));
}

/**
 * Runs a state that invokes the alias of a function.
 *
 * @param answer the function. It gets the ARN of the invocation
 * @returns its execution, which has ended
 */
async function invokeByAlias(
  { lambda, states }: Cloud,
  name: string,
  answer: (arn: string, response: ServerResponse) => void,
) {
  const server = createServer((request, response) => {
    answer(String(request.headers['x-amzn-lambda-function-arn']), response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server is closed');
    await createFunction(lambda, name, `http://127.0.0.1:${address.port}/`);
    const { Version } = await lambda.publishVersion({ FunctionName: name });
    await lambda.createAlias({ FunctionName: name, Name: alias, FunctionVersion: Version });
    const Ask = { Type: 'Task', Resource: `${toArn(name)}:${alias}`, End: true };
    const definition = JSON.stringify({ StartAt: 'Ask', States: { Ask } });
    const { stateMachineArn } = await states.createStateMachine({ name, roleArn, definition });
    const { executionArn } = await states.startExecution({ stateMachineArn });
    return await until(
      `the state machine ${name}`,
      async () => {
        const execution = await states.describeExecution({ executionArn });
        return execution.status !== 'RUNNING' && execution;
      },
      10_000,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function createFunction(lambda: Cloud['lambda'], name: string, url: string): Promise<void> {
  await lambda.createFunction({
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: roleArn,
    Code: { ZipFile: emptyZip },
    Environment: { Variables: { [proxyVariable]: url } },
  });
}

function toArn(name: string): string {
  return `arn:aws:lambda:${home.region}:${home.account}:function:${name}`;
}

async function succeeds(call: Promise<unknown>): Promise<boolean> {
  return await call.then(
    () => true,
    () => false,
  );
}
