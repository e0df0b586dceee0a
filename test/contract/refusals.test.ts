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

function embedWith(
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
  test.for(profiles)('is reported with %s when it is read', async (profile) => {
    await using autosys = await embedWith(profile);

    const reading = autosys.client.readJob(unknown);

    await expect(reading).rejects.toThrow(new JobNotFoundError({ job: unknown }));
  });

  test.for(
    profiles.flatMap((profile) =>
      ([404, 400] as const).map((unknownJobStatus) => ({ profile, unknownJobStatus })),
    ),
  )(
    'is reported with $profile when an event is sent and AutoSys answers $unknownJobStatus',
    async (row) => {
      await using autosys = await embedWith(row.profile, row);

      const sending = autosys.client.sendEvent({ kind: 'FORCE_STARTJOB', job: unknown });

      await expect(sending).rejects.toThrow(new JobNotFoundError({ job: unknown }));
    },
  );

  test.for(inPath)('is accepted with %s if AutoSys checks it later', async (profile) => {
    await using autosys = await embedWith(profile, { unknownJobStatus: 201 });

    const accepted = await autosys.client.sendEvent({ kind: 'FORCE_STARTJOB', job: unknown });
    await autosys.act();

    expect([200, 201]).toContain(accepted.httpStatus);
    await expect(autosys.client.readJob(unknown)).rejects.toThrow(JobNotFoundError);
  });
});

describe('a login', () => {
  test.for(profiles)('is rejected with %s for a wrong password, once per call', async (profile) => {
    await using autosys = await embedWith(profile);
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
  });

  test('is accepted with a password of any characters', async () => {
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
    // `command/run` only prints that the permission is missing.
    { profile: 'command-run', error: { code: 'AUTOSYS_REFUSED', httpStatus: 200 } },
  ];

  test.for(denied)(
    'is denied with $profile for an event, with the disposition reject',
    async ({ profile, error }) => {
      await using autosys = await embedWith(profile, { permissions: ['read'] });

      const sending = autosys.client.sendEvent({ kind: 'FORCE_STARTJOB', job: etl });

      await expect(sending).rejects.toMatchObject({ ...error, disposition: 'reject' });
      await autosys.act();
      expect(autosys.emulator.instance.job('etl')?.run.run).toBe(0);
    },
  );

  test.for(profiles)('is denied with %s for reads, while events are accepted', async (profile) => {
    await using autosys = await embedWith(profile, { permissions: ['FORCE_STARTJOB'] });

    await autosys.send({ kind: 'FORCE_STARTJOB', job: etl });
    const reading = autosys.client.readJob(etl);

    await expect(reading).rejects.toThrow(AutosysUnauthorizedError);
    expect(autosys.emulator.instance.job('etl')?.status).toBe('RUNNING');
  });
});

describe('JIL', () => {
  test.for(['standard', 'api-prefix'] as const)(
    'is rejected with %s if it is invalid, and loaded if it is valid',
    async (profile) => {
      await using autosys = await embedWith(profile);

      const invalid = autosys.client.loadJil('insert_job: etl  job_type: CMD');
      await expect(invalid).rejects.toThrow(AutosysRefusedError);
      const valid = await autosys.client.loadJil('insert_job: new  job_type: CMD  machine: host1');

      expect(valid.status).toBe('success');
      expect(await autosys.client.readJil(parseJobName('new'))).toContain('insert_job: new');
    },
  );
});
