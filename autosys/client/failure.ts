import type { PeerCertificate } from 'node:tls';
import type { NetworkFault } from '../network-fault.ts';
import { chainOf, findMissingIssuer } from './chain.ts';
import { toOneLine } from './reply.ts';
import { toTlsFault, toTlsWords } from './tls-fault.ts';

/** The facts about a request without a reply. */
export interface FailureContext {
  readonly host: string;
  readonly certificate: PeerCertificate | undefined;
  /** The given authorities, PEM, one certificate each. `undefined` if none were given. */
  readonly authorities: readonly string[] | undefined;
  /** Whether client and server had agreed on keys when the handshake failed. @default false */
  readonly keyed?: boolean;
  /** Removes secrets from a text. */
  readonly redact: (text: string) => string;
}

const phases: Readonly<Record<string, string>> = {
  lookup: 'the name was not resolved',
  connect: 'the connection was not established',
  secureConnect: 'the TLS handshake did not finish',
  socket: 'no data was transferred',
  send: 'the request was not sent',
  response: 'no response arrived',
  read: 'the response did not end',
  request: 'the request did not finish',
};

const faultByCode: Readonly<Record<string, NetworkFault>> = {
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unroutable',
  ENETUNREACH: 'unroutable',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'broken',
  EPIPE: 'broken',
  EPROTO: 'noTls',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'notYetValid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'selfSigned',
  ERR_TLS_CERT_ALTNAME_INVALID: 'wrongHost',
  ABORT_ERR: 'cancelled',
};

const reasonByFault: Readonly<
  Partial<Record<NetworkFault, (context: FailureContext, words: string) => string>>
> = {
  noTls: () => 'the port does not speak TLS',
  tlsVersion: () =>
    'client and server have no TLS version in common, the client accepts 1.2 and 1.3',
  noSharedCipher: () =>
    'client and server have no cipher suite, curve or signature algorithm in common',
  clientCertificate: () => 'the server demands a client certificate, and the bridge has none',
  legacyRenegotiation: () => 'the server lacks secure renegotiation (RFC 5746)',
  weakCertificate: (_, words) => `its certificate has a weak key or digest (${words})`,
  tlsRejected: (_, words) => `the server aborted the handshake (${words})`,
  wrongHost: ({ host, certificate }) => `its certificate is not for ${host}${namesOf(certificate)}`,
  missingIntermediate: (context) => `its certificate is ${notBy(context)}: ${describeGap(context)}`,
};

const reasons: Readonly<Record<string, (context: FailureContext) => string>> = {
  ENOTFOUND: ({ host }) => `the name ${host} does not resolve`,
  EAI_AGAIN: ({ host }) => `the name ${host} could not be looked up, no DNS server answered`,
  ECONNREFUSED: () => 'the connection was refused, nothing listens on that port',
  EHOSTUNREACH: () => 'no route to the host',
  ENETUNREACH: () => 'no route to the network',
  ETIMEDOUT: () => 'the connection timed out',
  ECONNRESET: () => 'the connection was reset',
  EPIPE: () => 'the connection was closed',
  EPROTO: () => 'the port does not speak a TLS that this client accepts',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: () => 'the response ended early',
  CERT_HAS_EXPIRED: ({ certificate }) =>
    `its certificate expired${onDate(certificate, 'valid_to')}`,
  CERT_NOT_YET_VALID: ({ certificate }) =>
    `its certificate is not yet valid${onDate(certificate, 'valid_from')}`,
  INVALID_PURPOSE: () => 'its certificate is not a server certificate',
  CERT_REVOKED: () => 'its certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: (context) => `its certificate is self-signed, ${notBy(context)}`,
  SELF_SIGNED_CERT_IN_CHAIN: (context) =>
    `its certificate comes from another authority, ${notBy(context)}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (context) => `its certificate is ${notBy(context)}`,
  UNABLE_TO_GET_ISSUER_CERT: (context) => `its certificate is ${notBy(context)}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (context) => `its certificate is ${notBy(context)}`,
  CERT_SIGNATURE_FAILURE: (context) => `its certificate is ${notBy(context)}`,
};

/** Error codes that other trusted certificates may resolve. A wrong host name is none of them. */
const distrust: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether the server was not trusted: unknown issuer, or an expired certificate in its chain. */
export function isDistrust(error: unknown): boolean {
  return distrust.has(stringOf(error, 'code'));
}

