import type { PeerCertificate } from 'node:tls';
import type { NetworkFault } from '../network-fault.ts';
import { chainOf, findMissingIssuer } from './chain.ts';
import { toOneLine } from './reply.ts';
import { toTlsFault, toTlsWords } from './tls-fault.ts';

/** What is known of a request that brought no answer. */
export interface FailureScene {
  readonly host: string;
  readonly certificate: PeerCertificate | undefined;
  /** The given authorities, PEM, one certificate each; `undefined` where none were given. */
  readonly authorities: readonly string[] | undefined;
  /** Whether the two sides had agreed on keys when the handshake failed. @default false */
  readonly keyed?: boolean;
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string;
}

const phases: Readonly<Record<string, string>> = {
  lookup: 'the name was not resolved',
  connect: 'the connection did not stand',
  secureConnect: 'TLS was not agreed',
  socket: 'nothing moved',
  send: 'the request was not sent',
  response: 'no answer came',
  read: 'the answer did not end',
  request: 'the request was not done',
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
  Partial<Record<NetworkFault, (scene: FailureScene, words: string) => string>>
> = {
  noTls: () => 'the port does not speak TLS',
  tlsVersion: () => 'the two sides have no TLS version in common, ours are 1.2 and 1.3',
  noSharedCipher: () =>
    'the two sides have no cipher suite, curve or signature algorithm in common',
  clientCertificate: () => 'the server demands a client certificate, and the bridge has none',
  legacyRenegotiation: () => 'the server lacks secure renegotiation (RFC 5746)',
  weakCertificate: (_, words) => `its certificate has a weak key or digest (${words})`,
  tlsRejected: (_, words) => `the server broke the handshake off (${words})`,
  wrongHost: ({ host, certificate }) => `its certificate is not for ${host}${namesOf(certificate)}`,
  missingIntermediate: (scene) => `its certificate is ${notBy(scene)}: ${describeGap(scene)}`,
};

const reasons: Readonly<Record<string, (scene: FailureScene) => string>> = {
  ENOTFOUND: ({ host }) => `the name ${host} does not resolve`,
  EAI_AGAIN: ({ host }) => `the name ${host} could not be looked up, no name server answers`,
  ECONNREFUSED: () => 'the connection was refused, nothing listens on that port',
  EHOSTUNREACH: () => 'no route leads to the host',
  ENETUNREACH: () => 'no route leads to the network',
  ETIMEDOUT: () => 'the connection timed out',
  ECONNRESET: () => 'the connection was reset',
  EPIPE: () => 'the connection was closed',
  EPROTO: () => 'the port does not speak TLS as we do',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: () => 'the answer broke off',
  CERT_HAS_EXPIRED: ({ certificate }) =>
    `its certificate expired${onDate(certificate, 'valid_to')}`,
  CERT_NOT_YET_VALID: ({ certificate }) =>
    `its certificate is not yet valid${onDate(certificate, 'valid_from')}`,
  INVALID_PURPOSE: () => 'its certificate is not made for a server',
  CERT_REVOKED: () => 'its certificate was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: (scene) => `its certificate is self-signed, ${notBy(scene)}`,
  SELF_SIGNED_CERT_IN_CHAIN: (scene) =>
    `its certificate comes from another authority, ${notBy(scene)}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (scene) => `its certificate is ${notBy(scene)}`,
  UNABLE_TO_GET_ISSUER_CERT: (scene) => `its certificate is ${notBy(scene)}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (scene) => `its certificate is ${notBy(scene)}`,
  CERT_SIGNATURE_FAILURE: (scene) => `its certificate is ${notBy(scene)}`,
};

/** Reasons that another set of trusted certificates may mend; a wrong host name is none of them. */
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

/** Whether the server was not trusted: its issuer is unknown, or a certificate of its chain has expired. */
export function isDistrust(error: unknown): boolean {
  return distrust.has(stringOf(error, 'code'));
}

/** Verification ended because an authority above the chain is missing. */
const gaps: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What kind of fault keeps a connection from being established; `undefined` where the error is of no known kind. */
export function toNetworkFault(error: unknown, scene: FailureScene): NetworkFault | undefined {
  const code = stringOf(error, 'code');
  if (gaps.has(code)) {
    const missing = findMissingIssuer(scene.certificate, scene.authorities);
    return missing === undefined ? 'unknownIssuer' : 'missingIntermediate';
  }
  const tls = toTlsFault({ words: toWords(error), keyed: scene.keyed ?? false });
  return tls ?? faultByCode[code] ?? (distrust.has(code) ? 'unknownIssuer' : undefined);
}

/**
 * Says in words what went wrong on the way; the error of the library stays behind.
 *
 * @param fault what `toNetworkFault` found in the same error
 */
export function describeFailure(
  error: unknown,
  scene: FailureScene,
  fault: NetworkFault | undefined,
): string {
  const code = stringOf(error, 'code');
  const phase = stringOf(error, 'event');
  if (phase !== '' && phases[phase] !== undefined) {
    const within = /for (\d+)ms/.exec(stringOf(error, 'message'))?.[1];
    return `${phases[phase]}${within === undefined ? '' : ` within ${within} ms`}`;
  }
  if (code.startsWith('HPE_')) return 'what came back is not HTTP';
  const isPlain = code === 'EPROTO' && toWords(error) === '';
  const words = fault === undefined || isPlain ? undefined : reasonByFault[fault];
  if (words !== undefined) return words(scene, toOneLine(scene.hide(toWords(error))));
  return reasons[code]?.(scene) ?? toOneLine(scene.hide(stringOf(error, 'message')));
}

/**
 * A fresh error with name, code and message of another, and nothing else.
 *
 * Errors of got own the request's options, the authorization header among them; whoever prints them prints the password.
 */
export function toCause(error: unknown, hide: (text: string) => string): Error {
  const cause = new Error(toOneLine(hide(stringOf(error, 'message'))));
  cause.name = stringOf(error, 'name') || 'Error';
  const code = stringOf(error, 'code');
  return code === '' ? cause : Object.assign(cause, { code });
}

/** Takes the password, and the login as Basic sends it, out of a text. */
export function createHide(login: {
  username: string;
  password: string;
}): (text: string) => string {
  const { password } = login;
  const secrets = [toBasic(login), password, encodeURIComponent(password)];
  const known = secrets.filter((secret) => secret !== '');
  return (text) => known.reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text);
}

/** The value of Basic's header behind the word `Basic` (RFC 7617, UTF-8). */
export function toBasic({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
}

function notBy({ authorities }: FailureScene): string {
  return authorities === undefined
    ? 'not signed by an authority known here; give the one that signed it'
    : 'not signed by the given certificate authority';
}

function toWords(error: unknown): string {
  return toTlsWords(stringOf(error, 'code'), stringOf(error, 'message'));
}

function describeGap({ certificate, authorities }: FailureScene): string {
  const name = findMissingIssuer(certificate, authorities);
  return `the authority ${name} is neither sent by the server nor in ca; root and intermediate both go into ca`;
}

/**
 * The date that broke the chain: of several certificates the one that ended first, or began last.
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
  return field === 'valid_to' ? ` on ${day}` : `, it begins on ${day}`;
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
