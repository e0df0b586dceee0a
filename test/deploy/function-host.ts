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
import { type Outcome, readOutcomes } from './lines.ts';
import { home } from './ministack.ts';
import { run } from './process.ts';
import { until } from './until.ts';

/** The variable by which MiniStack lets somebody else run a function. */
const proxyVariable = 'MINISTACK_LAMBDA_PROXY_URL';

interface Running {
  /** Code and variables: the same, and the sandboxes may stay. */
  readonly version: string;
  readonly local: LocalFunction;
  readonly underWay: Set<Promise<unknown>>;
}

export interface FunctionHostOptions {
  readonly cloud: Cloud;
  /** Where the functions find every service of AWS. */
  readonly endpoint: string;
  /** Python, which unpacks the code. */
  readonly python: string;
  readonly directory: string;
}

/**
 * Runs what was deployed under AWS's own Node.js runtime client instead of the emulator's worker.
 *
 * The code is what Lambda would give: downloaded by `GetFunction` and unpacked. Handler, timeout, memory and variables are
 * those of the deployed function; on top comes only the SDK's endpoint variable.
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

  /** Resolves when no function is at work, so that what they wrote stands. */
  async untilIdle(): Promise<void> {
    const isIdle = () => [...this.#running.values()].every(({ underWay }) => underWay.size === 0);
    await until('the functions to be done', isIdle, 60_000);
  }

  /** Every message of a queue that a function was given, whatever became of it. */
  messages(): readonly string[] {
    return this.#payloads.flatMap((payload) => {
      const { Records } = JSON.parse(payload);
      return Array.isArray(Records) ? Records.map(({ body }) => String(body)) : [];
    });
  }

  /** What the functions wrote down about what AutoSys was to be told. */
  outcomes(): readonly Outcome[] {
    return readOutcomes(this.#lines);
  }

  /** What the functions wrote. */
  lines(): readonly LogLine[] {
    return [...this.#lines];
  }

  /** Takes over every function of the stack as it is deployed now; after each deploy it is called again. */
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
    const variables = { ...own, [proxyVariable]: this.#url() };
    await lambda.updateFunctionConfiguration({
      FunctionName: name,
      Environment: { Variables: variables },
    });
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
        AWS_ENDPOINT_URL: this.#options.endpoint,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    local.onLog((line) => this.#lines.push(line));
    this.#running.set(name, { version, local, underWay: new Set() });
    // A sandbox of the version before finishes what it has begun.
    await Promise.all(before?.underWay ?? []);
    await before?.local.stop();
  }

  async #unpack(location: string | undefined, sha256: string): Promise<string> {
    if (location === undefined) throw new Error('GetFunction names no code');
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
    const result = await this.#invoke(functionName, payload);
    const failed = result.kind === 'failed';
    response.writeHead(failed ? 502 : 200, { 'content-type': 'application/json' });
    response.end(failed ? JSON.stringify(result.functionError) : result.payload);
  }

  async #invoke(functionName: string, payload: string): Promise<InvocationResult> {
    const running = this.#running.get(functionName);
    if (running === undefined) throw new Error(`${functionName} was not taken over`);
    const invocation = running.local.invoke(payload);
    running.underWay.add(invocation);
    const result = await invocation;
    running.underWay.delete(invocation);
    this.#payloads.push(payload);
    return result;
  }
}