/** Error codes of a verification that ended because an authority above the chain is missing. */
const gaps: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The fault that prevents a connection. `undefined` if the error is of no known kind. */
export function toNetworkFault(error: unknown, context: FailureContext): NetworkFault | undefined {
  const code = stringOf(error, 'code');
  if (gaps.has(code)) {
    const missing = findMissingIssuer(context.certificate, context.authorities);
    return missing === undefined ? 'unknownIssuer' : 'missingIntermediate';
  }
  const tls = toTlsFault({ words: toWords(error), keyed: context.keyed ?? false });
  return tls ?? faultByCode[code] ?? (distrust.has(code) ? 'unknownIssuer' : undefined);
}

/**
 * Describes a failure as the end of a sentence, without details of the library's error.
 *
 * @param fault the result of `toNetworkFault` for the same error
 */
export function describeFailure(
  error: unknown,
  context: FailureContext,
  fault: NetworkFault | undefined,
): string {
  const code = stringOf(error, 'code');
  const phase = stringOf(error, 'event');
  if (phase !== '' && phases[phase] !== undefined) {
    const within = /for (\d+)ms/.exec(stringOf(error, 'message'))?.[1];
    return `${phases[phase]}${within === undefined ? '' : ` within ${within} ms`}`;
  }
  if (code.startsWith('HPE_')) return 'the response is not HTTP';
  const isPlain = code === 'EPROTO' && toWords(error) === '';
  const words = fault === undefined || isPlain ? undefined : reasonByFault[fault];
  if (words !== undefined) return words(context, toOneLine(context.redact(toWords(error))));
  return reasons[code]?.(context) ?? toOneLine(context.redact(stringOf(error, 'message')));
}

/**
 * A new error with only the name, code and message of another.
 *
 * Errors of got contain the request options with the authorization header, so they would print the
 * password.
 */
export function toCause(error: unknown, redact: (text: string) => string): Error {
  const cause = new Error(toOneLine(redact(stringOf(error, 'message'))));
  cause.name = stringOf(error, 'name') || 'Error';
  const code = stringOf(error, 'code');
  return code === '' ? cause : Object.assign(cause, { code });
}

/** Creates a function that replaces the password and the Basic login in a text by `***`. */
export function createRedact(login: {
  username: string;
  password: string;
}): (text: string) => string {
  const { password } = login;
  const secrets = [toBasic(login), password, encodeURIComponent(password)];
  const known = secrets.filter((secret) => secret !== '');
  return function redact(text) {
    return known.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text);
  };
}

/** The credentials of the Basic header, after the word `Basic` (RFC 7617, UTF-8). */
export function toBasic({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
}

function notBy({ authorities }: FailureContext): string {
  return authorities === undefined
    ? 'not signed by an authority that Node.js trusts; give the one that signed it in ca'
    : 'not signed by the given certificate authority';
}

function toWords(error: unknown): string {
  return toTlsWords(stringOf(error, 'code'), stringOf(error, 'message'));
}

function describeGap({ certificate, authorities }: FailureContext): string {
  const name = findMissingIssuer(certificate, authorities);
  return `the authority ${name} is neither sent by the server nor in ca; put both root and intermediate into ca`;
}

/**
 * The date that made the chain invalid: the earliest end, or the latest start, of its certificates.
 *
 * A chain ends in a certificate that issued itself.
 */
function onDate(leaf: PeerCertificate | undefined, field: 'valid_to' | 'valid_from'): string {
  const known = chainOf(leaf)
    .map((certificate) => Date.parse(certificate[field]))
    .filter((date) => !Number.isNaN(date));
  if (known.length === 0) return '';
  const date = field === 'valid_to' ? Math.min(...known) : Math.max(...known);
  const day = new Date(date).toISOString().slice(0, 10);
  return field === 'valid_to' ? ` on ${day}` : `, it is valid from ${day}`;
}

function namesOf(certificate: PeerCertificate | undefined): string {
  const names = certificate?.subjectaltname ?? certificate?.subject?.CN;
  return typeof names === 'string' && names !== ''
    ? ` but for ${toOneLine(names).slice(0, 120)}`
    : '';
}

function stringOf(error: unknown, field: 'name' | 'code' | 'message' | 'event'): string {
  if (typeof error !== 'object' || error === null) return field === 'message' ? String(error) : '';
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : '';
}
