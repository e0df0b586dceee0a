import { describe, expect, test } from 'vitest';
import { wireProfiles } from '../../../autosys/client/index.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { respond } from '../../../emulator/index.ts';
import { embedAutosys } from '../../support/emulator.ts';
import { clientFor } from './setup.ts';

const define = (name: string) =>
  `insert_job: ${name}  job_type: CMD  machine: host1  command: true\n`;
const jil = ['LOAD_A', 'LOAD_B', 'OTHER'].map(define).join('\n');
const start = { kind: 'FORCE_STARTJOB', job: parseJobName('LOAD_A') } as const;

describe('a list of jobs', () => {
  test('has the jobs of a pattern with their last runs, in one request', async () => {
    await using autosys = await embedAutosys({ jil });
    await autosys.send(start);

    const list = await autosys.client.readJobs('LOAD_%');

    if (list.kind !== 'list') throw new Error(list.reason);
    expect([...list.jobs.keys()].sort()).toEqual(['LOAD_A', 'LOAD_B']);
    expect(list.jobs.get('LOAD_A')).toMatchObject({
      status: 'SUCCESS',
      lastRun: { try: 1, exitCode: 0, endedAt: expect.any(Date) },
    });
    expect(list.jobs.get('LOAD_B')?.status).toBe('INACTIVE');
    expect(list.lines).toBeGreaterThan(2);
  });

  test('has one job by its name', async () => {
    await using autosys = await embedAutosys({ jil });

    const list = await autosys.client.readJobs('OTHER');

    expect(list).toMatchObject({ kind: 'list', jobs: new Map([['OTHER', expect.anything()]]) });
  });

  test('is empty for a name and for a pattern without jobs', async () => {
    await using autosys = await embedAutosys({ jil });

    for (const pattern of ['NONE', 'NONE%']) {
      expect(await autosys.client.readJobs(pattern)).toMatchObject({ jobs: new Map() });
    }
  });

  test('is unreadable with a profile without autorep', async () => {
    await using autosys = await embedAutosys({ jil });
    const { url, certificateAuthority } = autosys.emulator;
    const profile = wireProfiles['single-event'];
    await using client = clientFor([url], { certificateAuthority, profile });

    expect(await client.readJobs('LOAD_%')).toMatchObject({ kind: 'unreadable' });
  });

  test.for([403, 501])('is unreadable if the release answers %i', async (status) => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(respond(status), { path: 'command/run' });

    expect(await autosys.client.readJobs('LOAD_%')).toMatchObject({ kind: 'unreadable' });
  });

  test('fails while AutoSys is not available', async () => {
    await using autosys = await embedAutosys({ jil });
    autosys.emulator.misbehave(respond(503), { path: 'command/run' });

    await expect(autosys.client.readJobs('LOAD_%')).rejects.toMatchObject({
      disposition: 'retry',
    });
  });
});
