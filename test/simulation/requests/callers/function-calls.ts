import { RequestError } from '../../../../lambda/request/request-error.ts';
import type { World } from '../../world.ts';
import type { RequestHost } from '../bridge/request-host.ts';
import { toAliasArn } from '../requests-deployment.ts';

/** How an invocation ended for its caller. `errorType` of Lambda itself: the result is unknown. */
export type InvocationEnd =
  | { readonly kind: 'answer'; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly kind: 'failure'; readonly errorType: string; readonly cause: string };

/** One invocation of the request function. */
export interface Invoked {
  readonly entry: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly invokedMs: number;
  /** Both are absent if the function died. */
  readonly answeredMs?: number;
  readonly end?: InvocationEnd;
}

/** An invocation that the function has answered, whether or not the answer arrived. */
export type HandledInvocation = Required<Invoked>;

/** The faults of Lambda: probabilities for each invocation. */
export interface InvocationFaults {
  /** The function is not called. */
  readonly throttled: number;
  /** The answer does not arrive. */
  readonly answerLost: number;
  /** The same payload is invoked a second time. */
  readonly repeated: number;
}

export const noInvocationFaults: InvocationFaults = { throttled: 0, answerLost: 0, repeated: 0 };

/** Timeout of the request function, in milliseconds. */
const functionMs = 60_000;

/** The simulated Lambda service in front of the request function. */
export class FunctionCalls {
  faults = noInvocationFaults;
  /** All invocations, also those that have died. */
  readonly invoked: Invoked[] = [];
  readonly #world: World;
  readonly #host: RequestHost;

  constructor(world: World, host: RequestHost) {
    this.#world = world;
    this.#host = host;
  }

  get handled(): readonly HandledInvocation[] {
    return this.invoked.filter((one): one is HandledInvocation => one.end !== undefined);
  }

  /** Invokes an alias, as a caller sees it. */
  async invoke(entry: string, payload: Readonly<Record<string, unknown>>): Promise<InvocationEnd> {
    const world = this.#world;
    const { throttled, answerLost, repeated } = this.faults;
    await world.sleep(world.between(1, 30));
    if (world.chance(throttled)) return this.#fail('Lambda.TooManyRequestsException');
    if (world.chance(repeated)) {
      world.count('repeated invocations');
      const afterMs = world.chance(0.5) ? world.between(0, 200) : world.between(0, 180_000);
      world.after(afterMs, () => void this.#call(entry, payload));
    }
    const end = await this.#call(entry, payload);
    if (!world.chance(answerLost)) return end;
    world.count('answers of invocations lost');
    return this.#fail('Lambda.SdkClientException');
  }

  #call(entry: string, payload: Readonly<Record<string, unknown>>): Promise<InvocationEnd> {
    const world = this.#world;
    const invoked = { entry, payload, invokedMs: world.nowMs };
    const at = this.invoked.push(invoked) - 1;
    world.count(`invocations ${String(payload['action'])}`);
    return new Promise((resolve) => {
      world.after(functionMs + 1_000, () => resolve({ ...lambdaFailure('Lambda.Unknown') }));
      this.#host.invoke('request', async ({ answerRequest }, signal) => {
        const invocation = { payload, invokedFunctionArn: toAliasArn(entry) };
        const end = await answerRequest(invocation, signal).then(toAnswer, toFailure);
        this.invoked[at] = { ...invoked, answeredMs: world.nowMs, end };
        world.count(end.kind === 'answer' ? 'answers' : `failures ${end.errorType}`);
        world.log(() => `request function: ${describeAsk(payload)} ${JSON.stringify(end)}`);
        resolve(end);
      });
    });
  }

  #fail(errorType: string): InvocationEnd {
    this.#world.count(errorType);
    return lambdaFailure(errorType);
  }
}

function lambdaFailure(errorType: string): InvocationEnd {
  return { kind: 'failure', errorType, cause: 'the result is unknown' };
}

function toAnswer(answer: object): InvocationEnd {
  return { kind: 'answer', answer: { ...answer } };
}

function toFailure(error: unknown): InvocationEnd {
  if (!(error instanceof RequestError)) throw error;
  return { kind: 'failure', errorType: error.failure, cause: error.message };
}

function describeAsk({ context: _, ...payload }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(payload);
}
