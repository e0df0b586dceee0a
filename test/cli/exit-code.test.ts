import { expect, test } from 'vitest';
import {
  AutosysOutcomeUnknownError,
  AutosysProtocolError,
  AutosysRefusedError,
  AutosysUnauthorizedError,
  AutosysUnavailableError,
  AutosysUnreachableError,
  JobNotFoundError,
  NameError,
  UnsupportedByProfileError,
} from '../../autosys/errors.ts';
import { parseJobName } from '../../autosys/names.ts';
import { JilSyntaxError } from '../../autosys/source.ts';
import { SendeventUsageError } from '../../autosys/usage.ts';
import {
  CommandLineError,
  FileError,
  ListenError,
  toExitCode,
  UnknownHereError,
} from '../../cli/exit-code.ts';

const doing = 'STARTJOB x';

test.for([
  { error: new AutosysRefusedError({ doing, httpStatus: 400, said: '' }), code: 1 },
  { error: new AutosysUnauthorizedError({ doing, httpStatus: 401, said: '' }), code: 1 },
  { error: new AutosysUnauthorizedError({ doing, httpStatus: 403, said: '' }), code: 1 },
  { error: new JobNotFoundError({ job: parseJobName('x') }), code: 1 },
  { error: new FileError({ file: 'x', reason: 'no such file' }), code: 1 },
  { error: new ListenError({ address: 'x:1', reason: 'in use' }), code: 1 },
  { error: new JilSyntaxError({ name: 'x', text: '' }, []), code: 1 },
  { error: new CommandLineError('jil', ['x']), code: 2 },
  { error: new SendeventUsageError('sendevent', ['x']), code: 2 },
  { error: new NameError({ what: 'job name', found: 'x', allowed: 'y' }), code: 2 },
  { error: new UnsupportedByProfileError({ doing, profile: 'x' }), code: 2 },
  { error: new AutosysUnreachableError({ endpoint: 'x:1', reason: 'y' }), code: 3 },
  { error: new AutosysUnavailableError({ doing, httpStatus: 503, said: '' }), code: 3 },
  { error: new AutosysOutcomeUnknownError({ doing, reason: 'y' }), code: 3 },
  { error: new AutosysProtocolError({ doing, expected: 'x', found: 'y' }), code: 3 },
  { error: new UnknownHereError('x'), code: 3 },
  { error: new TypeError('a bug'), code: 3 },
])('ends with $code after $error.name', ({ error, code }) => {
  expect(toExitCode(error)).toBe(code);
});
