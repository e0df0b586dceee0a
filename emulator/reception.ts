import { empty, type HttpAnswer } from './answer.ts';
import { discardBody } from './body.ts';
import type { Clock } from './clock.ts';
import { deliver } from './deliver.ts';
import type { Fault, FaultPlan } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import type { Exchange } from './server.ts';

/** Dependencies of {@link receive}. */
export interface ReceptionOptions {
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly clock: Clock;
  /** The regular answer. With `losesEvents`, events are discarded. */
  readonly answer: (
    exchange: Exchange,
    options: { readonly losesEvents: boolean },
  ) => Promise<HttpAnswer>;
}

/** Receives a request: answers it, or applies the planned fault, and records the status. */
export async function receive(options: ReceptionOptions, exchange: Exchange): Promise<void> {
  const { faults, log, clock } = options;
  const { method = 'GET', url: path = '/' } = exchange.request;
  const fault = faults.strikeRequest(method, path);
  const recordStatus = log.open({
    at: clock.now(),
    method,
    path,
    ...(fault && { fault: fault.kind }),
  });
  try {
    const planned = plannedAnswer(fault);
    if (planned) await readToEnd(exchange);
    const answer =
      planned ?? (await options.answer(exchange, { losesEvents: fault?.kind === 'acceptAndLose' }));
    if (planned === undefined && answer.status === 501) log.countUnsupported();
    if (await deliver(exchange, answer, { fault, clock })) recordStatus(answer.status);
  } catch (error) {
    // Reading fails when the client has disconnected; no answer is possible then. Any other error
    // is a fault of the emulator and is thrown.
    if (!exchange.request.socket.destroyed) throw error;
  }
}

/**
 * The answer that a fault sends instead of executing the request; `undefined` if the request is
 * executed.
 */
function plannedAnswer(fault: Fault | undefined): HttpAnswer | undefined {
  switch (fault?.kind) {
    case 'respond':
      return fault.answer;
    case 'refuseConnection':
    case 'resetBeforeAnswer':
    case 'neverAnswer':
    case 'garbage':
      return empty(500);
    default:
      return undefined;
  }
}

async function readToEnd({ request, sendContinue }: Exchange): Promise<void> {
  sendContinue();
  await discardBody(request);
}
