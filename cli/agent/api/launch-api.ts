import {
  apiVersion,
  type FindAnswer,
  type LogAnswer,
  type RestartPlan,
  type RestartRequest,
  type RunAnswer,
  type StartRequest,
  type StopRequest,
  versionHeader,
} from '../../../lambda/launch/api.ts';
import { programName } from '../../command-prefix.ts';
import { AgentError } from '../agent-error.ts';
import type { AgentLogin } from '../login-file.ts';
import { classify, refuseRejectedLogin } from './classify.ts';
import type { HttpsExchange } from './exchange.ts';
import type { ApiOutcome, ExchangeRequest } from './outcome.ts';
import { readFindAnswer, readLogAnswer, readRestartPlan, readRunAnswer } from './read-answers.ts';

/** The calls of the launch API. None rejects. */
export interface LaunchClient {
  readonly start: (request: StartBody) => Promise<ApiOutcome<RunAnswer>>;
  /** Answers immediately. */
  readonly poll: (name: string, after: string | undefined) => Promise<ApiOutcome<RunAnswer>>;
  /** Answers when the revision changes, after at most `seconds`. */
  readonly hold: (name: string, after: string, seconds: number) => Promise<ApiOutcome<RunAnswer>>;
  readonly stop: (name: string, request: StopRequest) => Promise<ApiOutcome<RunAnswer>>;
  readonly restart: (name: string, body: RestartBody) => Promise<ApiOutcome<RunAnswer>>;
  /** Starts nothing. */
  readonly planRestart: (
    name: string,
    body: RestartBody,
  ) => Promise<ApiOutcome<Pick<RestartPlan, 'text'>>>;
  readonly log: (name: string, from: string | undefined) => Promise<ApiOutcome<LogAnswer>>;
  readonly find: (query: FindQuery) => Promise<ApiOutcome<FindAnswer>>;
  readonly close: () => void;
}

/** Body of a start. The input stays text, so that its numbers keep their digits. */
export interface StartBody {
  readonly request: Omit<StartRequest, 'input'>;
  /** JSON. @default - no input */
  readonly input: string | undefined;
}

/** Body of a restart. */
export interface RestartBody {
  readonly request: Omit<RestartRequest, 'input'>;
  /** JSON. @default - no input */
  readonly input: string | undefined;
}

/** Query of a look-up, such as `{job: 'PAY_EOD', run: 1620}`. */
export type FindQuery = Readonly<Partial<Record<FindField, string | number | undefined>>>;

type FindField = 'job' | 'run' | 'try' | 'instance' | 'arn' | 'id' | 'name' | 'key';

/** What the calls need. */
export interface LaunchApiDeps {
  readonly exchange: HttpsExchange;
  readonly login: AgentLogin;
  /** Version of this command, for the access log of the API. */
  readonly version: string;
}

/** Longest answer of REST APIs, 29 s (documented), and a second for the network. */
const apiTimeoutMs = 30_000;
const pollTimeoutMs = 15_000;
/** A stop is to arrive within a second, so a connection that does not answer is left early. */
const stopTimeoutMs = 10_000;

/** Binds the calls to one server and login. Nothing is sent. */
export function createLaunchClient(deps: LaunchApiDeps): LaunchClient {
  const get = <Body>(
    path: string,
    timeoutMs: number,
    readBody: (value: unknown) => Body | undefined,
  ) => callApi(deps, { method: 'GET', path, timeoutMs }, readBody);
  const postFor = <Body>(
    path: string,
    body: string,
    timeoutMs: number,
    readBody: (value: unknown) => Body | undefined,
  ) => callApi(deps, { method: 'POST', path, body, timeoutMs }, readBody);
  const post = (path: string, body: string, timeoutMs = apiTimeoutMs) =>
    postFor(path, body, timeoutMs, readRunAnswer);
  return {
    start: (body) => post('/v1/runs', toBodyText(body)),
    poll: (name, after) =>
      get(`${toPath(name)}${toQuery({ after })}`, pollTimeoutMs, readRunAnswer),
    hold: (name, after, seconds) =>
      get(
        `${toPath(name)}/wait${toQuery({ after, hold: seconds })}`,
        seconds * 1_000 + pollTimeoutMs,
        readRunAnswer,
      ),
    stop: (name, request) => post(`${toPath(name)}/stop`, JSON.stringify(request), stopTimeoutMs),
    restart: (name, body) => post(`${toPath(name)}/restart`, toBodyText(body)),
    planRestart: (name, body) =>
      postFor(`${toPath(name)}/restart?plan=1`, toBodyText(body), apiTimeoutMs, readRestartPlan),
    log: (name, from) =>
      get(`${toPath(name)}/log${toQuery({ from })}`, apiTimeoutMs, readLogAnswer),
    find: (query) => get(`/v1/runs${toQuery(query)}`, apiTimeoutMs, readFindAnswer),
    close: () => deps.exchange.close(),
  };
}

/** Sends a request. After a 401, it is repeated once if the login file has another login. */
async function callApi<Body>(
  { exchange, login, version }: LaunchApiDeps,
  request: Omit<ExchangeRequest, 'headers'>,
  readBody: (value: unknown) => Body | undefined,
): Promise<ApiOutcome<Body>> {
  for (;;) {
    const authorization = login.header();
    const result = await exchange.send({
      ...request,
      headers: toHeaders(request, authorization, version),
    });
    if (result.kind !== 'answered' || result.status !== 401) return classify(result, readBody);
    try {
      if (!login.reload(authorization)) return refuseRejectedLogin(login.path);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
      const { exit, lines } = error;
      return { kind: 'refused', status: 401, exit, lines, isFinal: true };
    }
  }
}

function toHeaders(
  { method }: Pick<ExchangeRequest, 'method'>,
  authorization: string,
  version: string,
): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    authorization,
    ...(method === 'POST' && { 'content-type': 'application/json' }),
    'user-agent': `${programName}/${version}`,
    [versionHeader]: apiVersion,
  };
}

function toBodyText({ request, input }: StartBody | RestartBody): string {
  const text = JSON.stringify(request);
  return input === undefined ? text : `${text.slice(0, -1)},"input":${input}}`;
}

function toPath(name: string): string {
  return `/v1/runs/${encodeURIComponent(name)}`;
}

function toQuery(fields: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
