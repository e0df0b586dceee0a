import {
  AutosysOutcomeUnknownError,
  AutosysUnreachableError,
  NameError,
  UnsupportedByProfileError,
} from '../errors.ts';
import { adviseOn, type NetworkFault } from '../network-fault.ts';
import type { Attempt, BasicCredentials, Carrier } from './attempt.ts';
import type { ClockWatch } from './clock-watch.ts';
import { type AewsEndpoint, joinBasePath } from './endpoint.ts';
import { isAnswerOfAews, toMeaning } from './meaning.ts';
import type { RequestTemplate, WireProfile } from './profile.ts';
import type { Reply } from './reply.ts';
import { type FieldValues, fillRequest, type WireRequest } from './request.ts';
import { type Address, ServedAddresses } from './served-addresses.ts';
import { type RequestDescription, toError } from './wire.ts';

/** One request to AutoSys, whichever endpoint takes it. */
export interface Call extends RequestDescription {
  readonly template: RequestTemplate;
  readonly fields: FieldValues;
  /** Whether sending it twice does no harm. */
  readonly repeatable: boolean;
  readonly accept?: string;
  /** Whether the reader can do without the answer where this release lacks the request. */
  readonly isDetail?: boolean;
  /** A body that is no JSON. */
  readonly text?: string;
  readonly signal?: AbortSignal | undefined;
  readonly notAfter?: Date | undefined;
}

/** An answer of any status, and who gave it. */
export interface EndpointReply {
  readonly reply: Reply;
  readonly endpoint: AewsEndpoint;
}

/** What a caller needs to know. */
export interface CallerOptions {
  readonly endpoints: readonly AewsEndpoint[];
  readonly transport: Pick<Carrier, 'attempt'>;
  readonly profile: WireProfile;
  readonly credentials: () => Promise<BasicCredentials>;
  /** The clock by which an answer is a minute old. */
  readonly now: () => Date;
  /** Compares the clock of AutoSys with this one. */
  readonly clock: Pick<ClockWatch, 'note'>;
}

/**
 * Finds the endpoint that answers.
 *
 * The next one is tried only where the one before certainly did nothing: it was not reached, said 503, or AEWS is not
 * deployed on it. The endpoint that answered last is asked first, so that a dead primary costs its timeout once and not
 * with every call.
 */
export class Caller {
  readonly #options: CallerOptions;
  readonly #served: ServedAddresses;
  #first = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#served = new ServedAddresses(options.now);
  }

  /** Whether this release seems to lack a request: AEWS has just answered another one, and this one never. */
  seemsToLack(template: RequestTemplate): boolean {
    const endpoint = this.#options.endpoints[this.#first];
    return endpoint !== undefined && this.#served.seemsToLack(this.#toAddress(template, endpoint));
  }

  /** Asks, and hands back a 2xx answer. @throws {AutosysError} for every other */
  async demand(call: Call): Promise<EndpointReply> {
    const answer = await this.ask(call);
    const error = toError(answer.reply, call);
    if (error !== undefined) throw error;
    return answer;
  }

  /**
   * Asks, and hands back an answer of any status.
   *
   * @throws {AutosysUnreachableError} where no endpoint was reached
   * @throws {AutosysOutcomeUnknownError} where a change left us and no answer came; no other endpoint is tried then
   */
  async ask(call: Call): Promise<EndpointReply> {
    const { endpoints } = this.#options;
    const silent: Silence[] = [];
    let unavailable: EndpointReply | undefined;
    for (let step = 0; step < endpoints.length; step += 1) {
      const index = (this.#first + step) % endpoints.length;
      const endpoint = endpoints[index];
      const sentMs = this.#options.now().getTime();
      if (endpoint === undefined || (step > 0 && call.signal?.aborted)) break;
      if (call.notAfter !== undefined && sentMs > call.notAfter.getTime()) {
        if (step === 0) silent.push(toNotSent(endpoint));
        break;
      }

      const attempt = await this.#attempt(call, endpoint);
      if (attempt.kind === 'answered') {
        this.#noteDate(attempt.reply, sentMs);
        const answer = { reply: this.#judge(attempt.reply, call, endpoint), endpoint };
        if (!didNothing(answer.reply, call)) {
          this.#first = index;
          const isLacking = call.isDetail === true && this.seemsToLack(call.template);
          // After an unexplained 404 the next try begins at the next endpoint, which may be served.
          if (toMeaning(answer.reply) === 'unexplained' && !isLacking) {
            this.#first = (index + 1) % endpoints.length;
          }
          return answer;
        }
        unavailable ??= answer;
      } else {
        if (attempt.kind === 'unanswered' && call.changes) throw toUnknown(call, endpoint, attempt);
        silent.push({ endpoint, ...attempt });
      }
    }
    if (unavailable !== undefined) return unavailable;
    throw toUnreachable(silent);
  }

  /**
   * Records who was answered, and takes for AEWS's own what is known to be: a 404 of an address that serves others, and
   * the page that answers a read where this release has no such address.
   */
  #judge(reply: Reply, call: Call, endpoint: AewsEndpoint): Reply {
    const address = this.#toAddress(call.template, endpoint);
    const subject = toSubject(call);
    const meaning = toMeaning(reply);
    const isPage = meaning === 'unavailable' && reply.origin === 'html';
    const isOwn =
      (meaning === 'unexplained' && this.#served.hasServedOthers(address, subject)) ||
      (isPage && !call.changes && this.#served.lacks(address));
    if (isPage) this.#served.recordPage(address);
    if (isAnswerOfAews(reply)) this.#served.recordAnswer(address, subject);
    return isOwn ? { ...reply, origin: 'aews' } : reply;
  }

  /** Only of AEWS itself: the clock of a proxy says nothing about the scheduler. */
  #noteDate(reply: Reply, sentMs: number): void {
    const { now, clock } = this.#options;
    if (reply.date === undefined || !isAnswerOfAews(reply)) return;
    clock.note({ date: reply.date, sentMs, receivedMs: now().getTime() });
  }

  #toAddress({ method, path }: RequestTemplate, endpoint: AewsEndpoint): Address {
    const basePath = joinBasePath(endpoint.path, this.#options.profile.basePath);
    return { base: `${endpoint.origin}${basePath}`, request: `${method} ${path}` };
  }

  async #attempt(call: Call, endpoint: AewsEndpoint): Promise<Attempt> {
    const { transport } = this.#options;
    const request = this.#toRequest(call, endpoint);
    const login = checkLogin(await this.#options.credentials());
    const { signal } = call;
    const fresh = call.changes && !call.repeatable;
    const connection = fresh ? 'fresh' : 'kept';
    const attempt = await transport.attempt(request, { endpoint, login, connection, signal });
    const again =
      attempt.kind === 'unanswered' && attempt.stale && !call.changes && !signal?.aborted;
    // The server had closed the kept connection; a read may simply ask once more over a new one.
    return again
      ? transport.attempt(request, { endpoint, login, connection: 'fresh', signal })
      : attempt;
  }

  #toRequest({ template, fields, doing, accept, text }: Call, endpoint: AewsEndpoint): WireRequest {
    const { profile } = this.#options;
    const basePath = joinBasePath(endpoint.path, profile.basePath);
    const request = fillRequest(template, fields, basePath);
    if (request === undefined) {
      throw new UnsupportedByProfileError({ doing, profile: profile.name });
    }
    return {
      ...request,
      ...(accept === undefined ? {} : { accept }),
      ...(text === undefined ? {} : { body: text, contentType: 'text/plain; charset=utf-8' }),
    };
  }
}

