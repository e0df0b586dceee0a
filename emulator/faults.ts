import { empty, type HttpAnswer, text, tomcatPage } from './answer.ts';
import type { ContentEncoding } from './encode-body.ts';

/** A fault of a real AutoSys, of its Tomcat, or of the network in between. */
export type Fault =
  | { readonly kind: 'refuseConnection' }
  | { readonly kind: 'resetBeforeAnswer' }
  | { readonly kind: 'resetAfterAccept' }
  | { readonly kind: 'answerAfter'; readonly ms: number }
  | { readonly kind: 'neverAnswer' }
  | { readonly kind: 'respond'; readonly answer: HttpAnswer }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'halfAResponse' }
  | { readonly kind: 'slowBody'; readonly ms: number }
  | { readonly kind: 'acceptAndLose' }
  | { readonly kind: 'emptyBody' }
  | { readonly kind: 'compress'; readonly encoding: ContentEncoding };

/** The connection is reset before the TLS handshake. No byte of the request leaves the client. */
export const refuseConnection: Fault = { kind: 'refuseConnection' };
/** The request is read but not executed, and the connection is reset. */
export const resetBeforeAnswer: Fault = { kind: 'resetBeforeAnswer' };
/** The most important fault: the event is queued, and then the connection is reset. */
export const resetAfterAccept: Fault = { kind: 'resetAfterAccept' };
/** The request is read but not executed, and no answer is sent. */
export const neverAnswer: Fault = { kind: 'neverAnswer' };
/** The answer is not HTTP. The request is not executed. */
export const garbage: Fault = { kind: 'garbage' };
/** The request is executed. The answer is cut in the middle. */
export const halfAResponse: Fault = { kind: 'halfAResponse' };
/** The event is answered with 201 but never processed. */
export const acceptAndLose: Fault = { kind: 'acceptAndLose' };
/** The request is executed and answered with the right status, but without the body. */
export const emptyBody: Fault = { kind: 'emptyBody' };

/**
 * The request is executed at once. The answer is sent `ms` milliseconds later by the emulator's
 * clock.
 */
export function answerAfter(ms: number): Fault {
  return { kind: 'answerAfter', ms };
}

/** The request is executed. The body is sent in pieces, `ms` milliseconds apart. */
export function slowBody(ms: number): Fault {
  return { kind: 'slowBody', ms };
}

/**
 * The request is executed. The body of the answer is compressed, although the client did not
 * request it.
 */
export function compress(encoding: ContentEncoding): Fault {
  return { kind: 'compress', encoding };
}

/** Contents of an answer that replaces the right one. */
export interface GivenAnswer {
  /** @default - a Tomcat page; for 403 the empty body of EEM */
  readonly body?: string;
  /** Media type of `body`. @default text/plain;charset=UTF-8 */
  readonly contentType?: string;
  /** In seconds, or an HTTP date, for 429 and 503. @default - none */
  readonly retryAfter?: number | string;
  /** Target of a redirect. @default - none */
  readonly location?: string;
  /** Compression of the body. @default - none */
  readonly encoding?: ContentEncoding;
}

/** Answers with this status and does not execute the request. */
export function respond(status: number, given: GivenAnswer = {}): Fault {
  const { body, retryAfter, location, encoding, contentType } = given;
  const answer = body === undefined ? usualAnswer(status) : text(status, body);
  const headers = {
    ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="AEWS"' }),
    ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    ...(location !== undefined && { Location: location }),
  };
  return {
    kind: 'respond',
    answer: {
      ...answer,
      headers,
      ...(contentType !== undefined && { contentType }),
      ...(encoding !== undefined && { encoding }),
    },
  };
}

/**
 * Answers with this status and Tomcat's own page, and does not execute the request. Examples: 404
 * while AEWS is redeployed (inferred), 403 from a filter before AEWS.
 */
export function respondWithPage(
  status: number,
  given: Omit<GivenAnswer, 'body' | 'contentType'> = {},
): Fault {
  const { body = '', contentType = '' } = tomcatPage(status, plannedFaultMessage);
  return respond(status, { ...given, body, contentType });
}

/**
 * Answers with this status and no body, and does not execute the request. Example: 404 from a proxy
 * or from a web service that has not started yet.
 */
export function respondEmpty(status: number): Fault {
  return { kind: 'respond', answer: empty(status) };
}

/** Answers 200 with an error line of AutoSys, as a gateway without other statuses does. */
export function respondWithLine(line: string): Fault {
  return { kind: 'respond', answer: text(200, `${line}\n`) };
}

const plannedFaultMessage = 'Planned fault';

function usualAnswer(status: number): HttpAnswer {
  return status === 403 ? empty(403) : tomcatPage(status, plannedFaultMessage);
}

/** The requests to which a fault applies. All conditions must hold. */
export interface FaultScope {
  /**
   * Number of times that the fault applies.
   *
   * @default - once
   */
  readonly times?: number | 'always';
  readonly method?: string;
  /**
   * Text that the path contains, or expression that it matches. The path is as sent, with its
   * query. A fault with a path never applies to a bare connection.
   */
  readonly path?: string | RegExp;
}

/** A planned fault: how often it was applied, and a method to cancel it. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly struck: number;
  callOff(): void;
}

/** The planned faults, in the order of planning. The first that matches a request applies to it. */
export class FaultPlan {
  #planned: Planned[] = [];

  /** Plans a fault from the next request on. */
  plan(fault: Fault, scope: FaultScope = {}): PlannedFault {
    const planned = new Planned(fault, scope);
    this.#planned.push(planned);
    return planned;
  }

  /** Cancels every planned fault. */
  clear(): void {
    for (const planned of this.#planned) planned.callOff();
    this.#planned = [];
  }

  /** True when the next connection is refused. Counts the refusal. */
  strikeConnection(): boolean {
    const struck = this.#planned.find(
      (planned) => planned.fault.kind === 'refuseConnection' && planned.isDue(),
    );
    struck?.strike();
    return struck !== undefined;
  }

  /** The fault for this request, if any. Counts it. */
  strikeRequest(method: string, path: string): Fault | undefined {
    const struck = this.#planned.find((planned) => planned.fits(method, path));
    struck?.strike();
    return struck?.fault;
  }
}

class Planned implements PlannedFault {
  readonly fault: Fault;
  readonly #scope: FaultScope;
  #left: number;
  #struck = 0;

  constructor(fault: Fault, scope: FaultScope) {
    this.fault = fault;
    this.#scope = scope;
    this.#left = scope.times === 'always' ? Number.POSITIVE_INFINITY : (scope.times ?? 1);
  }

  get struck(): number {
    return this.#struck;
  }

  isDue(): boolean {
    return this.#left > 0;
  }

  fits(method: string, path: string): boolean {
    const { method: wantedMethod = method, path: wantedPath = '' } = this.#scope;
    const pathMatches =
      typeof wantedPath === 'string' ? path.includes(wantedPath) : path.search(wantedPath) >= 0;
    return this.isDue() && wantedMethod.toUpperCase() === method && pathMatches;
  }

  strike(): void {
    this.#left -= 1;
    this.#struck += 1;
  }

  callOff(): void {
    this.#left = 0;
  }
}
