import { empty, type HttpAnswer, text, tomcatPage } from './answer.ts';
import type { ContentEncoding } from './encode-body.ts';

/** A way in which a real AutoSys, its Tomcat or the network between misbehaves. */
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

/** The connection is reset before TLS is spoken; nothing of the request leaves the client. */
export const refuseConnection: Fault = { kind: 'refuseConnection' };
/** The request is read, not acted on, and the connection is reset. */
export const resetBeforeAnswer: Fault = { kind: 'resetBeforeAnswer' };
/** The one that matters: the event is queued, and then the connection is reset. */
export const resetAfterAccept: Fault = { kind: 'resetAfterAccept' };
/** The request is read, not acted on, and nothing is ever said. */
export const neverAnswer: Fault = { kind: 'neverAnswer' };
/** The answer is not HTTP; the request is not acted on. */
export const garbage: Fault = { kind: 'garbage' };
/** The request is acted on; the answer breaks off in the middle. */
export const halfAResponse: Fault = { kind: 'halfAResponse' };
/** The event is answered with 201, and nothing ever happens. */
export const acceptAndLose: Fault = { kind: 'acceptAndLose' };
/** The request is acted on and answered with the right status, but without the body. */
export const emptyBody: Fault = { kind: 'emptyBody' };

/** The request is acted on at once, the answer comes so many milliseconds later by the emulator's clock. */
export function answerAfter(ms: number): Fault {
  return { kind: 'answerAfter', ms };
}

/** The request is acted on; the body dribbles in, in pieces so many milliseconds apart. */
export function slowBody(ms: number): Fault {
  return { kind: 'slowBody', ms };
}

/** The request is acted on; the body of the answer is compressed, though no client asked for it. */
export function compress(encoding: ContentEncoding): Fault {
  return { kind: 'compress', encoding };
}

/** What an answer in the place of the right one holds. */
export interface GivenAnswer {
  /** @default - a Tomcat page, and on 403 the empty body that EEM gives */
  readonly body?: string;
  /** Media type of `body`. @default text/plain;charset=UTF-8 */
  readonly contentType?: string;
  /** In seconds, or an HTTP date, for 429 and 503. @default - none */
  readonly retryAfter?: number | string;
  /** Where a redirect leads. @default - none */
  readonly location?: string;
  /** How the body is compressed. @default - not at all */
  readonly encoding?: ContentEncoding;
}

/** Answers with this status and does nothing. */
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
 * Answers with this status and Tomcat's own page, and does nothing: with 404 while AEWS is being deployed again
 * (inferred), with 403 as a filter before AEWS does.
 */
export function respondWithPage(
  status: number,
  given: Omit<GivenAnswer, 'body' | 'contentType'> = {},
): Fault {
  const { body = '', contentType = '' } = tomcatPage(status, plannedMessage);
  return respond(status, { ...given, body, contentType });
}

/** Answers with this status and no body, and does nothing: with 404 as a proxy or a web service that is not started yet. */
export function respondEmpty(status: number): Fault {
  return { kind: 'respond', answer: empty(status) };
}

/** Answers 200 with an error line of AutoSys, as a gateway does that knows no other status. */
export function respondWithLine(line: string): Fault {
  return { kind: 'respond', answer: text(200, `${line}\n`) };
}

const plannedMessage = 'Planned misbehaviour';

function usualAnswer(status: number): HttpAnswer {
  return status === 403 ? empty(403) : tomcatPage(status, plannedMessage);
}

/** Which requests a fault strikes; all that is given must hold. */
export interface FaultScope {
  /**
   * How often it strikes before it is over.
   * @default - once
   */
  readonly times?: number | 'always';
  readonly method?: string;
  /** Must occur in the path, or match it; path as sent, with its query. Never strikes a bare connection. */
  readonly path?: string | RegExp;
}

/** A planned fault: how often it struck, and a way to call it off. */
export interface PlannedFault {
  readonly fault: Fault;
  readonly struck: number;
  callOff(): void;
}

/** The misbehaviour that is planned, in the order of planning; a request is struck by the first that fits. */
export class FaultPlan {
  #planned: Planned[] = [];

  /** Plans a fault; it strikes from the next request on. */
  plan(fault: Fault, aim: FaultScope = {}): PlannedFault {
    const planned = new Planned(fault, aim);
    this.#planned.push(planned);
    return planned;
  }

  /** Calls everything off. */
  clear(): void {
    for (const planned of this.#planned) planned.callOff();
    this.#planned = [];
  }

  /** Whether the next connection is refused; counts it when it is. */
  strikeConnection(): boolean {
    const struck = this.#planned.find(
      (planned) => planned.fault.kind === 'refuseConnection' && planned.isDue(),
    );
    struck?.strike();
    return struck !== undefined;
  }

  /** The fault that this request suffers, if any; counts it. */
  strikeRequest(method: string, path: string): Fault | undefined {
    const struck = this.#planned.find((planned) => planned.fits(method, path));
    struck?.strike();
    return struck?.fault;
  }
}

class Planned implements PlannedFault {
  readonly fault: Fault;
  readonly #aim: FaultScope;
  #left: number;
  #struck = 0;

  constructor(fault: Fault, aim: FaultScope) {
    this.fault = fault;
    this.#aim = aim;
    this.#left = aim.times === 'always' ? Number.POSITIVE_INFINITY : (aim.times ?? 1);
  }

  get struck(): number {
    return this.#struck;
  }

  isDue(): boolean {
    return this.#left > 0;
  }

  fits(method: string, path: string): boolean {
    const { method: wanted = method, path: where = '' } = this.#aim;
    const there = typeof where === 'string' ? path.includes(where) : path.search(where) >= 0;
    return this.isDue() && wanted.toUpperCase() === method && there;
  }

  strike(): void {
    this.#left -= 1;
    this.#struck += 1;
  }

  callOff(): void {
    this.#left = 0;
  }
}
