import { gzipSync } from 'node:zlib';
import type { RawReply } from '../../../autosys/client/reply.ts';
import { empty, type HttpAnswer, text, tomcatPage } from '../../../emulator/answer.ts';
import { errorWithStatus200, portalPage } from './evaluate-request.ts';
import type { RequestFault } from './request-faults.ts';

/** How a request ended, and after how many milliseconds the client learns it. */
export type RequestOutcome =
  | { readonly kind: 'unsent' | 'unanswered'; readonly afterMs: number; readonly reason: string }
  | {
      readonly kind: 'answered';
      readonly afterMs: number;
      readonly raw: RawReply;
      /** The compressed body. It replaces the body of `raw`. */
      readonly compressed?: Uint8Array;
    };

/** Creates the outcome of a request that is answered at once. */
export function answered({ status, headers = {}, body = '' }: HttpAnswer): RequestOutcome {
  return { kind: 'answered', afterMs: 0, raw: { httpStatus: status, headers, body } };
}

export const unauthorized = answered(
  tomcatPage(401, 'a valid user name and password are required'),
);
export const refusedConnection: RequestOutcome = {
  kind: 'unsent',
  afterMs: 0,
  reason: 'the connection was refused',
};
const noConnection: RequestOutcome = {
  kind: 'unsent',
  afterMs: 3_000,
  reason: 'no connection within 3000 ms',
};
const reset: RequestOutcome = {
  kind: 'unanswered',
  afterMs: 0,
  reason: 'the connection was reset',
};
const noAnswer: RequestOutcome = {
  kind: 'unanswered',
  afterMs: 15_000,
  reason: 'no answer within 15000 ms',
};

/** Compresses a reply, as a web server does. */
function compress(outcome: RequestOutcome): RequestOutcome {
  if (outcome.kind !== 'answered' || outcome.raw.body === '') return outcome;
  const { raw } = outcome;
  const headers = { ...raw.headers, 'content-encoding': 'gzip' };
  return { ...outcome, raw: { ...raw, headers }, compressed: gzipSync(raw.body) };
}

/** What an outcome may depend on. */
export interface RequestContext {
  /** What AutoSys would have answered without a fault. */
  readonly regular: HttpAnswer;
  /** The Authorization value of Basic. Some pages repeat it. */
  readonly basic: string;
}

type CreateOutcome = (context: RequestContext) => RequestOutcome;

const htmlPage =
  (status: number): CreateOutcome =>
  ({ basic }) =>
    answered(portalPage(status, basic));
const errorPage =
  (status: number): CreateOutcome =>
  () =>
    answered(tomcatPage(status, 'error'));
/** The 404 answer with AutoSys's message. */
const unknownJob = text(404, 'CAUAJM_E_50027 Invalid Job Name: it was removed\n');
const regular: CreateOutcome = (context) => answered(context.regular);

/** How a request with a fault ends, and whether AutoSys still accepts its event. */
export const outcomeByFault: Readonly<
  Record<RequestFault, { readonly accepts: boolean; readonly end: CreateOutcome }>
> = {
  'connection refused': { accepts: false, end: () => refusedConnection },
  'connection timeout': { accepts: false, end: () => noConnection },
  'reset before acceptance': { accepts: false, end: () => reset },
  'reset after acceptance': { accepts: true, end: () => reset },
  'no answer without acceptance': { accepts: false, end: () => noAnswer },
  'no answer after acceptance': { accepts: true, end: () => noAnswer },
  400: { accepts: false, end: htmlPage(400) },
  401: { accepts: false, end: () => unauthorized },
  403: { accepts: false, end: () => answered(empty(403)) },
  404: { accepts: false, end: () => answered(unknownJob) },
  '403 page': { accepts: false, end: htmlPage(403) },
  '404 page': { accepts: false, end: errorPage(404) },
  'empty 404': { accepts: false, end: () => answered(empty(404)) },
  'compressed reply': { accepts: true, end: (context) => compress(answered(context.regular)) },
  429: {
    accepts: false,
    end: () => answered(tomcatPage(429, 'too many requests', { 'retry-after': '2' })),
  },
  '500 without acceptance': { accepts: false, end: errorPage(500) },
  '500 after acceptance': { accepts: true, end: errorPage(500) },
  502: { accepts: false, end: htmlPage(502) },
  503: { accepts: false, end: htmlPage(503) },
  '504 after acceptance': { accepts: true, end: errorPage(504) },
  'HTML page': { accepts: false, end: htmlPage(200) },
  'HTML page after acceptance': { accepts: true, end: htmlPage(200) },
  '200 with an error line': { accepts: false, end: () => answered(errorWithStatus200) },
  'accepted and lost': { accepts: false, end: regular },
  'scheduler stalled': { accepts: true, end: regular },
};
