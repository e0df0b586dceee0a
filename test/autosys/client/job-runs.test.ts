import { describe, expect, test } from 'vitest';
import { wireProfiles } from '../../../autosys/client/index.ts';
import { JobNotFoundError } from '../../../autosys/errors.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { respond, respondWithPage } from '../../../emulator/index.ts';
import { embedAutosys } from '../../support/emulator.ts';

const job = parseJobName('REPAIR');
const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: true';
const start = { kind: 'FORCE_STARTJOB', job } as const;

describe('the runs of a job', () => {
  test('are listed with status, number, try, exit code and times, the newest first', async () => {
    await using autosys = await embedAutosys({ jil });
    await autosys.send(start, start, start);

    const { runs } = { runs: [], ...(await autosys.client.readJobRuns(job, { runs: 2 })) };

    const shown = { status: 'SUCCESS', try: 1, exitCode: 0 };
    expect(runs).toMatchObject([shown, shown]);
    const [last, before] = runs;
    expect(last?.run).toBeGreaterThan(before?.run ?? 0);
    expect(last?.startedAt).toBeInstanceOf(Date);
    expect(last?.endedAt).toBeInstanceOf(Date);
  });

  test('are fewer than asked for if the job has run less often', async () => {
    await using autosys = await embedAutosys({ jil });
    expect(await autosys.client.readJobRuns(job, { runs: 3 })).toEqual({ kind: 'runs', runs: [] });
    await autosys.send(start);
    expect(await autosys.client.readJobRuns(job, { runs: 3 })).toMatchObject({
      runs: [{ status: 'SUCCESS' }],
    });
  });

  test('are complete if the job begins a run while they are read', async () => {
    await using autosys = await embedAutosys({ jil });
    await autosys.send(start, start, start);
    let requests = 0;
    const { user: username, password } = autosys.emulator;
    const client = autosys.clientWith({
      // Each request asks for the credentials.
      credentials: async () => {
        requests += 1;
        if (requests === 2) await autosys.send(start);
        return { username, password };
      },
    });

    const { runs } = { runs: [], ...(await client.readJobRuns(job, { runs: 4 })) };

    expect(runs.map(({ run }) => run)).toEqual([3, 2, 1]);
  });

  test('fails when AutoSys has no such job', async () => {
    await using autosys = await embedAutosys({ jil });
    const reading = autosys.client.readJobRuns(parseJobName('NOTHING'), { runs: 1 });
    await expect(reading).rejects.toBeInstanceOf(JobNotFoundError);
  });

  test('are unreadable if the release answers 403 to commands', async () => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(respond(403), { path: 'command/run' });
    expect(await autosys.client.readJobRuns(job, { runs: 1 })).toMatchObject({
      kind: 'unreadable',
    });
  });

  test('cannot be read while the web server answers with a page', async () => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(respondWithPage(404), { path: 'command/run' });
    await expect(autosys.client.readJobRuns(job, { runs: 1 })).rejects.toMatchObject({
      code: 'AUTOSYS_UNAVAILABLE',
    });
  });

  test('are unreadable with a profile that has no commands', async () => {
    const { runCommand: _, ...profile } = wireProfiles.standard;
    await using autosys = await embedAutosys({ jil });
    const client = autosys.clientWith({ profile });
    expect(await client.readJobRuns(job, { runs: 1 })).toEqual({
      kind: 'unreadable',
      reason: 'the wire profile standard has no request for commands',
      isLacking: true,
    });
  });
});
