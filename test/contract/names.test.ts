import { describe, expect, test } from 'vitest';
import { type BuiltInProfileName, wireProfiles } from '../../autosys/client/index.ts';
import { parseGlobalName, parseGlobalValue, parseJobName } from '../../autosys/names.ts';
import { embedAutosys } from '../support/emulator.ts';

/** The name is in path and body, only in the body, and on a command line. */
const profiles: readonly BuiltInProfileName[] = ['standard', 'single-event-str', 'command-run'];
const longest = 'J'.repeat(64);

/** Valid names with characters that are special in paths, queries, shells and JIL. */
const names = ['etl#1', '#', 'a.b-c_d', 'user@host', 'JOB', 'job', '-J', longest];

const jil = [
  'insert_job: BOX  job_type: BOX',
  ...names.map((name) => `insert_job: ${name}  job_type: CMD  box_name: BOX  machine: host1`),
].join('\n');

describe('a job', () => {
  test.for(profiles.flatMap((profile) => names.map((name) => ({ profile, name }))))(
    '$name is started and read with $profile',
    async ({ profile, name }) => {
      await using autosys = await embedAutosys({
        profiles: [profile],
        client: { profile: wireProfiles[profile] },
        jil,
      });
      const job = parseJobName(name);

      await autosys.client.sendEvent({ kind: 'FORCE_STARTJOB', job });
      await autosys.clock.advance(500);

      const { status } = await autosys.client.readJob(job);
      expect(status).toBe('RUNNING');
      const others = names.filter((other) => other !== name);
      expect(others.map((other) => autosys.emulator.instance.job(other)?.run.run)).toEqual(
        others.map(() => 0),
      );
    },
  );

  test.for(['standard', 'api-prefix', 'command-run'] as const)(
    'is read as JIL with %s, for any name',
    async (profile) => {
      await using autosys = await embedAutosys({
        profiles: [profile],
        client: { profile: wireProfiles[profile] },
        jil,
      });

      const texts = await Promise.all(
        names.map((name) => autosys.client.readJil(parseJobName(name))),
      );

      expect(texts.map((text) => /insert_job: (\S+)/.exec(text)?.[1])).toEqual(names);
    },
  );
});

describe('a global variable', () => {
  test.for(['G'.repeat(64), 'a.b-c_d', 'Mixed', 'MIXED'])('%s keeps its name', async (name) => {
    await using autosys = await embedAutosys();
    const globalVariable = parseGlobalName(name);

    await autosys.send({ kind: 'SET_GLOBAL', globalVariable, value: parseGlobalValue('1') });

    expect([...autosys.emulator.instance.globalVariables().keys()]).toEqual([name]);
    expect(await autosys.client.readGlobalVariable(globalVariable)).toMatchObject({ value: '1' });
  });
});
