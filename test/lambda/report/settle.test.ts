import { describe, expect, test } from 'vitest';
import { decideNext } from '../../../autosys/client/retry.ts';
import {
  AutosysOutcomeUnknownError,
  AutosysUnauthorizedError,
  AutosysUnreachableError,
  JobNotFoundError,
} from '../../../autosys/errors.ts';
import type { AutosysEvent } from '../../../autosys/event.ts';
import {
  parseAutosysInstance,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../../autosys/names.ts';
import { createMemoryLedger } from '../../../lambda/report/ledger.ts';
import { readEvent } from '../../../lambda/report/read/index.ts';
import { createSettle } from '../../../lambda/report/settle.ts';
import { ScriptedAutosys } from '../../support/autosys.ts';
import { anExecutionEvent, stoppedAtMs } from '../../support/builders.ts';

const setGlobal: AutosysEvent = {
  kind: 'SET_GLOBAL',
  globalVariable: parseGlobalName('AWS_SETTLEMENT'),
  value: parseGlobalValue('SUCCEEDED'),
};
const job = parseJobName('REPAIR');
const forceStart: AutosysEvent = { kind: 'FORCE_STARTJOB', job };

const unreachable = new AutosysUnreachableError({
  endpoint: 'a:9443',
  reason: 'connection refused',
});
const unknown = new AutosysOutcomeUnknownError({
  doing: 'FORCE_STARTJOB REPAIR',
  reason: 'the connection was reset',
});
const loginRefused = new AutosysUnauthorizedError({
  doing: 'SET_GLOBAL',
  httpStatus: 401,
  said: '',
});

/** A sandbox with one AutoSys; its time passes only by pausing. */
function aSandbox(autosys: ScriptedAutosys) {
  let nowMs = stoppedAtMs + 5_000;
  const settle = createSettle({
    ledger: createMemoryLedger(),
    autosysFor: () => autosys,
    now: () => new Date(nowMs),
    pause: async (ms) => {
      nowMs += ms;
    },
    decideNext: (facts) =>
      decideNext({ ...facts, noise: 0 }, { maxAttempts: 3, firstDelayMs: 100, maxDelayMs: 1_000 }),
  });
  const reading = readEvent(anExecutionEvent());
  if (reading.kind !== 'event') throw new Error(reading.kind);
  return (event: AutosysEvent, redelivered = false) =>
    settle(
      {
        kind: 'effect',
        route: 'r',
        to: parseAutosysInstance('ACE'),
        event,
        key: `ACE ${event.kind}`,
      },
      { event: reading.event, redelivered, signal: new AbortController().signal },
    );
}

describe('an effect', () => {
  test('is confirmed when AutoSys shows it', async () => {
    const settle = aSandbox(new ScriptedAutosys());

    expect(await settle(setGlobal)).toEqual({
      kind: 'confirmed',
      at: new Date(stoppedAtMs + 5_000),
    });
  });

  test('is accepted and never confirmed where globals cannot be read back', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push('lose');
    autosys.globalVariable = { kind: 'unreadable', reason: 'no command/run' };

    expect(await aSandbox(autosys)(setGlobal)).toEqual({
      kind: 'accepted',
      reason: 'no command/run',
    });
  });

  test('is accepted when AutoSys does not show it in time', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push('lose');
    autosys.globalVariable = { kind: 'value', value: 'RUNNING' };

    expect(await aSandbox(autosys)(setGlobal)).toEqual({
      kind: 'accepted',
      reason: 'not visible within 1000 ms, value RUNNING',
    });
  });

  test('is a duplicate when it was confirmed before, and is not sent again', async () => {
    const autosys = new ScriptedAutosys();
    const settle = aSandbox(autosys);
    await settle(setGlobal);

    expect(await settle(setGlobal, true)).toEqual({ kind: 'duplicate' });
    expect(autosys.sent).toHaveLength(1);
  });

  test('is sent again after AutoSys was not reached, up to the policy', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push(unreachable, unreachable);

    expect(await aSandbox(autosys)(setGlobal)).toMatchObject({ kind: 'confirmed' });
    expect(autosys.sent).toHaveLength(3);
  });

  test('goes back to the queue when AutoSys stays away, and is open for the next try', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push(unreachable, unreachable, unreachable);
    const settle = aSandbox(autosys);

    expect(await settle(setGlobal)).toMatchObject({
      kind: 'retry',
      error: { code: 'AUTOSYS_UNREACHABLE' },
    });
    expect(await settle(setGlobal, true)).toMatchObject({ kind: 'confirmed' });
  });

  test('is refused by a refused login, after one request', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push(loginRefused);

    expect(await aSandbox(autosys)(setGlobal)).toMatchObject({
      kind: 'refused',
      error: { code: 'AUTOSYS_UNAUTHORIZED' },
    });
    expect(autosys.sent).toHaveLength(1);
  });
});

