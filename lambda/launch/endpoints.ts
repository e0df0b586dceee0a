/** Name of an action of the launch API. */
export type ActionName = 'start' | 'status' | 'wait' | 'log' | 'stop' | 'restart' | 'find' | 'hint';

/** One call of the launch API. */
export interface LaunchEndpoint {
  readonly action: ActionName;
  readonly method: 'GET' | 'POST';
  /** Path of the resource; `{name}` is the name of a run. */
  readonly path: string;
  /**
   * Function that answers: `launch`, `hold` for requests that are held, or `wait` for what concerns
   * requests of AWS processes.
   */
  readonly handledBy: 'launch' | 'hold' | 'wait';
  /** For people, and for the OpenAPI document. */
  readonly summary: string;
  /** Query parameters with their meaning. */
  readonly query: Readonly<Record<string, string>>;
  /** Fields of the body: JSON, or a form. @default - no body */
  readonly body?: 'StartRequest' | 'StopRequest' | 'RestartRequest' | 'HintRequest';
  /** Answer by HTTP status, beside the errors. */
  readonly answers: Readonly<Partial<Record<200 | 201 | 202, string>>>;
}

/**
 * Every call of the launch API. The function, the REST API in the stack and `docs/launch-api.json`
 * are made from this table.
 *
 * A GET never starts anything.
 */
export const launchEndpoints: readonly LaunchEndpoint[] = [
  {
    action: 'start',
    method: 'POST',
    path: '/v1/runs',
    handledBy: 'launch',
    summary: 'Starts a run, or finds the run that the same identity has started',
    query: {},
    body: 'StartRequest',
    answers: {
      200: 'The run that was started before',
      201: 'The run that was started now',
      202: 'The outcome of the start is being looked up; repeat the request',
    },
  },
  {
    action: 'find',
    method: 'GET',
    path: '/v1/runs',
    handledBy: 'launch',
    summary: 'Finds runs from either side',
    query: {
      job: 'AutoSys job',
      instance: 'AutoSys instance; default: the only one',
      run: 'run number of the job',
      try: 'try of the run',
      key: 'key of a run outside AutoSys',
      name: 'name of the run',
      arn: 'execution ARN',
      id: 'Batch job id',
    },
    answers: { 200: 'The runs, the newest first' },
  },
  {
    action: 'status',
    method: 'GET',
    path: '/v1/runs/{name}',
    handledBy: 'launch',
    summary: 'Status of a run from the ledger. Retry-After says when to ask again',
    query: { after: 'revision that the waiting command knows' },
    answers: { 200: 'The run' },
  },
  {
    action: 'wait',
    method: 'GET',
    path: '/v1/runs/{name}/wait',
    handledBy: 'hold',
    summary: 'Status of a run once it has another revision',
    query: {
      after: 'revision that the waiting command knows',
      hold: 'seconds to wait, at most 20',
    },
    answers: { 200: 'The run' },
  },
  {
    action: 'log',
    method: 'GET',
    path: '/v1/runs/{name}/log',
    handledBy: 'launch',
    summary:
      'A page of the log of a run, about 256 KiB: every attempt in order, or the failing state. As text, the last line names the token: "=== more: TOKEN ===", or "=== end: TOKEN ===" if there is nothing more now',
    query: { from: 'token of an earlier answer about this log; default: from the beginning' },
    answers: { 200: 'The page, with the token of the next one' },
  },
  {
    action: 'stop',
    method: 'POST',
    path: '/v1/runs/{name}/stop',
    handledBy: 'launch',
    summary: 'Stops a run and what it has started; the field stop says how far that is',
    query: {},
    body: 'StopRequest',
    answers: {
      200: 'The run, which had ended before',
      202: 'The stop is recorded; ask for the status until it is proven or parked',
    },
  },
  {
    action: 'restart',
    method: 'POST',
    path: '/v1/runs/{name}/restart',
    handledBy: 'launch',
    summary:
      'Restarts an ended run under the next name: its execution continues where it failed, or a new run starts',
    query: { plan: '1: answers what a restart would do, and starts nothing' },
    body: 'RestartRequest',
    answers: {
      200: 'The plan, or the run that the same request has started before',
      201: 'The run that was started now',
      202: 'The outcome of the restart is being looked up; repeat the request',
    },
  },
  {
    action: 'hint',
    method: 'POST',
    path: '/v1/waits',
    handledBy: 'wait',
    summary:
      'Says that a job has ended. The job is read in AutoSys, and the requests that wait for it are answered at once',
    query: {},
    body: 'HintRequest',
    answers: { 200: 'How many requests waited for the job, and how many were answered' },
  },
];

/** Finds the endpoint of a request. @param resource path of the resource in API Gateway */
export function findLaunchEndpoint(method: string, resource: string): LaunchEndpoint | undefined {
  return launchEndpoints.find((one) => one.method === method && one.path === resource);
}
