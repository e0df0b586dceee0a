import { expect, test } from 'vitest';
import {
  type BuiltInProfileName,
  overrideProfile,
  wireProfiles,
} from '../../../autosys/client/index.ts';
import { UnsupportedByProfileError } from '../../../autosys/errors.ts';
import {
  type AutosysEvent,
  type AutosysEventKind,
  autosysEventKinds,
} from '../../../autosys/event.ts';
import {
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from '../../../autosys/names.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { serve } from '../../support/servers.ts';
import { clientFor, failureOf } from './setup.ts';

const authority = await makeAuthority();
const job = parseJobName('J#1');
const comment = parseComment('why not');
const machine = parseMachineName('agent-7');

/** One event of each kind, some with a comment. */
const events: Readonly<Record<AutosysEventKind, AutosysEvent>> = {
  STARTJOB: { kind: 'STARTJOB', job },
  FORCE_STARTJOB: { kind: 'FORCE_STARTJOB', job, comment },
  RESTARTJOB: { kind: 'RESTARTJOB', job },
  JOB_ON_HOLD: { kind: 'JOB_ON_HOLD', job },
  JOB_OFF_HOLD: { kind: 'JOB_OFF_HOLD', job },
  JOB_ON_ICE: { kind: 'JOB_ON_ICE', job },
  JOB_OFF_ICE: { kind: 'JOB_OFF_ICE', job },
  JOB_ON_NOEXEC: { kind: 'JOB_ON_NOEXEC', job },
  JOB_OFF_NOEXEC: { kind: 'JOB_OFF_NOEXEC', job },
  SUSPENDJOB: { kind: 'SUSPENDJOB', job },
  RESUMEJOB: { kind: 'RESUMEJOB', job },
  RELEASE_RESOURCE: { kind: 'RELEASE_RESOURCE', job },
  DELETEJOB: { kind: 'DELETEJOB', job },
  KILLJOB: { kind: 'KILLJOB', job, signals: '15,9' },
  SEND_SIGNAL: { kind: 'SEND_SIGNAL', job, signals: '1' },
  CHANGE_STATUS: { kind: 'CHANGE_STATUS', job, status: 'SUCCESS', comment },
  CHANGE_PRIORITY: { kind: 'CHANGE_PRIORITY', job, priority: 5 },
  REPLY_RESPONSE: { kind: 'REPLY_RESPONSE', job, response: 'yes' },
  COMMENT: { kind: 'COMMENT', job, comment },
  ALARM: { kind: 'ALARM', alarm: 'JOBFAILURE' },
  SET_GLOBAL: {
    kind: 'SET_GLOBAL',
    globalVariable: parseGlobalName('ETL_STATUS'),
    value: parseGlobalValue('say "{job}" 50%'),
  },
  MACH_OFFLINE: { kind: 'MACH_OFFLINE', machine },
  MACH_ONLINE: { kind: 'MACH_ONLINE', machine },
  STOP_DEMON: { kind: 'STOP_DEMON' },
};

type Expected = Readonly<Partial<Record<AutosysEventKind, readonly [path: string, body: object]>>>;
const named = { jobName: 'J#1' };
const noted = { ...named, comment: 'why not' };
const set = { globalName: 'ETL_STATUS', globalValue: 'say "{job}" 50%' };

const familyA: Expected = {
  STARTJOB: ['start-job', named],
  FORCE_STARTJOB: ['force-start-job', noted],
  RESTARTJOB: ['restart-job', named],
  JOB_ON_HOLD: ['hold-job', named],
  JOB_OFF_HOLD: ['off-hold-job', named],
  JOB_ON_ICE: ['ice-job', named],
  JOB_OFF_ICE: ['off-ice-job', named],
  JOB_ON_NOEXEC: ['noexec-job', named],
  JOB_OFF_NOEXEC: ['off-noexec-job', named],
  SUSPENDJOB: ['suspend-job', named],
  RESUMEJOB: ['resume-job', named],
  RELEASE_RESOURCE: ['release-resources-job', named],
  DELETEJOB: ['delete-job', named],
  KILLJOB: ['kill-job', { ...named, signal: '15,9' }],
  SEND_SIGNAL: ['send-signal-job', { ...named, signal: '1' }],
  CHANGE_STATUS: ['change-status-job', { ...noted, jobStatus: 'SUCCESS' }],
  CHANGE_PRIORITY: ['change-priority-job', { ...named, priority: 5 }],
  REPLY_RESPONSE: ['reply-job', { ...named, response: 'yes' }],
  COMMENT: ['comment-job', noted],
  ALARM: ['alarm-job', { alarm: 'JOBFAILURE' }],
  SET_GLOBAL: ['set-global', set],
  MACH_OFFLINE: ['machine-offline', { machineName: 'agent-7' }],
  MACH_ONLINE: ['machine-online', { machineName: 'agent-7' }],
  STOP_DEMON: ['stop-demon', {}],
};

const familyB: Expected = {
  STARTJOB: ['start-job', named],
  FORCE_STARTJOB: ['force-start-job', noted],
  JOB_ON_HOLD: ['on-hold', named],
  JOB_OFF_HOLD: ['off-hold', named],
  JOB_ON_ICE: ['on-ice', named],
  JOB_OFF_ICE: ['off-ice', named],
  JOB_ON_NOEXEC: ['on-noexec', named],
  JOB_OFF_NOEXEC: ['off-noexec', named],
  SUSPENDJOB: ['suspend', named],
  RESUMEJOB: ['resume', named],
  RELEASE_RESOURCE: ['release-resource', named],
  SEND_SIGNAL: ['send-signal', { ...named, signal: '1' }],
  CHANGE_STATUS: ['change-status', { ...noted, jobStatus: 'SUCCESS' }],
  CHANGE_PRIORITY: ['change-priority', { ...named, priority: 5 }],
  REPLY_RESPONSE: ['reply', { ...named, response: 'yes' }],
  COMMENT: ['comment', noted],
  ALARM: ['alarm', { alarm: 'JOBFAILURE' }],
  SET_GLOBAL: ['set-global', set],
};

/** With a single address the body contains the kind, and the new status is `status`. */
const inBody = (field: string, kinds: readonly AutosysEventKind[]): Expected =>
  Object.fromEntries(
    kinds.map((kind) => {
      const fields =
        kind === 'CHANGE_STATUS' ? { ...noted, status: 'SUCCESS' } : familyA[kind]?.[1];
      return [kind, ['', { [field]: kind, ...fields }]];
    }),
  );

const lines: Readonly<Record<AutosysEventKind, string>> = {
  STARTJOB: '-J J#1',
  FORCE_STARTJOB: '-J J#1 -C "why not"',
  RESTARTJOB: '-J J#1',
  JOB_ON_HOLD: '-J J#1',
  JOB_OFF_HOLD: '-J J#1',
  JOB_ON_ICE: '-J J#1',
  JOB_OFF_ICE: '-J J#1',
  JOB_ON_NOEXEC: '-J J#1',
  JOB_OFF_NOEXEC: '-J J#1',
  SUSPENDJOB: '-J J#1',
  RESUMEJOB: '-J J#1',
  RELEASE_RESOURCE: '-J J#1',
  DELETEJOB: '-J J#1',
  KILLJOB: '-J J#1 -K 15,9',
  SEND_SIGNAL: '-J J#1 -K 1',
  CHANGE_STATUS: '-J J#1 -s SUCCESS -C "why not"',
  CHANGE_PRIORITY: '-J J#1 -q 5',
  REPLY_RESPONSE: '-J J#1 -r yes',
  COMMENT: '-J J#1 -C "why not"',
  ALARM: '-A JOBFAILURE',
  SET_GLOBAL: String.raw`-G "ETL_STATUS=say \"{job}\" 50%"`,
  MACH_OFFLINE: '-N agent-7',
  MACH_ONLINE: '-N agent-7',
  STOP_DEMON: '',
};

const jobKinds = autosysEventKinds.filter((kind) => familyA[kind]?.[1] === named);
const cases: readonly {
  profile: BuiltInProfileName;
  under: string;
  expected: Expected;
  reply: string;
}[] = [
  { profile: 'standard', under: '/AEWS/event/', expected: familyA, reply: '' },
  { profile: 'api-prefix', under: '/AEWS/api/event/', expected: familyB, reply: '' },
  {
    profile: 'api-job-field',
    under: '/AEWS/api/event/',
    expected: { FORCE_STARTJOB: ['force-start-job', { job: 'J#1', comment: 'why not' }] },
    reply: '',
  },
  {
    profile: 'single-event',
    under: '/AEWS/event',
    expected: inBody('eventType', autosysEventKinds),
    reply: 'Event sent',
  },
  {
    profile: 'single-event-str',
    under: '/AEWS/event',
    expected: {
      ...inBody('eventTypeStr', [...jobKinds, 'FORCE_STARTJOB', 'COMMENT']),
      KILLJOB: ['', { eventTypeStr: 'KILLJOB', ...named, signal: '15,9' }],
    },
    reply: '',
  },
  {
    profile: 'command-run',
    under: '/AEWS/command/run',
    expected: Object.fromEntries(
      autosysEventKinds.map((kind) => [
        kind,
        ['', { command: `sendevent -E ${kind} ${lines[kind]}`.trim() }],
      ]),
    ),
    reply: '{"stdOut":[]}',
  },
];

test.for(cases)('sends every event by the request of $profile', async (row) => {
  await using server = await serve(authority.server, () => ({ status: 201, body: row.reply }));
  await using client = clientFor([server.url], {
    certificateAuthority: authority.certificate,
    profile: wireProfiles[row.profile],
  });

  for (const kind of autosysEventKinds.filter((known) => row.expected[known])) {
    await client.sendEvent(events[kind]);
  }

  const sent = server.arrivals.map(({ method, path, body }) => [method, path, JSON.parse(body)]);
  const expected = autosysEventKinds.flatMap((kind) => {
    const [path, body] = row.expected[kind] ?? [];
    return body === undefined ? [] : [['POST', `${row.under}${path}`, body]];
  });
  expect(sent).toEqual(expected);
});

test.for(cases)(
  'rejects events for which $profile has no request',
  async ({ profile, expected }) => {
    await using server = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([server.url], {
      certificateAuthority: authority.certificate,
      profile: wireProfiles[profile],
    });

    const unsupported = autosysEventKinds.filter((kind) => expected[kind] === undefined);
    const failures = await Promise.all(
      unsupported.map((kind) => failureOf(client.sendEvent(events[kind]))),
    );

    expect(failures.every((failure) => failure instanceof UnsupportedByProfileError)).toBe(true);
    expect(server.arrivals).toEqual([]);
  },
);

test('sends the request of an override', async () => {
  const profile = overrideProfile(wireProfiles.standard, {
    events: {
      SET_GLOBAL: { path: 'globals/{globalVariable}', body: { new: '{value}', by: '{comment}' } },
      KILLJOB: 'none',
    },
  });
  await using server = await serve(authority.server, () => ({ status: 204 }));
  await using client = clientFor([server.url], {
    certificateAuthority: authority.certificate,
    profile,
  });

  await client.sendEvent(events.SET_GLOBAL);
  await client.sendEvent(events.STARTJOB);
  const failure = await failureOf(client.sendEvent(events.KILLJOB));

  expect(server.arrivals.map(({ path, body }) => [path, body])).toEqual([
    ['/AEWS/globals/ETL_STATUS', '{"new":"say \\"{job}\\" 50%"}'],
    ['/AEWS/event/start-job', '{"jobName":"J#1"}'],
  ]);
  expect(failure.message).toContain('standard with overrides');
});
