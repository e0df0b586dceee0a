import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import {
  type InvocationResult,
  type LocalFunction,
  type LogLine,
  startFunction,
} from '../../local/index.ts';
import { type Cloud, listResources } from './cloud.ts';
import { leadAliases, readAlias, toAliasUrl } from './function-aliases.ts';
import { type Outcome, readOutcomes } from './lines.ts';
import { home } from './ministack.ts';
import { run } from './process.ts';
import { until } from './until.ts';

/** The variable with which MiniStack delegates running a function. */
export const proxyVariable = 'MINISTACK_LAMBDA_PROXY_URL';

/**
 * Part of the name of the authorizer. It runs in the worker of MiniStack: API Gateway answers 401 to
 * its error `Unauthorized`, and a delegated function cannot hand over the message of its error.
 */
const authorizer = 'Authorizer';

interface Running {
  /** Code and environment variables. If they are unchanged, the execution environments stay. */
  readonly version: string;
  readonly local: LocalFunction;
  readonly underWay: Set<Promise<unknown>>;
}

interface Invocation {
  readonly functionName: string;
  /** @default - the function was invoked without an alias */
  readonly alias: string | undefined;
  readonly payload: string;
}

export interface FunctionHostOptions {
  readonly cloud: Cloud;
  /** Endpoint of all AWS services for the functions. */
  readonly endpoint: string;
  /** Endpoint of Step Functions for the functions. */
  readonly statesEndpoint: string;
  /** Path of Python, which unpacks the code. */
  readonly python: string;
  readonly directory: string;
}

/**
 * Runs the deployed functions, except the authorizer, under the Node.js runtime client of AWS instead
 * of the worker of the emulator.
 *
 * The code is downloaded by `GetFunction` and unpacked. Handler, timeout, memory and variables are
 * those of the deployed function. Only the endpoint variable of the SDK is added. Each alias of a
 * function leads to a new version, so that this host knows the alias of an invocation.
 */
export class FunctionHost implements AsyncDisposable {
  readonly #options: FunctionHostOptions;
  readonly #server: Server;
  readonly #running = new Map<string, Running>();
  readonly #payloads: string[] = [];
  readonly #lines: LogLine[] = [];

  private constructor(options: FunctionHostOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(options: FunctionHostOptions): Promise<FunctionHost> {
    const host = new FunctionHost(options);
    host.#server.listen(0, '127.0.0.1');
    await once(host.#server, 'listening');
    return host;
  }

  /** Resolves when no function is running, so that their output is complete. */
  async untilIdle(): Promise<void> {
    const isIdle = () => [...this.#running.values()].every(({ underWay }) => underWay.size === 0);
    await until('the functions to be done', isIdle, 60_000);
  }

  /** All messages of a queue that were delivered to a function. */
  messages(): readonly string[] {
    return this.#payloads.flatMap((payload) => {
      const { Records } = JSON.parse(payload);
      return Array.isArray(Records) ? Records.map(({ body }) => String(body)) : [];
    });
  }

  /** Outcome log lines of the functions. */
  outcomes(): readonly Outcome[] {
    return readOutcomes(this.#lines);
  }

  /** Log lines of the functions. */
  lines(): readonly LogLine[] {
    return [...this.#lines];
  }

  /** Takes over all functions of the stack. Call it after each deploy. */
  async takeOver(): Promise<readonly string[]> {
    const resources = await listResources(this.#options.cloud);
    const names = resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ physicalId }) => physicalId);
    for (const name of names) await this.#takeOver(name);
    return names;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await Promise.all([...this.#running.values()].map(({ local }) => local.stop()));
  }

  async #takeOver(name: string): Promise<void> {
    const { lambda } = this.#options.cloud;
    const { Configuration, Code } = await lambda.getFunction({ FunctionName: name });
    const {
      Runtime,
      Handler = '',
      Timeout = 3,
      MemorySize = 128,
      CodeSha256 = '',
    } = Configuration ?? {};
    if (Runtime !== 'nodejs24.x') throw new Error(`${name} runs on ${Runtime}, not on nodejs24.x`);
    const { [proxyVariable]: _, ...own } = Configuration?.Environment?.Variables ?? {};
    const isAuthorizer = name.includes(authorizer);
    await leadAliases(lambda, name, (alias) => ({
      ...own,
      [proxyVariable]: toAliasUrl(this.#url(), alias),
    }));
    const added = isAuthorizer ? this.#endpoints() : { [proxyVariable]: this.#url() };
    const variables = { ...own, ...added };
    await lambda.updateFunctionConfiguration({
      FunctionName: name,
      Environment: { Variables: variables },
    });
    if (isAuthorizer) return;
    const version = JSON.stringify([CodeSha256, own]);
    const before = this.#running.get(name);
    if (before?.version === version) return;
    const local = await startFunction({
      ...home,
      name,
      handler: Handler,
      timeoutMs: Timeout * 1000,
      memoryMb: MemorySize,
      taskRoot: await this.#unpack(Code?.Location, CodeSha256),
      environment: {
        ...own,
        ...this.#endpoints(),
        AWS_ENDPOINT_URL_SFN: this.#options.statesEndpoint,
      },
    });
    local.onLog((line) => this.#lines.push(line));
    this.#running.set(name, { version, local, underWay: new Set() });
    // An execution environment of the previous version completes its invocation.
    await Promise.all(before?.underWay ?? []);
    await before?.local.stop();
  }

  #endpoints() {
    return { AWS_ENDPOINT_URL: this.#options.endpoint, AWS_EC2_METADATA_DISABLED: 'true' };
  }

  async #unpack(location: string | undefined, sha256: string): Promise<string> {
    if (location === undefined) throw new Error('GetFunction returned no code location');
    const { python, directory } = this.#options;
    const name = Buffer.from(sha256, 'base64').toString('hex').slice(0, 16);
    const taskRoot = join(directory, name);
    mkdirSync(taskRoot, { recursive: true });
    const response = await fetch(location);
    if (!response.ok) throw new Error(`GET ${location} answered ${response.status}`);
    const zip = `${taskRoot}.zip`;
    writeFileSync(zip, Buffer.from(await response.arrayBuffer()));
    const options = { cwd: directory, env: {}, withinMs: 30_000 };
    const { code, output } = await run(python, ['-m', 'zipfile', '-e', zip, taskRoot], options);
    if (code !== 0) throw new Error(`${zip} cannot be unpacked: ${output}`);
    return taskRoot;
  }

  #url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the host is closed');
    return `http://127.0.0.1:${address.port}/`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const payload = Buffer.concat(chunks).toString('utf8');
    const functionName = String(request.headers['x-amzn-lambda-function-name']);
    const alias = readAlias(request.url);
    const result = await this.#invoke({ functionName, alias, payload });
    const failed = result.kind === 'failed';
    response.writeHead(failed ? 502 : 200, { 'content-type': 'application/json' });
    response.end(failed ? JSON.stringify(result.functionError) : result.payload);
  }

  async #invoke({ functionName, alias, payload }: Invocation): Promise<InvocationResult> {
    const running = this.#running.get(functionName);
    if (running === undefined) throw new Error(`${functionName} was not taken over`);
    const { account, region } = home;
    const arn = `arn:aws:lambda:${region}:${account}:function:${functionName}`;
    const invocation = running.local.invoke(payload, alias === undefined ? arn : `${arn}:${alias}`);
    running.underWay.add(invocation);
    const result = await invocation;
    running.underWay.delete(invocation);
    this.#payloads.push(payload);
    return result;
  }
}
