import { createLaunchClient } from '../../cli/agent/api/launch-api.ts';
import type { ExchangeRequest, ExchangeResult } from '../../cli/agent/api/outcome.ts';
import type { WaitPlan } from '../../cli/agent/wait/state.ts';
import { type WaitResult, waitForRun } from '../../cli/agent/wait/wait-for-run.ts';
import type { aLaunchRig } from '../../test/lambda/launch/rig.ts';
import type { EventClock } from './event-clock.ts';

/** A request of a waiting command to the launch API. */
export interface ApiRequest {
  readonly waiter: number;
  readonly atMs: number;
  readonly of: 'start' | 'poll' | 'hold' | 'other';
}

export interface WaitingCommandsDeps {
  readonly clock: EventClock;
  readonly random: () => number;
  /** The launch function. */
  readonly rig: Pick<ReturnType<typeof aLaunchRig>, 'send'>;
  /** False: every held request is answered 429, as if each place were taken. */
  readonly canHold: boolean;
}

/** Many commands in this process, which wait on one clock through the real handler. */
export interface WaitingCommands {
  /** In the order of time. */
  readonly requests: readonly ApiRequest[];
  /** Starts run number `run` of the waiter's job, and waits for its end. */
  readonly wait: (waiter: number, run: number) => Promise<WaitResult>;
}

/** Name of a run of {@link WaitingCommands}. */
export const toWaitingRunName = (waiter: number, run: number) => `NIGHT_${waiter}-r${run}t1-ACE`;

/**
 * Everything of the command but its process and its connection. Answers take no time.
 */
export function createWaitingCommands(deps: WaitingCommandsDeps): WaitingCommands {
  const { clock, random } = deps;
  const requests: ApiRequest[] = [];
  return {
    requests,
    wait: (waiter, run) => {
      const api = createLaunchClient({
        login: { path: 'login', header: () => 'Basic bench', reload: () => false },
        version: '0.0.0',
        exchange: {
          send: (request) => {
            requests.push({ waiter, atMs: clock.now(), of: toKind(request) });
            return answer(request, deps);
          },
          close: () => undefined,
        },
      });
      const start = {
        ...{ target: 'settlement', instance: 'ACE', job: `NIGHT_${waiter}`, run, try: 1 },
        ...{ params: { date: '2026-11-30' }, launchId: `${waiter}-${run}` },
        wait: true,
      };
      return waitForRun(plan, {
        ...{ api, clock, random },
        start: { request: start, input: undefined },
        find: {},
        onKill: () => ({ [Symbol.dispose]: () => undefined }),
        print: () => undefined,
      });
    },
  };
}

const plan: WaitPlan = {
  kind: 'start',
  name: undefined,
  target: 'settlement',
  isDetached: false,
  timeout: undefined,
  reason: '',
  describeResume: (name) => name,
};

function toKind({ method, path }: ExchangeRequest): ApiRequest['of'] {
  const [pathname = ''] = path.split('?');
  if (pathname === '/v1/runs') return method === 'POST' ? 'start' : 'other';
  if (pathname.endsWith('/wait')) return 'hold';
  return method === 'GET' ? 'poll' : 'other';
}

async function answer(
  { method, path, body }: ExchangeRequest,
  { rig, canHold }: WaitingCommandsDeps,
): Promise<ExchangeResult> {
  const { pathname, searchParams } = new URL(path, 'https://localhost');
  const [, name, rest = ''] = /^\/v1\/runs\/([^/]+)(\/.*)?$/.exec(pathname) ?? [];
  if (rest === '/wait' && !canHold) {
    return { kind: 'answered', status: 429, headers: {}, body: '{"message":"Too Many Requests"}' };
  }
  const { status, headers, text } = await rig.send(
    method,
    name === undefined ? pathname : `/v1/runs/{name}${rest}`,
    {
      query: Object.fromEntries(searchParams),
      ...(name !== undefined && { name: decodeURIComponent(name) }),
      ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
    },
  );
  return { kind: 'answered', status, headers, body: text };
}
