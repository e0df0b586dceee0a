import type { PeerCertificate } from 'node:tls';
import { expect, test } from 'vitest';
import {
  createHide,
  type FailureScene,
  toCause,
  toNetworkFault,
  describeFailure as toReason,
} from '../../../autosys/client/failure.ts';

const scene = {
  host: 'aews',
  authorities: [],
  certificate: undefined,
  hide: (text: string) => text.replaceAll('hunter2', '***'),
};
/** Describes a failure as the callers do, with the fault that was found in it. */
const describeFailure = (error: unknown, at: FailureScene) =>
  toReason(error, at, toNetworkFault(error, at));
/** The part of a certificate that the words are made of; the whole has thirty fields. */
const certificate = (fields: object) => fields as PeerCertificate;

test.for([
  { code: 'ENOTFOUND', reason: 'the name aews does not resolve' },
  { code: 'EAI_AGAIN', reason: 'the name aews could not be looked up, no name server answers' },
  { code: 'ECONNREFUSED', reason: 'the connection was refused, nothing listens on that port' },
  { code: 'EHOSTUNREACH', reason: 'no route leads to the host' },
  { code: 'ENETUNREACH', reason: 'no route leads to the network' },
  { code: 'ETIMEDOUT', reason: 'the connection timed out' },
  { code: 'ECONNRESET', reason: 'the connection was reset' },
  { code: 'EPIPE', reason: 'the connection was closed' },
  { code: 'EPROTO', reason: 'the port does not speak TLS as we do' },
  { code: 'ERR_SSL_WRONG_VERSION_NUMBER', reason: 'the port does not speak TLS' },
  { code: 'ERR_SSL_PACKET_LENGTH_TOO_LONG', reason: 'the port does not speak TLS' },
  { code: 'ERR_HTTP_CONTENT_LENGTH_MISMATCH', reason: 'the answer broke off' },
  { code: 'HPE_INVALID_CONSTANT', reason: 'what came back is not HTTP' },
  { code: 'CERT_HAS_EXPIRED', reason: 'its certificate expired' },
  { code: 'CERT_NOT_YET_VALID', reason: 'its certificate is not yet valid' },
  { code: 'CERT_REVOKED', reason: 'its certificate was revoked' },
  { code: 'INVALID_PURPOSE', reason: 'its certificate is not made for a server' },
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
])('says in words what $code is', ({ code, reason }) => {
  const error = Object.assign(new Error('said hunter2\naloud'), { code });

  expect(describeFailure(error, scene)).toBe(reason);
});

test.for([
  { event: 'lookup', reason: 'the name was not resolved within 5 ms' },
  { event: 'connect', reason: 'the connection did not stand within 5 ms' },
  { event: 'secureConnect', reason: 'TLS was not agreed within 5 ms' },
  { event: 'socket', reason: 'nothing moved within 5 ms' },
  { event: 'send', reason: 'the request was not sent within 5 ms' },
  { event: 'response', reason: 'no answer came within 5 ms' },
  { event: 'read', reason: 'the answer did not end within 5 ms' },
  { event: 'request', reason: 'the request was not done within 5 ms' },
])('says in words which phase of $event took too long', ({ event, reason }) => {
  const message = `Timeout awaiting '${event}' for 5ms`;
  const error = Object.assign(new Error(message), { code: 'ETIMEDOUT', event });

  expect(describeFailure(error, scene)).toBe(reason);
});

test('names the certificate of the chain that ended first', () => {
  const root = { valid_to: 'Jan  1 00:00:00 2025 GMT' };
  const chain = { valid_to: 'Jan  1 00:00:00 2030 GMT', issuerCertificate: root };
  Object.assign(root, { issuerCertificate: root });

  const reason = describeFailure(
    { code: 'CERT_HAS_EXPIRED' },
    { ...scene, certificate: certificate(chain) },
  );

  expect(reason).toBe('its certificate expired on 2025-01-01');
});

test('names what a certificate without alternative names is for', () => {
  const reason = describeFailure(
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { ...scene, certificate: certificate({ subject: { CN: 'other' } }) },
  );

  expect(reason).toBe('its certificate is not for aews but for other');
});

test('keeps of an error its name, code and message, secrets taken out', () => {
  const error = Object.assign(new TypeError('bad hunter2'), {
    code: 'E_X',
    options: { headers: { authorization: 'Basic aHVudGVyMg==' } },
  });

  const cause = toCause(error, scene.hide);

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
])('makes a cause of $thrown, which is no error', ({ thrown, message }) => {
  expect(toCause(thrown, scene.hide)).toMatchObject({ name: 'Error', message });
});

test('hides nothing where the password is empty', () => {
  expect(createHide({ username: 'u', password: '' })('abc dTo= def')).toBe('abc *** def');
});
