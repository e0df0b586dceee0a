import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The configuration of a function in Lambda. */
export interface FunctionConfig {
  readonly name: string;
  /** File and export, such as `index.handler`. */
  readonly handler: string;
  /** The directory that holds the code: the bundle, as it would be zipped. */
  readonly taskRoot: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** The function's own variables. Names that Lambda reserves are refused. */
  readonly environment: Readonly<Record<string, string>>;
  readonly account: string;
  readonly region: string;
  /** Format of console output. @default - text */
  readonly logFormat?: 'Text' | 'JSON';
}

/** AWS's own Node.js runtime client, which runs in every execution environment. */
export const runtimeClientPath = createRequire(import.meta.url).resolve('aws-lambda-ric');

/**
 * Variables that a function may set although Lambda sets them too (Lambda developer guide,
 * "Unreserved").
 */
const unreserved: ReadonlySet<string> = new Set(['PATH', 'LANG', 'TZ']);

/**
 * Refuses what Lambda would refuse, and any Node.js version but that of the runtime nodejs24.x.
 *
 * @throws {Error} that states the function, the setting, what was found and what is allowed
 */
export function checkFunction(config: FunctionConfig): void {
  const { name, environment, timeoutMs, handler, taskRoot } = config;
  const refuse = (what: string, found: string, allowed: string) =>
    new Error(`function ${name}, ${what}: found ${found}, allowed: ${allowed}`);
  if (process.versions.node.split('.')[0] !== '24') {
    throw refuse('Node.js', process.version, 'Node.js 24, as the runtime nodejs24.x has');
  }
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > 900_000) {
    throw refuse('timeout', `${timeoutMs} ms`, '1 ms to 15 minutes');
  }
  if (!statSync(taskRoot, { throwIfNoEntry: false })?.isDirectory()) {
    throw refuse('task root', taskRoot, 'a directory that exists');
  }
  if (!handler.includes('.')) throw refuse('handler', JSON.stringify(handler), 'file.export');
  const lambdaNames = Object.keys(lambdaVariables(config));
  const reserved = Object.keys(environment).filter(
    (variable) => lambdaNames.includes(variable) && !unreserved.has(variable),
  );
  if (reserved.length > 0) {
    throw refuse('environment', reserved.join(', '), 'names that Lambda does not reserve');
  }
}

/**
 * The whole environment of the process: Lambda's variables, then the function's. Nothing is
 * inherited from this process.
 *
 * @param runtimeApi host and port of the Runtime API
 */
export function environmentVariables(config: FunctionConfig, runtimeApi: string) {
  return { ...lambdaVariables(config), AWS_LAMBDA_RUNTIME_API: runtimeApi, ...config.environment };
}

/**
 * Lambda developer guide, "Defined runtime environment variables". The credentials are
 * placeholders.
 */
function lambdaVariables(config: Partial<FunctionConfig>): Readonly<Record<string, string>> {
  const { name = '', handler = '', taskRoot = '', memoryMb = 128, region = '' } = config;
  return {
    _HANDLER: handler,
    AWS_ACCESS_KEY_ID: 'ASIALOCALLOCALLOCAL0',
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: config.logFormat ?? 'Text',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local/[$LATEST]0',
    // Makes the client fetch invocations over HTTP; the rest of its native part is
    // local/rapid-client-shim.cjs.
    AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true',
    AWS_LAMBDA_RUNTIME_API: '',
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    LAMBDA_RUNTIME_DIR: dirname(runtimeClientPath),
    LAMBDA_TASK_ROOT: taskRoot,
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}
