import { describe, expect, test } from 'vitest';
import { type BuiltInProfileName, wireProfiles } from '../../autosys/client/index.ts';
import {
  AutosysOutcomeUnknownError,
  AutosysProtocolError,
  AutosysUnavailableError,
  AutosysUnreachableError,
} from '../../autosys/errors.ts';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import {
  acceptAndLose,
  emptyBody,
  type Fault,
  garbage,
  halfAResponse,
  neverAnswer,
  refuseConnection,
  resetAfterAccept,
  resetBeforeAnswer,
  respond,
} from '../../emulator/index.ts';
import { type EmbeddedAutosys, embedAutosys, impatient } from '../support/emulator.ts';

const jil = 'insert_job: etl  job_type: CMD  machine: host1  command: sleep 3600';
const etl = parseJobName('etl');
const start = { kind: 'FORCE_STARTJOB', job: etl } as const;
const flag = parseGlobalName('FLAG');
const raise = { kind: 'SET_GLOBAL', globalVariable: flag, value: parseGlobalValue('up') } as const;

const profiles = Object.keys(wireProfiles) as readonly BuiltInProfileName[];
const setting = profiles.filter((profile) => wireProfiles[profile].events.SET_GLOBAL);

const runOf = ({ emulator }: EmbeddedAutosys) => emulator.instance.job('etl')?.run.run;

function embedWith(profile: BuiltInProfileName) {
  return embedAutosys({ profiles: [profile], client: { profile: wireProfiles[profile] }, jil });
}

describe('an event whose reply is lost', () => {
  test.for(profiles)(
    'has taken effect in AutoSys, and with %s its outcome is unknown',
    async (profile) => {
      await using autosys = await embedWith(profile);
      autosys.emulator.misbehave(resetAfterAccept);

      const sending = autosys.client.sendEvent(start);

      await expect(sending).rejects.toThrow(AutosysOutcomeUnknownError);
      await autosys.act();
      expect(runOf(autosys)).toBe(1);
      expect((await autosys.client.readJob(etl)).status).toBe('RUNNING');
    },
  );

  test.for([
    { fault: resetBeforeAnswer, runs: 0 },
    { fault: neverAnswer, runs: 0 },
    { fault: garbage, runs: 0 },
    { fault: respond(500), runs: 0 },
    { fault: respond(502), runs: 0 },
    { fault: halfAResponse, runs: 1 },
  ])('has an unknown outcome after $fault.kind, with $runs runs', async (row) => {
    await using autosys = await embedAutosys({ jil, client: { timeouts: impatient } });
    autosys.emulator.misbehave(row.fault);

    const sending = autosys.client.sendEvent(start);

    await expect(sending).rejects.toThrow(AutosysOutcomeUnknownError);
    await autosys.act();
    expect(runOf(autosys)).toBe(row.runs);
    expect(autosys.emulator.requests()).toHaveLength(1);
  });

  test('has an unknown outcome when a page of a proxy answers 200', async () => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(respond(200, { body: '<html><body>Sign in</body></html>' }));

    const sending = autosys.client.sendEvent(start);

    await expect(sending).rejects.toThrow(AutosysProtocolError);
    await expect(sending).rejects.toMatchObject({ disposition: 'confirm' });
  });
});

describe('an accepted event', () => {
  test.for(setting)('is missing in the read-back with %s when AutoSys lost it', async (profile) => {
    await using autosys = await embedAutosys({
      profiles: [...new Set([profile, 'command-run'] as const)],
      client: { profile: wireProfiles[profile] },
      jil,
    });
    autosys.emulator.misbehave(acceptAndLose, { times: 2 });

    await autosys.send(raise, start);

    expect((await autosys.client.readJob(etl)).lastRun.run).toBe(0);
    const read = { ...wireProfiles['command-run'], events: {} };
    const reader = autosys.clientWith({ profile: read });
    expect(await reader.readGlobalVariable(flag)).toEqual({ kind: 'unset' });
  });

  test.for(profiles.filter((name) => wireProfiles[name].success.kind === 'status'))(
    'needs no body with %s, because AEWS documents none',
    async (profile) => {
      await using autosys = await embedWith(profile);
      autosys.emulator.misbehave(emptyBody);

      await autosys.send(start);

      expect(runOf(autosys)).toBe(1);
    },
  );
});

describe('a second endpoint', () => {
  const unavailable: readonly { readonly when: string; readonly fault?: Fault }[] = [
    { when: 'is down' },
    { when: 'refuses connections', fault: refuseConnection },
    { when: 'answers 503', fault: respond(503) },
  ];

  test.for(unavailable)('accepts the event when the first $when', async ({ fault }) => {
    await using first = await embedAutosys({ jil });
    await using second = await embedAutosys({ jil });
    if (fault) first.emulator.misbehave(fault, { times: 'always' });
    else await first.emulator.goDown();
    const client = first.clientWith({
      endpoints: [first.emulator.url, second.emulator.url],
      credentials: async () => ({ username: 'autosys', password: second.emulator.password }),
    });

    const { endpoint } = await client.sendEvent(start);
    await second.act();

    expect(endpoint).toBe(new URL(second.emulator.url).host);
    expect([runOf(first), runOf(second)]).toEqual([0, 1]);
  });

  test('receives nothing when the outcome at the first is unknown', async () => {
    await using first = await embedAutosys({ jil });
    await using second = await embedAutosys({ jil });
    first.emulator.misbehave(resetAfterAccept);
    const client = first.clientWith({ endpoints: [first.emulator.url, second.emulator.url] });

    await expect(client.sendEvent(start)).rejects.toThrow(AutosysOutcomeUnknownError);

    expect(second.emulator.requests()).toEqual([]);
  });
});

describe('an AutoSys that is down', () => {
  test('is unreachable, and is reached again after it has started', async () => {
    await using autosys = await embedAutosys({ jil });
    await autosys.emulator.goDown();

    await expect(autosys.client.sendEvent(start)).rejects.toThrow(AutosysUnreachableError);
    await autosys.emulator.comeBack();
    await autosys.send(start);

    expect(runOf(autosys)).toBe(1);
  });

  test('sends 503 with the time to wait', async () => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(respond(503, { retryAfter: 7 }));

    const sending = autosys.client.sendEvent(start);

    await expect(sending).rejects.toThrow(AutosysUnavailableError);
    await expect(sending).rejects.toMatchObject({ retryAfterMs: 7_000, disposition: 'retry' });
  });
});
