import type { AutosysInstance } from '../../autosys/names.ts';
import { describeError, isExpectedError } from '../errors.ts';
import type { RequestEntry } from '../routing/requests.ts';
import { type AnswerEndedDeps, createAnswerEnded, toAnswer } from './answer-ended.ts';
import type { CarryOut } from './carry-out.ts';
import { checkAllowed, toSubject } from './check-allowed.ts';
import { toAskedEvent, toRequestEffect } from './effect-request.ts';
import { toEffectResult } from './effect-result.ts';
import { endRequest } from './end-request.ts';
import { findRequestEntry } from './find-entry.ts';
import type { createFindRequest, EffectPayload } from './find-request.ts';
import type { Payload, ReadAsk } from './payload.ts';
import type { ReadAnswer } from './read-answers.ts';
import { isEffect, readPayload } from './read-payload.ts';
import { RequestError } from './request-error.ts';
import type { createTakeRate } from './request-rate.ts';
import type { KnownRequest, StoredRequests } from './requests.ts';
import type { RequestAnswer, RequestFailure } from './result.ts';
import type { createRunJob } from './run-job.ts';

/** Answer of a `runJob` with a task token. The state waits on; Step Functions ignores it. */
export interface WaitingAnswer {
  readonly waiting: true;
  readonly job: string;
  /** End of the wait, ISO 8601 in UTC. */
  readonly until: string;
}

/** A request that was answered or refused, for the log: without token, value and key. */
export interface HandledAsk {
  readonly entry?: string;
  readonly action?: string;
  readonly autosysInstance?: string;
  /** `job LOAD`, `global DAY`. */
  readonly subject?: string;
  readonly execution?: string;
  /** @default - it was answered */
  readonly failure?: RequestFailure;
  /** Cause of a failure that names nothing but what the bridge allows. */
  readonly reason?: string;
}

export interface AnswerRequestDeps extends AnswerEndedDeps {
  readonly entries: readonly RequestEntry[];
  readonly requests: StoredRequests;
  readonly takeRate: ReturnType<typeof createTakeRate>;
  readonly findRequest: ReturnType<typeof createFindRequest>;
  readonly carryOut: CarryOut;
  readonly runJob: ReturnType<typeof createRunJob>;
  readonly answerRead: (
    instance: AutosysInstance,
    ask: ReadAsk,
    signal: AbortSignal,
  ) => Promise<ReadAnswer>;
  /**
   * Why an execution cannot be answered under a task token: the role in its account is missing.
   * `undefined` if it can.
   */
  readonly findTaskFault: (execution: string, signal: AbortSignal) => Promise<string | undefined>;
  readonly onHandled: (handled: HandledAsk) => void;
  /** Called with an error of the bridge's own code. */
  readonly onDefect: (error: unknown) => void;
}

/** One invocation of the request function. */
export interface Invocation {
  readonly payload: unknown;
  readonly invokedFunctionArn: string;
}

/**
 * Creates the request function: entry, payload, permission, rate, then the action.
 *
 * Every failure is a {@link RequestError}, whose name Lambda reports as `errorType`.
 */
