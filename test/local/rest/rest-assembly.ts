import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import {
  EndpointType,
  LambdaIntegration,
  RestApi,
  type RestApiProps,
} from 'aws-cdk-lib/aws-apigateway';
import {
  AnyPrincipal,
  PolicyDocument,
  PolicyStatement,
  type PolicyStatementProps,
} from 'aws-cdk-lib/aws-iam';
import { Function as CdkFunction, Code, type FunctionProps, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { AssemblyOnDisk } from '../assembly-builder.ts';

/** What a test needs to define a stack with the CDK. */
export interface RestTools {
  readonly stack: Stack;
  /** A function whose handler is the code of the assembly. */
  createFunction(id: string, props?: Partial<FunctionProps>): CdkFunction;
  /** A Regional API without a policy, with the stage `v`. */
  createApi(props?: RestApiProps): RestApi;
}

/** Defines the resources of a stack. */
export type DefineRest = (tools: RestTools) => void;

/** Synthesizes a stack `Rest` with the CDK. `code` is the file `index.mjs` of its functions. */
export async function synthesizeRest(define: DefineRest, code = ''): Promise<AssemblyOnDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'rest-assembly-'));
  const source = join(directory, 'code');
  await mkdir(source);
  await writeFile(join(source, 'index.mjs'), code);
  const outdir = join(directory, 'out');
  // The CDK's own validation takes seconds of every test file.
  const app = new App({
    outdir,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const stack = new Stack(app, 'Rest');
  define({
    stack,
    createFunction: (id, props) =>
      new CdkFunction(stack, id, {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromAsset(source),
        ...props,
      }),
    createApi: (props = {}) =>
      new RestApi(stack, 'Api', {
        endpointTypes: [EndpointType.REGIONAL],
        cloudWatchRole: false,
        ...props,
        deployOptions: { stageName: 'v', ...props.deployOptions },
      }),
  });
  app.synth();
  return {
    directory: outdir,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** `GET /echo`, `POST /echo` and `GET /items/{id}`, served by the function `Echo`. */
export function defineEcho(props?: RestApiProps): DefineRest {
  return ({ createFunction, createApi }) => {
    const { root } = createApi(props);
    const integration = new LambdaIntegration(createFunction('Echo'));
    const echo = root.addResource('echo');
    echo.addMethod('GET', integration);
    echo.addMethod('POST', integration);
    root.addResource('items').addResource('{id}').addMethod('GET', integration);
  };
}

/** A resource policy for everyone, with statements about all methods. */
export function resourcePolicy(...statements: readonly PolicyStatementProps[]): PolicyDocument {
  return new PolicyDocument({
    statements: statements.map(
      (one) =>
        new PolicyStatement({
          principals: [new AnyPrincipal()],
          actions: ['execute-api:Invoke'],
          resources: ['execute-api:/*'],
          ...one,
        }),
    ),
  });
}
