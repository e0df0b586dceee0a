import { gzipSync } from 'node:zlib';
import type { RawReply } from '../../../autosys/client/reply.ts';
import { empty, type HttpAnswer, text, tomcatPage } from '../../../emulator/answer.ts';
import type { Mishap } from './mishaps.ts';
import { complaint, portalPage } from './server.ts';

/** How a request ended, and after how many milliseconds the client knows. */
export type Reception =
  | { readonly kind: 'unsent' | 'unanswered'; readonly afterMs: number; readonly reason: string }
  | {
      readonly kind: 'answered';
      readonly afterMs: number;
      readonly raw: RawReply;
      /** The body in place of that of `raw`, where it came compressed. */
      readonly compressed?: Uint8Array;
    };

/** An answer, as it goes back at once. */
export function answered({ status, headers = {}, body = '' }: HttpAnswer): Reception {
  return { kind: 'answered', afterMs: 0, raw: { httpStatus: status, headers, body } };
}

export const unauthorized = answered(
  tomcatPage(401, 'a user name and a password that AutoSys knows are required'),
);
export const refusedConnection: Reception = {
  kind: 'unsent',
  afterMs: 0,
  reason: 'the connection was refused',
};
const noConnection: Reception = {
  kind: 'unsent',
  afterMs: 3_000,
  reason: 'the connection was not established within 3000 ms',
};
const reset: Reception = { kind: 'unanswered', afterMs: 0, reason: 'the connection was reset' };
const silence: Reception = {
  kind: 'unanswered',
  afterMs: 15_000,
  reason: 'no response arrived within 15000 ms',
};

/** The reply as a web server compresses it; the body is no text any more. */
function compress(reception: Reception): Reception {
  if (reception.kind !== 'answered' || reception.raw.body === '') return reception;
  const { raw } = reception;
  const headers = { ...raw.headers, 'content-encoding': 'gzip' };
  return { ...reception, raw: { ...raw, headers }, compressed: gzipSync(raw.body) };
}

/** What a request met with. */
export interface Meeting {
  /** What AutoSys would have answered. */
  readonly lawful: HttpAnswer;
  /** The login as Basic sends it, which some pages repeat. */
  readonly basic: string;
}

type Ending = (meeting: Meeting) => Reception;

const page =
  (status: number): Ending =>
  ({ basic }) =>
    answered(portalPage(status, basic));
const broken =
  (status: number): Ending =>
  () =>
    answered(tomcatPage(status, 'broken'));
/** AutoSys's own words. */
const unknown = text(404, 'CAUAJM_E_50027 Invalid Job Name: it was removed\n');
const lawful: Ending = (meeting) => answered(meeting.lawful);

/** How a request ends that suffers a mishap, and whether AutoSys takes its event all the same. */
export const endingByMishap: Readonly<
  Record<Mishap, { readonly acts: boolean; readonly end: Ending }>
> = {
  'refused connection': { acts: false, end: () => refusedConnection },
  'no connection': { acts: false, end: () => noConnection },
  'reset before acting': { acts: false, end: () => reset },
  'reset after acting': { acts: true, end: () => reset },
  'silence without acting': { acts: false, end: () => silence },
  'silence after acting': { acts: true, end: () => silence },
  400: { acts: false, end: page(400) },
  401: { acts: false, end: () => unauthorized },
  403: { acts: false, end: () => answered(empty(403)) },
  404: { acts: false, end: () => answered(unknown) },
  '403 page': { acts: false, end: page(403) },
  '404 page': { acts: false, end: broken(404) },
  'empty 404': { acts: false, end: () => answered(empty(404)) },
  compressed: { acts: true, end: (meeting) => compress(answered(meeting.lawful)) },
  429: {
    acts: false,
    end: () => answered(tomcatPage(429, 'too many requests', { 'retry-after': '2' })),
  },
  '500 without acting': { acts: false, end: broken(500) },
  '500 after acting': { acts: true, end: broken(500) },
  502: { acts: false, end: page(502) },
  503: { acts: false, end: page(503) },
  '504 after acting': { acts: true, end: broken(504) },
  page: { acts: false, end: page(200) },
  'page after acting': { acts: true, end: page(200) },
  complaint: { acts: false, end: () => answered(complaint) },
  forgotten: { acts: false, end: lawful },
  stalled: { acts: true, end: lawful },
};