describe('a one-off', () => {
  test('is confirmed by a higher run number', async () => {
    expect(await aSandbox(new ScriptedAutosys())(forceStart)).toMatchObject({ kind: 'confirmed' });
  });

  test('is looked for and found after its outcome was unknown, and not sent twice', async () => {
    const autosys = new ScriptedAutosys();
    const settle = aSandbox(autosys);
    const started = { status: 'RUNNING', onNoExec: false, lastRun: { run: 8 } } as const;
    autosys.answers.push(unknown);
    const sendEvent = autosys.port.sendEvent;
    const port = {
      ...autosys.port,
      sendEvent: async (...given: Parameters<typeof sendEvent>) => {
        await sendEvent(...given).finally(() => {
          autosys.job = started;
        });
      },
    };
    Object.assign(autosys, { port });

    expect(await settle(forceStart)).toMatchObject({ kind: 'confirmed' });
    expect(autosys.sent).toHaveLength(1);
  });

  test('goes back to the queue after an unknown outcome that shows nothing, without a second sending', async () => {
    const autosys = new ScriptedAutosys();
    autosys.answers.push(unknown);

    expect(await aSandbox(autosys)(forceStart)).toMatchObject({ kind: 'retry' });
    expect(autosys.sent).toHaveLength(1);
  });

  test.for([
    {
      startedMs: stoppedAtMs + 1_000,
      kind: 'confirmed',
      sendings: 0,
      when: 'has started since AWS changed',
    },
    {
      startedMs: stoppedAtMs - 60_000,
      kind: 'confirmed',
      sendings: 1,
      when: 'has not started since',
    },
  ])(
    'that another sandbox may have sent is sent $sendings times when the job $when',
    async ({ startedMs, kind, sendings }) => {
      const autosys = new ScriptedAutosys();
      autosys.job = {
        status: 'SUCCESS',
        onNoExec: false,
        lastRun: { run: 7, startedAt: new Date(startedMs) },
      };

      expect(await aSandbox(autosys)(forceStart, true)).toMatchObject({ kind });
      expect(autosys.sent).toHaveLength(sendings);
    },
  );

  test('that may have been sent is left to a person when AutoSys tells no start', async () => {
    const autosys = new ScriptedAutosys();

    expect(await aSandbox(autosys)(forceStart, true)).toMatchObject({
      kind: 'refused',
      error: { code: 'BRIDGE_OUTCOME_UNKNOWN' },
    });
    expect(autosys.sent).toEqual([]);
  });

  test('is not sent while the job cannot be looked at before', async () => {
    const autosys = new ScriptedAutosys();
    autosys.job = unreachable;

    expect(await aSandbox(autosys)(forceStart)).toMatchObject({ kind: 'retry' });
    expect(autosys.sent).toEqual([]);
  });

  test('for an unknown job is refused in the words of AutoSys', async () => {
    const autosys = new ScriptedAutosys();
    autosys.job = new JobNotFoundError({ job });
    autosys.answers.push(new JobNotFoundError({ job }));

    expect(await aSandbox(autosys)(forceStart)).toMatchObject({
      kind: 'refused',
      error: { code: 'AUTOSYS_JOB_NOT_FOUND' },
    });
  });
});
