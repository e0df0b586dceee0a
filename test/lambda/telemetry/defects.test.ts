import { describe, expect, test } from 'vitest';
import { AutosysUnauthorizedError, UnexplainedNotFoundError } from '../../../autosys/errors.ts';
import { parseGlobalName, parseJobName } from '../../../autosys/names.ts';
import { toSendFailure } from '../../../lambda/delivery/send.ts';
import { DefectError, LedgerError } from '../../../lambda/errors.ts';
import { createLogDefect, toDefect, withDefects } from '../../../lambda/telemetry/defects.ts';
import { ace } from '../delivery/rig.ts';

const job = parseJobName('load');
const variable = parseGlobalName('DAY');
const { signal } = new AbortController();

/** A guarded port whose every call fails with this error, and the lines that were logged. */
function failing(error: unknown) {
  const lines: object[] = [];
  const line = (message: string, fields: object) => void lines.push({ message, ...fields });
  const fail = () => Promise.reject(error);
  const port = withDefects(
    {
      sendEvent: fail,
      readJob: fail,
      readGlobalVariable: fail,
      readGlobalVariables: fail,
      readJobEvents: fail,
      readJobRuns: fail,
    },
    createLogDefect({ info: line, warn: line, error: line }, ace),
  );
  const calls = [
    () => port.sendEvent({ kind: 'STARTJOB', job }, { signal }),
    () => port.readJob(job, { signal }),
    () => port.readGlobalVariable(variable, { signal }),
    () => port.readGlobalVariables('DAY%', { signal }),
    () => port.readJobEvents?.(job, { runsBack: 0, signal }) ?? Promise.resolve(),
    () => port.readJobRuns(job, { runs: 1, signal }),
  ];
  return { lines, calls };
}

describe('an error of our own code', () => {
  test.for([
    new TypeError('body.replace is not a function, hunter2'),
    new RangeError('hunter2\n    at hunter2 (hunter2:1:1'),
    'hunter2',
    undefined,
    { hunter2: true },
  ])('becomes a DefectError and one log line, without its message: %s', async (error) => {
    const { lines, calls } = failing(error);

    for (const call of calls) await expect(call()).rejects.toThrow(DefectError);

    expect(lines).toHaveLength(calls.length);
    expect(lines[0]).toMatchObject({
      message: 'defect in the bridge',
      autosysInstance: ace,
      code: 'BRIDGE_DEFECT',
      error: error instanceof Error ? error.name : typeof error,
    });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  test('is logged with its location, without directories', () => {
    const { name, location } = toDefect(new TypeError('no'));

    expect(name).toBe('TypeError');
    expect(location).toMatch(/defects\.test\.ts:\d+:\d+/);
    expect(location).not.toMatch(/[\\/]/);
  });

  test.for([new TypeError('no'), new DefectError(), 'no'])(
    'makes the outcome unknown, and is no failure of AutoSys: %s',
    (error) => {
      const failure = toSendFailure(error);

      expect(failure).toMatchObject({
        kind: 'unknown',
        ofRequest: true,
        error: { code: 'BRIDGE_DEFECT' },
      });
      expect(JSON.stringify(failure)).not.toContain('TypeError');
    },
  );
});

test.for([
  new AutosysUnauthorizedError({ doing: 'x', httpStatus: 401, said: '' }),
  new LedgerError({ doing: 'x', reason: 'y' }),
])('an error that the bridge knows is passed on: $name', async (error) => {
  const { lines, calls } = failing(error);

  for (const call of calls) await expect(call()).rejects.toBe(error);

  expect(lines).toEqual([]);
});

test('an unexplained 404 is retried, and is no failure of the instance', () => {
  const error = new UnexplainedNotFoundError({ doing: 'x', said: '' });

  expect(toSendFailure(error)).toMatchObject({
    kind: 'unreached',
    ofRequest: true,
  });
});
