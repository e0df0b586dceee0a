import type { ExchangeRequest, ExchangeResult } from '../../../../cli/agent/api/outcome.ts';
import { findLaunchEndpoint } from '../../../../lambda/launch/endpoints.ts';
import type { ProxyAnswer } from '../../../../lambda/launch/handle-request.ts';
import type { ProxyRequest } from '../../../../lambda/launch/read-request.ts';
import type { World } from '../../world.ts';
import type { LaunchHost } from '../bridge/launch-host.ts';

/** The faults of API Gateway and of the network to it during one period: their probabilities. */
export interface GatewayFaults {
  readonly unreached: number;
  readonly throttled: number;
  /** 502 or 503 before the function was called. */
  readonly failed: number;
  /** The connection is lost after the function has answered. */
  readonly answerLost: number;
}

export const noGatewayFaults: GatewayFaults = {
  unreached: 0,
  throttled: 0,
  failed: 0,
  answerLost: 0,
};

/** A request that a function has answered, whether or not the answer arrived. */
export interface HandledCall {
  readonly atMs: number;
  readonly resource: string;
  readonly method: string;
  /** Name of the run in the path. Empty for a start. */
  readonly name: string;
  /** The launch id in the body of a start. */
  readonly launchId: string | undefined;
  readonly status: number;
  readonly body: string;
}

/** The network of one agent. */
export interface AgentNetwork {
  /** True while the agent reaches nothing. */
  isCut: boolean;
}

/** API Gateway ends a request after this time, in milliseconds (documented). */
const gatewayTimeoutMs = 29_000;
/** Reserved concurrency of the function that holds requests. */
const heldWaits = 2;

/** The simulated API Gateway in front of the functions. */
export class LaunchGateway {
  faults = noGatewayFaults;
  readonly #world: World;
  readonly #host: LaunchHost;
  readonly #onHandled: (call: HandledCall) => void;
  #held = 0;

  constructor(world: World, host: LaunchHost, onHandled: (call: HandledCall) => void) {
    this.#world = world;
    this.#host = host;
    this.#onHandled = onHandled;
  }

  /** Sends a request from an agent, which waits at most `timeoutMs` of the request. */
  send(request: ExchangeRequest, network: AgentNetwork): Promise<ExchangeResult> {
    return new Promise((resolve) => {
      this.#world.after(request.timeoutMs, () => resolve({ kind: 'lost', reason: 'timeout' }));
      void this.#exchange(request, network).then((result) => {
        if (result !== undefined) resolve(result);
      });
    });
  }

  /** @returns `undefined` if no answer will arrive */
  async #exchange(
    request: ExchangeRequest,
    network: AgentNetwork,
  ): Promise<ExchangeResult | undefined> {
    const world = this.#world;
    const { unreached, throttled, failed, answerLost } = this.faults;
    await world.sleep(world.between(1, 30));
    if (network.isCut || world.chance(unreached)) {
      world.count('requests not sent');
      return { kind: 'unreached', reason: 'ECONNREFUSED' };
    }
    if (world.chance(throttled)) return this.#fail(429, 'Too Many Requests');
    if (world.chance(failed)) return this.#fail(world.pick([502, 503]), 'Service Unavailable');
    const answer = await this.#callFunction(toProxyRequest(request));
    await world.sleep(world.between(1, 30));
    if (network.isCut) return undefined;
    if (world.chance(answerLost)) {
      world.count('API answers lost');
      return { kind: 'lost', reason: 'ECONNRESET' };
    }
    return answer;
  }

  #callFunction(request: ProxyRequest): Promise<ExchangeResult> {
    const world = this.#world;
    const handledBy = findLaunchEndpoint(request.httpMethod, request.resource)?.handledBy;
    const name = handledBy === 'hold' ? 'hold' : 'launch';
    if (name === 'hold' && this.#held >= heldWaits) {
      world.count('holds throttled');
      return Promise.resolve(this.#fail(world.pick([429, 500]), 'Internal server error'));
    }
    return new Promise((resolve) => {
      let isOpen = true;
      if (name === 'hold') this.#held += 1;
      const end = (result: ExchangeResult) => {
        if (isOpen && name === 'hold') this.#held -= 1;
        isOpen = false;
        resolve(result);
      };
      world.after(gatewayTimeoutMs, () => {
        if (isOpen) end(this.#fail(504, 'Endpoint request timed out'));
      });
      this.#host.invoke(name, async (bound, signal) => {
        const answer = await bound[name](request, signal);
        this.#note(request, answer);
        end({
          kind: 'answered',
          status: answer.statusCode,
          headers: answer.headers,
          body: answer.body,
        });
      });
    });
  }

  #note(request: ProxyRequest, { statusCode: status, body }: ProxyAnswer): void {
    const { httpMethod: method, resource } = request;
    const name = request.pathParameters?.['name'] ?? '';
    const [, launchId] = /"launchId":"([^"]*)"/.exec(request.body ?? '') ?? [];
    this.#world.count('requests');
    this.#world.log(
      () => `API: ${method} ${resource} ${name} answers ${status} ${body.slice(0, 160)}`,
    );
    this.#onHandled({ atMs: this.#world.nowMs, resource, method, name, launchId, status, body });
  }

  #fail(status: number, message: string): ExchangeResult {
    this.#world.count(`API answers ${status}`);
    const headers = { 'content-type': 'application/json' };
    return { kind: 'answered', status, headers, body: JSON.stringify({ message }) };
  }
}

/** The request as API Gateway hands it to the function. */
function toProxyRequest({ method, path, headers, body }: ExchangeRequest): ProxyRequest {
  const [route = '', query] = path.split('?');
  const [, , , name, action] = route.split('/');
  const resource = name === undefined ? '/v1/runs' : `/v1/runs/{name}${action ? `/${action}` : ''}`;
  return {
    httpMethod: method,
    resource,
    headers,
    pathParameters: name === undefined ? null : { name: decodeURIComponent(name) },
    queryStringParameters:
      query === undefined ? null : Object.fromEntries(new URLSearchParams(query)),
    body: body ?? null,
    requestContext: { authorizer: { caller: 'agents' } },
  };
}
