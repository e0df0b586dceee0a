import { describe, expect, test } from 'vitest';
import { type BuiltInProfileName, wireProfiles } from '../../autosys/client/index.ts';
import { AutosysRefusedError, UnsupportedByProfileError } from '../../autosys/errors.ts';
import { autosysEventKinds } from '../../autosys/event.ts';
import { parseGlobalName } from '../../autosys/names.ts';
import { eventSupport } from '../../emulator/index.ts';
import { embedAutosys } from '../support/emulator.ts';
import { absentEvents, deeds, jil } from './deeds.ts';

/** What each dialect tells when it is all that is spoken. */
const told = {
  standard: { runs: true, globals: false },
  'api-prefix': { runs: true, globals: false },
  'api-job-field': { runs: false, globals: false },
  'single-event': { runs: true, globals: false },
  'single-event-str': { runs: true, globals: false },
  'command-run': { runs: true, globals: true },
} as const satisfies Record<BuiltInProfileName, object>;
const profiles = Object.keys(told) as readonly BuiltInProfileName[];

const spoken = profiles.flatMap((profile) =>
  Object.entries(deeds)
    .filter(([kind]) => Object.hasOwn(wireProfiles[profile].events, kind))
    .map(([kind, deed]) => ({ profile, kind, deed })),
);

const absent = profiles.flatMap((profile) =>
  Object.values(absentEvents)
    .filter(({ kind }) => wireProfiles[profile].events[kind])
    .map((event) => ({ profile, event })),
);

/** An AutoSys that speaks one dialect and no other, and a client that speaks it too. */
function speaking(profile: BuiltInProfileName) {
  return embedAutosys({ profiles: [profile], client: { profile: wireProfiles[profile] }, jil });
}

describe('an event', () => {
  test.for(spoken)('$kind has its effect by $profile', async ({ profile, deed }) => {
    await using autosys = await speaking(profile);
    const { emulator, client } = autosys;

    await autosys.send(...(deed.before ?? []), deed.event);

    if (deed.told && 'job' in deed.event && deed.event.job) {
      const { status, lastRun } = await client.readJob(deed.event.job);
      const run = told[profile].runs ? deed.told.run : undefined;
      expect({ status, run: lastRun.run }).toEqual({ status: deed.told.status, run });
    }
    expect(deed.known?.of(emulator.instance)).toEqual(deed.known?.is);
    expect(emulator.unsupported()).toBe(0);
  });

  test.for(absent)('$event.kind is refused by $profile where AutoSys has none', async (row) => {
    await using autosys = await speaking(row.profile);

    const sending = autosys.client.sendEvent(row.event);

    await expect(sending).rejects.toThrow(AutosysRefusedError);
    expect(autosys.emulator.unsupported()).toBe(1);
  });

  test('is shown for every kind that the embedded AutoSys has', () => {
    const refused = autosysEventKinds.filter((kind) => eventSupport[kind].support === 'absent');

    expect(refused.toSorted()).toEqual(Object.keys(absentEvents).toSorted());
  });
});

describe('a global variable', () => {
  const flag = parseGlobalName('FLAG');

  test.for(profiles)('is read back by %s, or said to be unreadable', async (profile) => {
    await using autosys = await speaking(profile);
    const { client, emulator } = autosys;
    const before = await client.readGlobalVariable(flag);
    if (wireProfiles[profile].events.SET_GLOBAL) await autosys.send(deeds.SET_GLOBAL.event);

    const after = await client.readGlobalVariable(flag);

    const { globals } = told[profile];
    expect(before.kind).toBe(globals ? 'unset' : 'unreadable');
    expect(after).toMatchObject(globals ? { kind: 'value', value: 'up' } : { kind: 'unreadable' });
    expect(emulator.unsupported()).toBe(0);
  });

  test.for(profiles.filter((profile) => !wireProfiles[profile].events.SET_GLOBAL))(
    'is refused by %s, which cannot say it, and nothing is sent',
    async (profile) => {
      await using autosys = await speaking(profile);

      const sending = autosys.client.sendEvent(deeds.SET_GLOBAL.event);

      await expect(sending).rejects.toThrow(UnsupportedByProfileError);
      expect(autosys.emulator.requests()).toEqual([]);
    },
  );
});
