import { describe, expect, test } from 'vitest';
import { type BuiltInProfileName, wireProfiles } from '../../autosys/client/index.ts';
import {
  AutosysRefusedError,
  AutosysUnauthorizedError,
  JobNotFoundError,
} from '../../autosys/errors.ts';
import { parseJobName } from '../../autosys/names.ts';
import type { EmulatorOptions } from '../../emulator/index.ts';
import { embedAutosys } from '../support/emulator.ts';

const profiles = Object.keys(wireProfiles) as readonly BuiltInProfileName[];
const inPath = profiles.filter((profile) => profile !== 'command-run');
const etl = parseJobName('etl');
const unknown = parseJobName('ETL');

function speaking(
  profile: BuiltInProfileName,
  options: Pick<EmulatorOptions, 'permissions' | 'unknownJobStatus'> = {},
) {
  return embedAutosys({
    profiles: [profile],
    client: { profile: wireProfiles[profile] },
    jil: 'insert_job: etl  job_type: CMD  machine: host1  command: sleep 3600',
    ...options,
  });
}

describe('an unknown job', () => {
  test.for(profiles)('is no job to %s when it is read', async (profile) => {
    await using autosys = await speaking(profile);

    const reading = autosys.client.readJob(unknown);

    await expect(reading).rejects.toThrow(new JobNotFoundError({ job: unknown }));
  });

  test.for(
    profiles.flatMap((profile) =>
      ([404, 400] as const).map((unknownJobStatus) => ({ profile, unknownJobStatus })),
    ),
  )(
    'is no job to $profile when it is sent an event and AutoSys answers $unknownJobStatus',
    async (row) => {
      await using autosys = await speaking(row.profile, row);

      const sending = autosys.client.sendEvent({ kind: 'FORCE_STARTJOB', job: unknown });

      await expect(sending).rejects.toThrow(new JobNotFoundError({ job: unknown }));
    },
  );

  test.for(inPath)('is accepted by %s where AutoSys looks only later', async (profile) => {
    await using autosys = await speaking(profile, { unknownJobStatus: 201 });

    const accepted = await autosys.client.sendEvent({ kind: 'FORCE_STARTJOB', job: unknown });
    await autosys.act();

    expect([200, 201]).toContain(accepted.httpStatus);
    await expect(autosys.client.readJob(unknown)).rejects.toThrow(JobNotFoundError);
  });
});

describe('a login', () => {
  test.for(profiles)(
    'is refused by %s with a wrong password, once for each call',
    async (profile) => {
      await using autosys = await speaking(profile);
      autosys.emulator.setPassword('another');
      const client = autosys.clientWith({
        credentials: async () => ({ username: autosys.emulator.user, password: 'old' }),
      });

      const sending = client.sendEvent({ kind: 'FORCE_STARTJOB', job: etl });
      await expect(sending).rejects.toMatchObject({
        code: 'AUTOSYS_UNAUTHORIZED',
        httpStatus: 401,
      });
      const reading = client.readJob(etl);
      await expect(reading).rejects.toMatchObject({
        code: 'AUTOSYS_UNAUTHORIZED',
        httpStatus: 401,
      });

      expect(autosys.emulator.requests().map(({ status }) => status)).toEqual([401, 401]);
      await autosys.act();
      expect(autosys.emulator.instance.job('etl')?.run.run).toBe(0);
    },
  );

  test('is taken with a password of any characters', async () => {
    const password = 'p:ä ß"\\%/+=&<#1 東京';
    await using autosys = await embedAutosys({ password });

    expect(await autosys.client.runCommand('autorep -G ALL')).toMatchObject({ stdErr: [] });
  });
});

describe('a permission', () => {
  const denied: readonly { readonly profile: BuiltInProfileName; readonly error: object }[] = [
    ...inPath.map((profile) => ({
      profile,
      error: { code: 'AUTOSYS_UNAUTHORIZED', httpStatus: 403 },
    })),
    // What runs a command can only print that it may not.
    { profile: 'command-run', error: { code: 'AUTOSYS_REFUSED', httpStatus: 200 } },
  ];

  test.for(denied)('is refused by $profile for an event, for good', async ({ profile, error }) => {
    await using autosys = await speaking(profile, { permissions: ['read'] });

    const sending = autosys.client.sendEvent({ kind: 'FORCE_STARTJOB', job: etl });

    await expect(sending).rejects.toMatchObject({ ...error, disposition: 'reject' });
    await autosys.act();
    expect(autosys.emulator.instance.job('etl')?.run.run).toBe(0);
  });

  test.for(profiles)('is refused by %s for reading, while events go on', async (profile) => {
    await using autosys = await speaking(profile, { permissions: ['FORCE_STARTJOB'] });

    await autosys.send({ kind: 'FORCE_STARTJOB', job: etl });
    const reading = autosys.client.readJob(etl);

    await expect(reading).rejects.toThrow(AutosysUnauthorizedError);
    expect(autosys.emulator.instance.job('etl')?.status).toBe('RUNNING');
  });
});

describe('JIL', () => {
  test.for(['standard', 'api-prefix'] as const)(
    'is refused by %s with what jil said, and the good one is loaded',
    async (profile) => {
      await using autosys = await speaking(profile);

      const bad = autosys.client.loadJil('insert_job: etl  job_type: CMD');
      await expect(bad).rejects.toThrow(AutosysRefusedError);
      const good = await autosys.client.loadJil('insert_job: new  job_type: CMD  machine: host1');

      expect(good.status).toBe('success');
      expect(await autosys.client.readJil(parseJobName('new'))).toContain('insert_job: new');
    },
  );
});
