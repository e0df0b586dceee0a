import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listen, toAddress } from './loopback.ts';
import { toBatchAnswer, toExecutionAnswer, type WorkloadAnswer } from './workload-answers.ts';

type Detail = Readonly<Record<string, unknown>>;

/** The fields of an event that describe a run. */
export interface WorkloadUpdate {
  readonly source: string;
  readonly detail: Detail;
}

/**
 * DescribeExecution of Step Functions and DescribeJobs of AWS Batch on loopback, over their real
 * protocols. The SDK finds them by AWS_ENDPOINT_URL_SFN and AWS_ENDPOINT_URL_BATCH.
 *
 * No workload is executed: the status of a run is that of its newest event, whether or not a rule
 * matched the event. Every other operation is refused and counted. Signatures, quotas and Regions
 * are not emulated.
 */
export class LocalWorkloads implements AsyncDisposable {
  readonly #server: Server;
  readonly #executions = new Map<string, Detail>();
  readonly #batchJobs = new Map<string, Detail>();
  readonly #lookups: string[] = [];
  readonly #unknown: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Starts on a free loopback port, without any runs. */
  static async start(): Promise<LocalWorkloads> {
    const workloads = new LocalWorkloads();
    await listen(workloads.#server);
    return workloads;
  }

  /** The value for AWS_ENDPOINT_URL_SFN and AWS_ENDPOINT_URL_BATCH. */
  get url(): string {
    return `http://${toAddress(this.#server, 'the embedded Step Functions and AWS Batch are stopped')}`;
  }

  /** The runs that were looked up, in order: execution ARNs and Batch job ids. */
  get lookups(): readonly string[] {
    return [...this.#lookups];
  }

  /** Requests for any other operation, by target or path. A test should end with none. */
  get unknownRequests(): readonly string[] {
    return [...this.#unknown];
  }

  /**
   * Updates the status of a run, whether or not a rule matches the event. An older event has no
   * effect.
   *
   * @param update an event of aws.states or aws.batch; any other is ignored
   */
  put({ source, detail }: WorkloadUpdate): void {
    const { executionArn, jobId } = detail;
    if (source === 'aws.states' && typeof executionArn === 'string') {
      keepNewest(this.#executions, executionArn, detail);
    }
    if (source === 'aws.batch' && typeof jobId === 'string') {
      keepNewest(this.#batchJobs, jobId, detail);
    }
  }

  /** Deletes a run, as AWS does eventually. @param run execution ARN or Batch job id */
  forget(run: string): void {
    this.#executions.delete(run);
    this.#batchJobs.delete(run);
  }

  /** Closes every connection and frees the port. */
  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const target = String(request.headers['x-amz-target'] ?? `${request.method} ${request.url}`);
    const { status, headers, body } = this.#answer(target, Buffer.concat(chunks).toString('utf8'));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers });
    response.end(JSON.stringify(body));
  }

  #answer(target: string, text: string): WorkloadAnswer {
    const request = JSON.parse(text || '{}') as Detail;
    if (target === 'AWSStepFunctions.DescribeExecution') {
      const arn = String(request['executionArn']);
      this.#lookups.push(arn);
      return toExecutionAnswer(this.#executions.get(arn), arn, request['includedData']);
    }
    if (target === 'POST /v1/describejobs' && Array.isArray(request['jobs'])) {
      const ids = request['jobs'].map(String);
      this.#lookups.push(...ids);
      return toBatchAnswer(ids.map((id) => this.#batchJobs.get(id)));
    }
    this.#unknown.push(target);
    const message = `found ${target}; only DescribeExecution and DescribeJobs are supported`;
    return { status: 400, headers: {}, body: { __type: 'UnknownOperationException', message } };
  }
}

/** Events arrive in any order; the status in AWS does not go back. */
function keepNewest(known: Map<string, Detail>, run: string, detail: Detail): void {
  const before = known.get(run);
  if (before === undefined || rank(detail) >= rank(before)) known.set(run, detail);
}

/**
 * Rank of a status: each redrive or attempt ranks above the one before, and its end above its
 * start.
 */
function rank({ redriveCount, attempts, status }: Detail): number {
  const round = Array.isArray(attempts) ? attempts.length : Number(redriveCount ?? 0);
  const isOver = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'].includes(String(status));
  return round * 2 + (isOver ? 1 : 0);
}
