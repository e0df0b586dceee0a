import { empty, type HttpAnswer } from './answer.ts';
import { swallowBody } from './body.ts';
import type { Clock } from './clock.ts';
import { deliver } from './deliver.ts';
import type { Fault, FaultPlan } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import type { Exchange } from './server.ts';

/** What receives a request needs. */
export interface ReceptionOptions {
  readonly faults: FaultPlan;
  readonly log: RequestLog;
  readonly clock: Clock;
  /** The lawful answer; `loses` makes events go nowhere. */
  readonly answer: (exchange: Exchange, how: { readonly loses: boolean }) => Promise<HttpAnswer>;
}

/** Receives a request: answers it, or misbehaves as planned, and notes how it ended. */
export async function receive(options: ReceptionOptions, exchange: Exchange): Promise<void> {
  const { faults, log, clock } = options;
  const { method = 'GET', url: path = '/' } = exchange.request;
  const fault = faults.strikeRequest(method, path);
  const settle = log.open({ at: clock.now(), method, path, ...(fault && { fault: fault.kind }) });
  try {
    const planned = plannedAnswer(fault);
    if (planned) await hearOut(exchange);
    const answer =
      planned ?? (await options.answer(exchange, { loses: fault?.kind === 'acceptAndLose' }));
    if (planned === undefined && answer.status === 501) log.countUnsupported();
    if (await deliver(exchange, answer, { fault, clock })) settle(answer.status);
  } catch (error) {
    // Reading fails where the client has gone: nobody is left to be told. Anything else is a fault of ours, and loud.
    if (!exchange.request.socket.destroyed) throw error;
  }
}

/** What a fault puts in the place of the deed; `undefined` where the request is acted on. */
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

async function hearOut({ request, invite }: Exchange): Promise<void> {
  invite();
  await swallowBody(request);
}