interface Silence {
  readonly kind: 'unsent' | 'unanswered';
  readonly endpoint: AewsEndpoint;
  readonly fault?: NetworkFault | undefined;
  readonly reason: string;
  readonly cause: Error;
}

/** 503 and its kin; a broken read did nothing either. 429 speaks for the user, whom the next endpoint knows too. */
function didNothing(reply: Reply, { changes }: Call): boolean {
  const meaning = toMeaning(reply);
  if (meaning === 'unavailable') return reply.httpStatus !== 429;
  return meaning === 'broken' && !changes;
}

/** What a request is about: its job, else its variable, machine or command. */
function toSubject({ job, fields }: Call): string {
  return String(job ?? fields.globalVariable ?? fields.machine ?? fields.command ?? '');
}

function checkLogin(login: BasicCredentials): BasicCredentials {
  if (!login.username.includes(':')) return login;
  throw new NameError({
    what: 'AutoSys user name',
    found: 'a colon in it',
    allowed: 'a name without a colon, where HTTP Basic ends the name',
  });
}

function toUnknown(
  { doing }: Call,
  endpoint: AewsEndpoint,
  { reason, cause }: Omit<Silence, 'endpoint' | 'kind'>,
) {
  return new AutosysOutcomeUnknownError({
    doing,
    reason: `it was sent to ${endpoint.name} and ${reason}`,
    cause,
  });
}

/** The function stood still since the caller looked at its clock. */
function toNotSent(endpoint: AewsEndpoint): Silence {
  const reason = 'not sent: the time for it was over';
  return { endpoint, kind: 'unsent', reason, cause: new Error(reason) };
}

function toUnreachable(silent: readonly Silence[]): AutosysUnreachableError {
  const [first] = silent;
  const cause = first === undefined ? {} : { cause: first.cause };
  const several = silent.length > 1;
  const named = (name: string, text: string) => (several ? `${name}: ${text}` : text);
  const advice = silent.flatMap(({ endpoint, fault }) =>
    fault === undefined ? [] : [named(endpoint.name, adviseOn(fault))],
  );
  return new AutosysUnreachableError({
    endpoint: silent.map(({ endpoint }) => endpoint.name).join(' and '),
    reason: silent.map(({ endpoint, reason }) => named(endpoint.name, reason)).join('; '),
    ...cause,
    wasSent: silent.some(({ kind }) => kind === 'unanswered'),
    ...(advice.length > 0 && { advice: advice.join('; ') }),
  });
}
