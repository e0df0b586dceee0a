import { expect, test } from 'vitest';
import { toFailureReason } from '../../../lambda/aws/failure-reason.ts';

const withCode = (code: unknown, more: object = {}) =>
  Object.assign(new Error('getaddrinfo for https://user:secret@host'), { code, ...more });
const named = (name: string, message = 'quotes the request', options: ErrorOptions = {}) =>
  Object.assign(new Error(message, options), { name });

test.for([
  { error: withCode('ENOTFOUND'), reason: 'ENOTFOUND' },
  { error: withCode('EAI_AGAIN'), reason: 'EAI_AGAIN' },
  { error: withCode('CERT_HAS_EXPIRED'), reason: 'CERT_HAS_EXPIRED' },
  { error: withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), reason: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
  { error: withCode('ERR_TLS_CERT_ALTNAME_INVALID'), reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  {
    error: withCode('ERR_PROXY_TUNNEL', { statusCode: 407 }),
    reason: 'ERR_PROXY_TUNNEL (HTTP 407)',
  },
  {
    error: Object.assign(new AggregateError([withCode('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
    reason: 'ECONNREFUSED',
  },
  { error: new Error('failed', { cause: withCode('ECONNRESET') }), reason: 'ECONNRESET' },
  {
    error: named('TimeoutError', 'failed', { cause: withCode('ETIMEDOUT') }),
    reason: 'TimeoutError (ETIMEDOUT)',
  },
  {
    error: named('CredentialsProviderError', 'Error: getaddrinfo ENOTFOUND portal.sso'),
    reason: 'CredentialsProviderError (ENOTFOUND)',
  },
  { error: named('AccessDeniedException'), reason: 'AccessDeniedException' },
  { error: Object.assign(named('Throttled'), { code: 'NotAllCapitals' }), reason: 'Throttled' },
  { error: withCode(7), reason: 'an unknown failure' },
  { error: new Error('quotes the request'), reason: 'an unknown failure' },
  { error: new Error('Region is missing'), reason: 'no Region is set' },
  { error: 'ENOTFOUND', reason: 'an unknown failure' },
  { error: undefined, reason: 'an unknown failure' },
])('says $reason', ({ error, reason }) => {
  expect(toFailureReason(error)).toBe(reason);
});
