import { describe, expect, test } from 'vitest';
import { type BuiltInProfileName, wireProfiles } from '../../autosys/client/index.ts';
import { AutosysRefusedError, UnsupportedByProfileError } from '../../autosys/errors.ts';
import { autosysEventKinds } from '../../autosys/event.ts';
import { parseGlobalName } from '../../autosys/names.ts';
import { eventSupport } from '../../emulator/index.ts';
import { embedAutosys } from '../support/emulator.ts';
import { absentEvents, eventEffects, jil } from './event-effects.ts';

/** What a client can read if AutoSys supports only this profile. */
const readable = {
  standard: { runs: true, globals: false },
  'api-prefix': { runs: true, globals: false },
  'api-job-field': { runs: false, globals: false },
  'single-event': { runs: true, globals: false },
  'single-event-str': { runs: true, globals: false },
  'command-run': { runs: true, globals: true },
} as const satisfies Record<BuiltInProfileName, object>;
const profiles = Object.keys(readable) as readonly BuiltInProfileName[];

const supported = profiles.flatMap((profile) =>
  Object.entries(eventEffects)
    .filter(([kind]) => Object.hasOwn(wireProfiles[profile].events, kind))
    .map(([kind, effect]) => ({ profile, kind, effect })),
);

const absent = profiles.flatMap((profile) =>
  Object.values(absentEvents)
    .filter(({ kind }) => wireProfiles[profile].events[kind])
    .map((event) => ({ profile, event })),
);

/** Embeds an AutoSys that supports only one profile, with a client of the same profile. */
function embedWith(profile: BuiltInProfileName) {
  return embedAutosys({ profiles: [profile], client: { profile: wireProfiles[profile] }, jil });
}

describe('an event', () => {
  test.for(supported)('$kind has its effect with $profile', async ({ profile, effect }) => {
    await using autosys = await embedWith(profile);
    const { emulator, client } = autosys;

    await autosys.send(...(effect.before ?? []), effect.event);

    if (effect.reading && 'job' in effect.event && effect.event.job) {
      const { status, lastRun } = await client.readJob(effect.event.job);
      const run = readable[profile].runs ? effect.reading.run : undefined;
      expect({ status, run: lastRun.run }).toEqual({ status: effect.reading.status, run });
    }
    expect(effect.state?.of(emulator.instance)).toEqual(effect.state?.is);
    expect(emulator.unsupported()).toBe(0);
  });

  test.for(absent)(
    '$event.kind is rejected with $profile if AutoSys does not support it',
    async (row) => {
      await using autosys = await embedWith(row.profile);

      const sending = autosys.client.sendEvent(row.event);

      await expect(sending).rejects.toThrow(AutosysRefusedError);
      expect(autosys.emulator.unsupported()).toBe(1);
    },
  );

  test('is tested for every kind that the embedded AutoSys supports', () => {
    const unsupported = autosysEventKinds.filter((kind) => eventSupport[kind].support === 'absent');

    expect(unsupported.toSorted()).toEqual(Object.keys(absentEvents).toSorted());
  });
});

describe('a global variable', () => {
  const flag = parseGlobalName('FLAG');

  test.for(profiles)('is read back with %s, or is unreadable', async (profile) => {
    await using autosys = await embedWith(profile);
    const { client, emulator } = autosys;
    const before = await client.readGlobalVariable(flag);
    if (wireProfiles[profile].events.SET_GLOBAL) await autosys.send(eventEffects.SET_GLOBAL.event);

    const after = await client.readGlobalVariable(flag);

    const { globals } = readable[profile];
    expect(before.kind).toBe(globals ? 'unset' : 'unreadable');
    expect(after).toMatchObject(globals ? { kind: 'value', value: 'up' } : { kind: 'unreadable' });
    expect(emulator.unsupported()).toBe(0);
  });

  test.for(profiles.filter((profile) => !wireProfiles[profile].events.SET_GLOBAL))(
    'is rejected with %s, which has no request for it, and nothing is sent',
    async (profile) => {
      await using autosys = await embedWith(profile);

      const sending = autosys.client.sendEvent(eventEffects.SET_GLOBAL.event);

      await expect(sending).rejects.toThrow(UnsupportedByProfileError);
      expect(autosys.emulator.requests()).toEqual([]);
    },
  );
});