export function createAnswerRequest(deps: AnswerRequestDeps) {
  const { entries, takeRate, answerRead, onHandled, onDefect } = deps;
  const answerEffect = createAnswerEffect(deps);

  return async function answerRequest(
    { payload: given, invokedFunctionArn }: Invocation,
    signal: AbortSignal,
  ): Promise<RequestAnswer | ReadAnswer | WaitingAnswer> {
    let facts: HandledAsk = {};
    try {
      const entry = findRequestEntry(invokedFunctionArn, entries);
      facts = { entry: entry.name, autosysInstance: entry.instance };
      const payload = readPayload(given);
      facts = { ...facts, ...toFacts(payload) };
      checkAllowed(payload, entry);
      await refuseTooMany(entry);
      const { ask } = payload;
      const answer = isEffect(ask)
        ? await answerEffect({ ...payload, ask }, entry, signal)
        : await answerRead(entry.instance, ask, signal);
      onHandled(facts);
      return answer;
    } catch (error) {
      const failure = toRequestError(error);
      onHandled({ ...facts, failure: failure.failure, ...toLoggedReason(failure) });
      throw failure;
    }
  };

  async function refuseTooMany(entry: RequestEntry): Promise<void> {
    const taken = await takeRate(entry);
    if (taken.kind === 'allowed') return;
    const cause = `the entry ${entry.name} of requests allows ${entry.perMinute} requests a minute; send it again in ${Math.ceil(taken.afterMs / 1_000)} s`;
    throw new RequestError('AutoSys.TooManyRequests', cause);
  }

  function toRequestError(error: unknown): RequestError {
    if (error instanceof RequestError) return error;
    const { message } = describeError(error);
    if (isExpectedError(error) && error.disposition === 'retry') {
      return new RequestError('AutoSys.Pending', `${message}; send the same request again`);
    }
    if (!isExpectedError(error)) onDefect(error);
    return new RequestError('AutoSys.Unknown', message);
  }
}

/** Creates the answer of a request that changes something: once for each key. */
function createAnswerEffect(deps: AnswerRequestDeps) {
  const { requests, findRequest, carryOut, runJob, findTaskFault, now } = deps;
  const answerEnded = createAnswerEnded(deps);

  return async function answerEffect(
    payload: EffectPayload,
    entry: RequestEntry,
    signal: AbortSignal,
  ): Promise<RequestAnswer | WaitingAnswer> {
    const { ask, context } = payload;
    const token = ask.action === 'runJob' ? ask.token : undefined;
    if (token !== undefined && context !== undefined) {
      const fault = await findTaskFault(context.execution, signal);
      if (fault !== undefined) throw new RequestError('AutoSys.Rejected', fault);
    }
    const found = await findRequest(payload, entry);
    const { request } = found;
    if (request.stage === 'ended') return answerEnded(found, payload, signal);
    if (ask.action !== 'runJob') return sendEffect(found, toAskedEvent(ask), signal);
    const begun = await runJob(found, signal);
    const { stage, wait } = begun.request;
    if (stage === 'ended' || wait === undefined) return answerEnded(begun, payload, signal);
    const { job, untilMs } = wait;
    return { waiting: true, job, until: new Date(untilMs).toISOString() };
  };

  async function sendEffect(
    known: KnownRequest,
    event: ReturnType<typeof toAskedEvent>,
    signal: AbortSignal,
  ): Promise<RequestAnswer> {
    const state = await carryOut(toRequestEffect(known.request, event), signal);
    const { result, isFinal } = toEffectResult(state, known.request);
    if (!isFinal) return toAnswer(result);
    const ended = await requests.change(known, (request) =>
      endRequest(request, toEffectResult(state, request).result, now().getTime()),
    );
    return toAnswer(ended.request.result ?? result);
  }
}

function toFacts({ ask, context }: Payload): HandledAsk {
  const { job, global } = toSubject(ask);
  const target = global === undefined ? undefined : `global ${global}`;
  const subject = job === undefined ? target : `job ${job}`;
  return {
    action: ask.action,
    ...(subject !== undefined && { subject }),
    ...(context && { execution: context.execution }),
  };
}

/** Failures that quote only names and what is allowed. */
const loggedFailures: readonly RequestFailure[] = [
  'AutoSys.InvalidRequest',
  'AutoSys.NotAllowed',
  'AutoSys.KeyConflict',
  'AutoSys.TooManyRequests',
];

/** Other causes may quote what AutoSys shows, such as the value of a variable. */
function toLoggedReason({ failure, message }: RequestError): Pick<HandledAsk, 'reason'> {
  return loggedFailures.includes(failure) ? { reason: message } : {};
}
