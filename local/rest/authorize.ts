import type { LocalClock } from '../clock.ts';
import { type AuthorizerAnswer, readAuthorizerAnswer } from './authorizer-answer.ts';
import type { IdentitySource, RestAuthorizer } from './definition.ts';
import { type GatewayFailure, gatewayFailure } from './failure.ts';
import type { FunctionInvoker, InvokeResult } from './function-invoker.ts';
import { toAuthorizerEvent } from './proxy-event.ts';
import { findContextValue, toRequestContext } from './request-context.ts';
import type { CallProgress, RestCall } from './rest-call.ts';
import { lastHeader, lastParameter } from './rest-request.ts';

/** Longest invocation of an authorizer: that of an integration (inferred). */
const longestMs = 29_000;

interface KeptAnswer {
  readonly answer: AuthorizerAnswer;
  readonly until: number;
}

/**
 * Invokes the authorizers of an API and keeps their answers.
 *
 * An answer is kept by authorizer, stage and identity sources. It holds for every method, so its
 * policy is evaluated again for each request. Failures and refused logins are not kept.
 */
export class Authorizers {
  readonly #invoker: FunctionInvoker;
  readonly #clock: LocalClock;
  readonly #kept = new Map<string, KeptAnswer>();

  constructor(invoker: FunctionInvoker, clock: LocalClock) {
    this.#invoker = invoker;
    this.#clock = clock;
  }

  /** The answer for a request, or why it has none. The values for the function go to `progress`. */
  async ask(
    authorizer: RestAuthorizer,
    call: RestCall,
    progress: CallProgress,
  ): Promise<AuthorizerAnswer | GatewayFailure> {
    const identity = authorizer.identitySources.map((source) => readSource(source, call));
    // Without caching, an authorizer of type REQUEST is invoked also if a source is missing.
    const isNeeded = authorizer.type === 'TOKEN' || authorizer.ttlMs > 0;
    const [token = ''] = identity;
    const isInvalid =
      (isNeeded && identity.some((value) => value === undefined || value === '')) ||
      (authorizer.validation !== undefined && !authorizer.validation.test(token));
    if (isInvalid) return gatewayFailure('unauthorized', 'Unauthorized');
    const key = JSON.stringify([authorizer.authorizerId, call.stage.name, identity]);
    const kept = this.#kept.get(key);
    const isKept = kept !== undefined && kept.until > this.#clock.now();
    const answer = isKept ? kept.answer : await this.#invoke(authorizer, call, progress, token);
    if ('status' in answer) return answer;
    if (!isKept && authorizer.ttlMs > 0) {
      this.#kept.set(key, { answer, until: this.#clock.now() + authorizer.ttlMs });
    }
    progress.authorizer = answer.values;
    return answer;
  }

  /** Forgets every answer, as flushing the cache of the stage does. */
  flush(): void {
    this.#kept.clear();
  }

  async #invoke(
    authorizer: RestAuthorizer,
    call: RestCall,
    progress: CallProgress,
    token: string,
  ): Promise<AuthorizerAnswer | GatewayFailure> {
    const result = await this.#invoker.invoke({
      target: authorizer,
      event: toAuthorizerEvent(call, authorizer.type === 'TOKEN' ? token : undefined),
      source: `/authorizers/${authorizer.authorizerId}`,
      timeoutMs: longestMs,
    });
    progress.authorizerLatencyMs = result.latencyMs;
    return toAnswer(result);
  }
}

/**
 * An error with the message `Unauthorized` is 401 (documented). Any other failure is 500 without a
 * message (reported); that a time limit is AUTHORIZER_FAILURE is inferred from its description.
 */
function toAnswer(result: InvokeResult): AuthorizerAnswer | GatewayFailure {
  switch (result.kind) {
    case 'answered': {
      const answer = readAuthorizerAnswer(result.payload);
      if (!('fault' in answer)) return answer;
      return gatewayFailure('authorizerAnswer', null, { reason: answer.fault });
    }
    case 'failed': {
      const { errorMessage, errorType } = result.functionError;
      if (errorMessage === 'Unauthorized') return gatewayFailure('unauthorized', 'Unauthorized');
      const kind = errorType === 'Sandbox.Timedout' ? 'authorizerTimeout' : 'authorizerAnswer';
      return gatewayFailure(kind, null, { reason: `${errorType}: ${errorMessage}` });
    }
    case 'timedOut':
      return gatewayFailure('authorizerTimeout', null, { reason: 'the authorizer timed out' });
    default:
      return gatewayFailure('authorizerAnswer', null, { reason: `invocation ${result.kind}` });
  }
}

function readSource(source: IdentitySource, call: RestCall): string | undefined {
  switch (source.in) {
    case 'header':
      return lastHeader(call.request.headers, source.name);
    case 'querystring':
      return lastParameter(call.request, source.name);
    case 'stageVariables':
      return call.stage.variables[source.name];
    case 'context':
      return findContextValue(toRequestContext(call, {}), source.name);
  }
}
