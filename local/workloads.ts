import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeServer, listen, toAddress } from './loopback.ts';
import { toBatchAnswer, toExecutionAnswer, type WorkloadAnswer } from './workload-answers.ts';

type Detail = Readonly<Record<string, unknown>>;

/** As much of an event as tells of a run. */
export interface WorkloadNews {
  readonly source: string;
  readonly detail: Detail;
}

/**
 * What Step Functions and AWS Batch know of their runs, on loopback, over the real protocols of DescribeExecution and
 * DescribeJobs, so that the SDK finds them by AWS_ENDPOINT_URL_SFN and AWS_ENDPOINT_URL_BATCH.
 *
 * Nothing runs here: a run is as the newest event of it says, announced or not. Every other operation is refused and
 * counted. Signatures, quotas and Regions are absent.
 */
export class LocalWorkloads implements AsyncDisposable {
  readonly #server: Server;
  readonly #executions = new Map<string, Detail>();
  readonly #batchJobs = new Map<string, Detail>();
  readonly #asked: string[] = [];
  readonly #unknown: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Starts on a free port of loopback, knowing nothing. */
  static async start(): Promise<LocalWorkloads> {
    const workloads = new LocalWorkloads();
    await listen(workloads.#server);
    return workloads;
  }

  /** What AWS_ENDPOINT_URL_SFN and AWS_ENDPOINT_URL_BATCH should be. */
  get url(): string {
    return `http://${toAddress(this.#server, 'the workloads are gone')}`;
  }

  /** The runs that were asked about, in order: execution ARNs and Batch job ids. */
  get asked(): readonly string[] {
    return [...this.#asked];
  }

  /** Requests for anything else, by their target or path; a good test ends with none. */
  get unknownRequests(): readonly string[] {
    return [...this.#unknown];
  }

  /**
   * Lets AWS know how a run stands, whether or not anybody hears the event; an older one changes nothing.
   *
   * @param news an event of aws.states or aws.batch; any other is ignored
   */
  put({ source, detail }: WorkloadNews): void {
    const { executionArn, jobId } = detail;
    if (source === 'aws.states' && typeof executionArn === 'string') {
      keepNewest(this.#executions, executionArn, detail);
    }
    if (source === 'aws.batch' && typeof jobId === 'string') {
      keepNewest(this.#batchJobs, jobId, detail);
    }
  }

  /** Forgets a run, as AWS does in the end. @param run execution ARN or Batch job id */
  forget(run: string): void {
    this.#executions.delete(run);
    this.#batchJobs.delete(run);
  }

  /** Ends every connection and frees the port. */
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
      this.#asked.push(arn);
      return toExecutionAnswer(this.#executions.get(arn), arn, request['includedData']);
    }
    if (target === 'POST /v1/describejobs' && Array.isArray(request['jobs'])) {
      const ids = request['jobs'].map(String);
      this.#asked.push(...ids);
      return toBatchAnswer(ids.map((id) => this.#batchJobs.get(id)));
    }
    this.#unknown.push(target);
    const message = `found ${target}; DescribeExecution and DescribeJobs are all there is here`;
    return { status: 400, headers: {}, body: { __type: 'UnknownOperationException', message } };
  }
}

/** Events come in any order; what AWS itself knows does not go back. */
function keepNewest(known: Map<string, Detail>, run: string, detail: Detail): void {
  const before = known.get(run);
  if (before === undefined || rank(detail) >= rank(before)) known.set(run, detail);
}

/** How far a run is: each redrive or attempt is beyond the one before, and its end beyond its beginning. */
function rank({ redriveCount, attempts, status }: Detail): number {
  const round = Array.isArray(attempts) ? attempts.length : Number(redriveCount ?? 0);
  const isOver = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'].includes(String(status));
  return round * 2 + (isOver ? 1 : 0);
}
