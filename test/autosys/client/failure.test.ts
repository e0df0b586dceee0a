import type { PeerCertificate } from 'node:tls';
import { expect, test } from 'vitest';
import {
  createRedact,
  type FailureContext,
  toCause,
  toNetworkFault,
  describeFailure as toReason,
} from '../../../autosys/client/failure.ts';

const context = {
  host: 'aews',
  authorities: [],
  certificate: undefined,
  redact: (text: string) => text.replaceAll('hunter2', '***'),
};
/** Describes a failure with its own fault. */
const describeFailure = (error: unknown, at: FailureContext) =>
  toReason(error, at, toNetworkFault(error, at));
/** A certificate with only the fields that are used. */
const certificate = (fields: object) => fields as PeerCertificate;

test.for([
  { code: 'ENOTFOUND', reason: 'the name aews does not resolve' },
  { code: 'EAI_AGAIN', reason: 'the name aews could not be looked up, no DNS server answered' },
  { code: 'ECONNREFUSED', reason: 'the connection was refused, nothing listens on that port' },
  { code: 'EHOSTUNREACH', reason: 'no route to the host' },
  { code: 'ENETUNREACH', reason: 'no route to the network' },
  { code: 'ETIMEDOUT', reason: 'the connection timed out' },
  { code: 'ECONNRESET', reason: 'the connection was reset' },
  { code: 'EPIPE', reason: 'the connection was closed' },
  { code: 'EPROTO', reason: 'the port does not speak a TLS that this client accepts' },
  { code: 'ERR_SSL_WRONG_VERSION_NUMBER', reason: 'the port does not speak TLS' },
  { code: 'ERR_SSL_PACKET_LENGTH_TOO_LONG', reason: 'the port does not speak TLS' },
  { code: 'ERR_HTTP_CONTENT_LENGTH_MISMATCH', reason: 'the response ended early' },
  { code: 'HPE_INVALID_CONSTANT', reason: 'the response is not HTTP' },
  { code: 'CERT_HAS_EXPIRED', reason: 'its certificate expired' },
  { code: 'CERT_NOT_YET_VALID', reason: 'its certificate is not yet valid' },
  { code: 'CERT_REVOKED', reason: 'its certificate was revoked' },
  { code: 'INVALID_PURPOSE', reason: 'its certificate is not a server certificate' },
  {
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
    reason:
      'its certificate comes from another authority, not signed by the given certificate authority',
  },
  {
    code: 'UNABLE_TO_GET_ISSUER_CERT',
    reason: 'its certificate is not signed by the given certificate authority',
  },
  {
    code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    reason: 'its certificate is not signed by the given certificate authority',
  },
  {
    code: 'CERT_SIGNATURE_FAILURE',
    reason: 'its certificate is not signed by the given certificate authority',
  },
  { code: 'ERR_TLS_CERT_ALTNAME_INVALID', reason: 'its certificate is not for aews' },
  { code: 'E_STRANGE', reason: 'said *** aloud' },
])('describes $code', ({ code, reason }) => {
  const error = Object.assign(new Error('said hunter2\naloud'), { code });

  expect(describeFailure(error, context)).toBe(reason);
});

test.for([
  { event: 'lookup', reason: 'the name was not resolved within 5 ms' },
  { event: 'connect', reason: 'the connection was not established within 5 ms' },
  { event: 'secureConnect', reason: 'the TLS handshake did not finish within 5 ms' },
  { event: 'socket', reason: 'no data was transferred within 5 ms' },
  { event: 'send', reason: 'the request was not sent within 5 ms' },
  { event: 'response', reason: 'no response arrived within 5 ms' },
  { event: 'read', reason: 'the response did not end within 5 ms' },
  { event: 'request', reason: 'the request did not finish within 5 ms' },
])('describes a timeout of the phase $event', ({ event, reason }) => {
  const message = `Timeout awaiting '${event}' for 5ms`;
  const error = Object.assign(new Error(message), { code: 'ETIMEDOUT', event });

  expect(describeFailure(error, context)).toBe(reason);
});

test('names the earliest end date in the chain', () => {
  const root = { valid_to: 'Jan  1 00:00:00 2025 GMT' };
  const chain = { valid_to: 'Jan  1 00:00:00 2030 GMT', issuerCertificate: root };
  Object.assign(root, { issuerCertificate: root });

  const reason = describeFailure(
    { code: 'CERT_HAS_EXPIRED' },
    { ...context, certificate: certificate(chain) },
  );

  expect(reason).toBe('its certificate expired on 2025-01-01');
});

test('names the host of a certificate without alternative names', () => {
  const reason = describeFailure(
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { ...context, certificate: certificate({ subject: { CN: 'other' } }) },
  );

  expect(reason).toBe('its certificate is not for aews but for other');
});

test('keeps only name, code and message of an error, without secrets', () => {
  const error = Object.assign(new TypeError('bad hunter2'), {
    code: 'E_X',
    options: { headers: { authorization: 'Basic aHVudGVyMg==' } },
  });

  const cause = toCause(error, context.redact);

  expect({ ...cause, name: cause.name, message: cause.message }).toEqual({
    name: 'TypeError',
    code: 'E_X',
    message: 'bad ***',
  });
  expect(Object.getOwnPropertyNames(cause).sort()).toEqual(['code', 'message', 'name', 'stack']);
});

test.for([
  { thrown: 'a text', message: 'a text' },
  { thrown: undefined, message: 'undefined' },
  { thrown: {}, message: '' },
])('creates a cause from $thrown, which is not an error', ({ thrown, message }) => {
  expect(toCause(thrown, context.redact)).toMatchObject({ name: 'Error', message });
});

test('redacts only the login if the password is empty', () => {
  expect(createRedact({ username: 'u', password: '' })('abc dTo= def')).toBe('abc *** def');
});
