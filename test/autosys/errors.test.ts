import { describe, expect, test } from 'vitest';
import {
  AutosysError,
  AutosysOutcomeUnknownError,
  AutosysProtocolError,
  AutosysRefusedError,
  AutosysUnauthorizedError,
  AutosysUnavailableError,
  AutosysUnreachableError,
  GlobalVariableNotFoundError,
  JobNotFoundError,
  NameError,
  UnexplainedNotFoundError,
  UnsupportedByProfileError,
} from '../../autosys/errors.ts';
import { parseGlobalName, parseJobName } from '../../autosys/names.ts';

const doing = 'STARTJOB load';
const cause = new Error('ECONNREFUSED');

const cases = [
  {
    error: new AutosysUnreachableError({ endpoint: 'autosys:9443', reason: 'refused', cause }),
    name: 'AutosysUnreachableError',
    code: 'AUTOSYS_UNREACHABLE',
    disposition: 'retry',
    message: 'AutoSys at autosys:9443 was not reached: refused',
    facts: { endpoint: 'autosys:9443', cause, advice: undefined },
  },
  {
    error: new AutosysUnreachableError({
      endpoint: 'autosys:9443',
      reason: 'refused',
      advice: 'ask the network team',
    }),
    name: 'AutosysUnreachableError',
    code: 'AUTOSYS_UNREACHABLE',
    disposition: 'retry',
    message: 'AutoSys at autosys:9443 was not reached: refused',
    facts: { advice: 'ask the network team' },
  },
  {
    error: new AutosysUnavailableError({ doing, httpStatus: 503, said: '', retryAfterMs: 5000 }),
    name: 'AutosysUnavailableError',
    code: 'AUTOSYS_UNAVAILABLE',
    disposition: 'retry',
    message: 'STARTJOB load: AutoSys is unavailable, it answered 503',
    facts: { httpStatus: 503, retryAfterMs: 5000, fromWebServer: false },
  },
  {
    error: new AutosysUnavailableError({
      doing,
      httpStatus: 404,
      said: 'Not Found',
      fromWebServer: true,
    }),
    name: 'AutosysUnavailableError',
    code: 'AUTOSYS_UNAVAILABLE',
    disposition: 'retry',
    message:
      'STARTJOB load: AEWS is unavailable, the web server or a proxy answered 404 with its own page (Not Found)',
    facts: { httpStatus: 404, fromWebServer: true },
  },
  {
    error: new UnexplainedNotFoundError({ doing, said: '' }),
    name: 'UnexplainedNotFoundError',
    code: 'AUTOSYS_NOT_FOUND_UNEXPLAINED',
    disposition: 'retry',
    message:
      'STARTJOB load: the response is 404 without a body; AEWS may not be started yet, or it has no such job or address',
    facts: {},
  },
  {
    error: new AutosysOutcomeUnknownError({ doing, reason: 'the connection was reset', cause }),
    name: 'AutosysOutcomeUnknownError',
    code: 'AUTOSYS_OUTCOME_UNKNOWN',
    disposition: 'confirm',
    message:
      'STARTJOB load: the outcome is unknown, the connection was reset; check AutoSys before sending it again',
    facts: { cause },
  },
  {
    error: new AutosysUnauthorizedError({ doing, httpStatus: 401, said: 'no' }),
    name: 'AutosysUnauthorizedError',
    code: 'AUTOSYS_UNAUTHORIZED',
    disposition: 'reject',
    message:
      'STARTJOB load: AutoSys rejected the login (401) (no); check user and password in the secret',
    facts: { httpStatus: 401 },
  },
  {
    error: new AutosysUnauthorizedError({ doing, httpStatus: 403, said: '' }),
    name: 'AutosysUnauthorizedError',
    code: 'AUTOSYS_UNAUTHORIZED',
    disposition: 'reject',
    message:
      "STARTJOB load: AutoSys denied the permission (403); check the user's EEM policies (as-job, as-owner, as-sendevent, GLOBAL_VAR)",
    facts: { httpStatus: 403 },
  },
  {
    error: new JobNotFoundError({ job: parseJobName('load') }),
    name: 'JobNotFoundError',
    code: 'AUTOSYS_JOB_NOT_FOUND',
    disposition: 'reject',
    message: 'AutoSys has no job load; names are case-sensitive, compare with autorep -J load',
    facts: { job: 'load' },
  },
  {
    error: new GlobalVariableNotFoundError({ globalVariable: parseGlobalName('DAY') }),
    name: 'GlobalVariableNotFoundError',
    code: 'AUTOSYS_GLOBAL_VARIABLE_NOT_FOUND',
    disposition: 'reject',
    message: 'AutoSys has no global variable DAY; SET_GLOBAL creates it, names are case-sensitive',
    facts: { globalVariable: 'DAY' },
  },
  {
    error: new AutosysRefusedError({ doing, httpStatus: 400, said: 'CAUAJM_E_50027' }),
    name: 'AutosysRefusedError',
    code: 'AUTOSYS_REFUSED',
    disposition: 'reject',
    message: 'STARTJOB load: AutoSys rejected it with 400 (CAUAJM_E_50027)',
    facts: { httpStatus: 400, said: 'CAUAJM_E_50027' },
  },
  {
    error: new AutosysProtocolError({ doing, expected: 'JSON', found: 'an HTML page' }),
    name: 'AutosysProtocolError',
    code: 'AUTOSYS_PROTOCOL',
    disposition: 'confirm',
    message:
      'STARTJOB load: expected JSON, found an HTML page; this AutoSys may need another wire profile',
    facts: {},
  },
  {
    error: new UnsupportedByProfileError({ doing, profile: 'standard' }),
    name: 'UnsupportedByProfileError',
    code: 'AUTOSYS_UNSUPPORTED_BY_PROFILE',
    disposition: 'reject',
    message:
      'STARTJOB load: the wire profile standard has no request for it; choose another profile or override this entry',
    facts: {},
  },
] as const;

describe('an AutosysError', () => {
  test.for(cases)('of class $name has the disposition $disposition and the code $code', (given) => {
    const { error, name, code, disposition, message, facts } = given;

    expect(error).toBeInstanceOf(AutosysError);
    expect(error).toMatchObject({ name, code, disposition, message, ...facts });
  });

  test('has a message without a full stop', () => {
    expect(cases.filter(({ error }) => error.message.endsWith('.'))).toEqual([]);
  });
});

test('a NameError has what, found, allowed and the disposition reject', () => {
  const error = new NameError({ what: 'job name', found: '"a b"', allowed: 'letters' });

  expect(error).toMatchObject({
    name: 'NameError',
    code: 'AUTOSYS_NAME',
    disposition: 'reject',
    message: 'job name: found "a b", allowed: letters',
  });
});
