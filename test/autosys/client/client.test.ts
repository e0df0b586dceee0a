import { describe, expect, test } from 'vitest';
import { overrideProfile, wireProfiles } from '../../../autosys/client/index.ts';
import {
  AutosysProtocolError,
  AutosysRefusedError,
  AutosysUnauthorizedError,
  AutosysUnavailableError,
  JobNotFoundError,
  UnsupportedByProfileError,
} from '../../../autosys/errors.ts';
import { parseComment, parseGlobalName, parseJobName } from '../../../autosys/names.ts';
import { makeAuthority } from '../../support/certificates.ts';
import { type Answer, type Arrival, serve } from '../../support/servers.ts';
import { clientFor, failureOf, password, username } from './setup.ts';

const authority = await makeAuthority();
const job = parseJobName('etl#1');
const globalVariable = parseGlobalName('ETL_STATUS');
const trust = { certificateAuthority: authority.certificate };

/** Replies by method, path and command; 404 for others. */
const plan =
  (answers: Readonly<Record<string, Answer | string | object>>) =>
  ({ method, path, body }: Arrival): Answer => {
    const command = body.startsWith('{"command"') ? ` ${JSON.parse(body).command}` : '';
    const answer = answers[`${method} ${path}${command}`];
    if (answer === undefined) return { status: 404 };
    if (typeof answer === 'string') return { status: 200, body: answer };
    return 'answered' in answer
      ? (answer as { answered: Answer }).answered
      : { status: 200, body: JSON.stringify(answer) };
  };
const answered = (status: number, body = '') => ({ answered: { status, body } });
/** A 404 of AEWS itself, which is JSON. */
const notFound = answered(404, '{"error":"no such resource"}');

const jobAddress = 'GET /AEWS/job/etl%231';
const runAddress = 'GET /AEWS/job-run-info/etl%231';
const summaryCommand = 'POST /AEWS/command/run autorep -J etl#1';
const globalCommand = 'POST /AEWS/command/run autorep -G ETL_STATUS';
const summary = {
  stdOut: [
    'Job Name              Last Start           Last End             ST/Ex Run/Ntry Pri/Xit',
    '_____________________ ____________________ ____________________ _____ ________ _______',
    'etl#1                 09/07/2026 10:17:34  09/07/2026 10:19:00  FA/NE 1620/2   127',
    ' etl#1_member         09/07/2026 10:17:34  -----                RU    1620/1',
  ],
};
const wholeRun = {
  run: 1620,
  try: 2,
  startedAt: new Date('2026-09-07T10:17:34Z'),
  endedAt: new Date('2026-09-07T10:19:00Z'),
  exitCode: 127,
};

describe('sending an event', () => {
  test('posts it with the login and returns the endpoint that accepted it', async () => {
    await using server = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([server.url], {
      ...trust,
      now: () => new Date('2026-01-02T03:04:05Z'),
    });

    const accepted = await client.sendEvent({
      kind: 'FORCE_STARTJOB',
      job,
      comment: parseComment('event 1f2e'),
    });

    expect(accepted).toEqual({
      endpoint: `localhost:${server.port}`,
      httpStatus: 201,
      acceptedAt: new Date('2026-01-02T03:04:05Z'),
    });
    expect(server.arrivals).toMatchObject([
      {
        method: 'POST',
        path: '/AEWS/event/force-start-job',
        headers: {
          authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
          'content-type': 'application/json',
        },
        body: '{"jobName":"etl#1","comment":"event 1f2e"}',
      },
    ]);
  });

  test.for([
    { path: '', base: '/AEWS' },
    { path: '/', base: '/AEWS' },
    { path: '/AEWS', base: '/AEWS' },
    { path: '/AEWS/', base: '/AEWS' },
    { path: '/proxy', base: '/proxy/AEWS' },
    { path: '/proxy/AEWS', base: '/proxy/AEWS' },
  ])('uses $base for an endpoint that ends in "$path"', async ({ path, base }) => {
    await using server = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([`${server.url}${path}`], trust);

    await client.sendEvent({ kind: 'STARTJOB', job });

    expect(server.arrivals.map((arrival) => arrival.path)).toEqual([`${base}/event/start-job`]);
  });

  test.for([
    '{"jobName":"etl#1","status":"FAILURE"}',
    '{"stdOut":[],"stdErr":["CAUAJM_I_50027 noted",""]}',
    'OK',
  ])('reads %s as an acceptance', async (body) => {
    await using server = await serve(authority.server, () => ({ status: 201, body }));
    await using client = clientFor([server.url], trust);

    expect(await client.sendEvent({ kind: 'STARTJOB', job })).toMatchObject({ httpStatus: 201 });
  });

  test('reads the credentials again for each attempt', async () => {
    await using server = await serve(authority.server, () => ({ status: 201 }));
    const passwords = ['first', 'second'];
    await using client = clientFor([server.url], {
      ...trust,
      credentials: async () => ({ username: 'u', password: passwords.shift() ?? '' }),
    });

    await client.sendEvent({ kind: 'JOB_ON_HOLD', job });
    await client.sendEvent({ kind: 'JOB_ON_HOLD', job });

    const logins = server.arrivals.map(({ headers }) =>
      Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64').toString(),
    );
    expect(logins).toEqual(['u:first', 'u:second']);
  });

  test('keeps the connection for repeatable events and opens a new one for others', async () => {
    await using server = await serve(authority.server, () => ({ status: 201 }));
    await using client = clientFor([server.url], trust);

    await client.sendEvent({ kind: 'JOB_ON_HOLD', job });
    await client.sendEvent({ kind: 'JOB_ON_ICE', job });
    const kept = server.connections();
    await client.sendEvent({ kind: 'FORCE_STARTJOB', job });
    await client.sendEvent({ kind: 'FORCE_STARTJOB', job });

    expect({ kept, all: server.connections() }).toEqual({ kept: 1, all: 3 });
  });

  test.for([
    { when: 'stdErr of a 200', reply: { stdErr: ['CAUAJM_E_50027 Invalid Job Name: etl#1'] } },
    { when: 'a plain line', reply: 'CAUAJM_E_50027 Invalid Job Name: etl#1' },
    { when: 'a 400', reply: answered(400, 'CAUAJM_E_50027 Invalid Job Name: etl#1') },
    { when: 'a 500', reply: answered(500, '<p>CAUAJM_E_50027 Invalid Job Name: etl#1</p>') },
  ])('fails when $when says that the job is unknown', async ({ reply }) => {
    await using server = await serve(
      authority.server,
      plan({ 'POST /AEWS/event/start-job': reply }),
    );
    await using client = clientFor([server.url], trust);

    const failure = await failureOf(client.sendEvent({ kind: 'STARTJOB', job }));

    expect(failure).toBeInstanceOf(JobNotFoundError);
  });

  test.for([
    {
      when: 'a login page answers',
      reply: '<html><head><title>Sign in</title></head><body>Sign in</body></html>',
      profile: wireProfiles.standard,
      message: 'expected an empty body, text or JSON, found 200 with a page (Sign in)',
      type: AutosysProtocolError,
    },
    {
      when: 'the text of the profile is missing',
      reply: 'thanks',
      profile: wireProfiles['single-event'],
      message: 'expected the text "Event sent", found 200 with text (thanks)',
      type: AutosysProtocolError,
    },
    {
      when: 'a command has no output',
      reply: '{}',
      profile: wireProfiles['command-run'],
      message: 'expected stdOut or stdErr, found 200 with JSON',
      type: AutosysProtocolError,
    },
    {
      when: 'stdErr is filled',
      reply: '{"stdErr":"not today"}',
      profile: wireProfiles.standard,
      message: 'AutoSys rejected it with 200 (not today)',
      type: AutosysRefusedError,
    },
    {
      when: 'the status in the body says failed',
      reply: '{"status":"failed","message":"no such machine"}',
      profile: wireProfiles.standard,
      message: 'AutoSys rejected it with 200 (no such machine)',
      type: AutosysRefusedError,
    },
    {
      when: 'sendevent prints an error',
      reply: '{"stdOut":[],"stdErr":["CAUAJM_W_71021 Access Denied!"]}',
      profile: wireProfiles['command-run'],
      message: 'AutoSys rejected it with 200 (CAUAJM_W_71021 Access Denied!)',
      type: AutosysRefusedError,
    },
  ])('fails when $when although the status is 200', async ({ reply, profile, message, type }) => {
    await using server = await serve(authority.server, () => ({ status: 200, body: reply }));
    await using client = clientFor([server.url], { ...trust, profile });

    const failure = await failureOf(client.sendEvent({ kind: 'STARTJOB', job }));

    expect(failure).toBeInstanceOf(type);
    expect(failure.message).toContain(message);
  });
});

describe('reading a job', () => {
  test.for([
    {
      when: 'one address has all fields',
      answers: {
        [jobAddress]: {
          job: [
            {
              name: 'etl#1',
              status: '5',
              runNum: 1620,
              ntry: 2,
              lastStart: '09/07/2026 10:17:34',
              lastEnd: '09/07/2026 10:19:00',
              exitCode: 127,
            },
          ],
        },
      },
      requests: [jobAddress],
    },
    {
      when: 'the second address has the run',
      answers: {
        [jobAddress]: { job: [{ name: 'etl#1', status: 5 }] },
        [runAddress]: [
          { jobName: 'other', runNumber: '9999' },
          { jobName: 'etl#1', runNumber: '1619', numTries: '1', exitCode: '0' },
          {
            jobName: 'etl#1',
            jobStatus: 'FAILURE',
            runNumber: '1620',
            numTries: '2',
            last_start_time: '2026-09-07T12:17:34+02:00',
            last_end_time: '1788776340',
            exitCode: '127',
          },
        ],
      },
      requests: [jobAddress, runAddress],
    },
    {
      when: 'the flat form of 2014 has no status and autorep has it',
      answers: { [jobAddress]: { name: 'etl#1', machine: 'm' }, [summaryCommand]: summary },
      requests: [jobAddress, runAddress, summaryCommand],
    },
  ])('joins the replies when $when', async ({ answers, requests }) => {
    await using server = await serve(authority.server, plan(answers));
    await using client = clientFor([server.url], trust);

    const reading = await client.readJob(job);

    expect(reading).toMatchObject({ job, status: 'FAILURE', lastRun: wholeRun, unknown: [] });
    const commands = server.arrivals.map(({ method, path, body }) =>
      `${method} ${path} ${body === '' ? '' : JSON.parse(body).command}`.trim(),
    );
    expect(commands).toEqual(requests);
  });

  test('reads only autorep with command-run, including the mark NE', async () => {
    await using server = await serve(authority.server, plan({ [summaryCommand]: summary }));
    await using client = clientFor([server.url], {
      ...trust,
      profile: wireProfiles['command-run'],
      timezone: 'Europe/Zurich',
    });

    const reading = await client.readJob(job);

    expect(reading).toEqual({
      job,
      status: 'FAILURE',
      onNoExec: true,
      lastRun: {
        ...wholeRun,
        startedAt: new Date('2026-09-07T08:17:34Z'),
        endedAt: new Date('2026-09-07T08:19:00Z'),
      },
      unknown: [],
    });
  });

  test('reads the word FAILURE as a status', async () => {
    await using server = await serve(
      authority.server,
      plan({ [jobAddress]: { name: 'etl#1', status: 'FAILURE', runNum: 0 } }),
    );
    await using client = clientFor([server.url], trust);

    expect(await client.readJob(job)).toMatchObject({ status: 'FAILURE', lastRun: { run: 0 } });
  });

  test('lists the unknown fields if the release has only the status', async () => {
    await using server = await serve(
      authority.server,
      plan({
        [jobAddress]: { job: { name: 'etl#1', status: 'RU' } },
        [runAddress]: answered(406),
        [summaryCommand]: answered(403),
      }),
    );
    await using client = clientFor([server.url], trust);

    const reading = await client.readJob(job);

    expect(reading).toEqual({
      job,
      status: 'RUNNING',
      onNoExec: false,
      lastRun: {},
      unknown: ['run', 'try', 'startedAt', 'endedAt', 'exitCode'],
    });
  });

  test('never mixes two runs', async () => {
    await using server = await serve(
      authority.server,
      plan({
        [jobAddress]: { name: 'etl#1', status: 'SUCCESS', runNum: 7, exitCode: 0 },
        [runAddress]: {
          name: 'etl#1',
          status: 'RUNNING',
          runNum: 8,
          ntry: 1,
          lastStart: '01/01/2026 00:00:00',
        },
      }),
    );
    await using client = clientFor([server.url], trust);

    const reading = await client.readJob(job);

    expect(reading).toMatchObject({ status: 'RUNNING', unknown: ['endedAt', 'exitCode'] });
    expect(reading.lastRun).toEqual({
      run: 8,
      try: 1,
      startedAt: new Date('2026-01-01T00:00:00Z'),
    });
  });

  test.for([
    {
      when: 'its address does not exist',
      answers: { [jobAddress]: notFound },
      type: JobNotFoundError,
    },
    { when: 'the list is empty', answers: { [jobAddress]: { job: [] } }, type: JobNotFoundError },
    {
      when: 'the list contains only another job',
      answers: {
        [jobAddress]: [
          { name: 'etl#10', status: 4 },
          { name: 'ETL#1', status: 4 },
        ],
      },
      type: JobNotFoundError,
    },
    {
      when: 'no reply has a status',
      answers: { [jobAddress]: { name: 'etl#1', status: '99' } },
      type: AutosysProtocolError,
    },
    {
      when: 'a page arrives instead of JSON',
      answers: { [jobAddress]: '<html><body>hello</body></html>' },
      type: AutosysProtocolError,
    },
    {
      when: 'the login is rejected at the second address',
      answers: { [jobAddress]: { name: 'etl#1', status: 4 }, [runAddress]: answered(401) },
      type: AutosysUnauthorizedError,
    },
    {
      when: 'AutoSys fails between two replies',
      answers: { [jobAddress]: { name: 'etl#1', status: 4 }, [runAddress]: answered(500) },
      type: AutosysUnavailableError,
    },
  ])('fails when $when', async ({ answers, type }) => {
    await using server = await serve(authority.server, plan(answers));
    await using client = clientFor([server.url], trust);

    const failure = await failureOf(client.readJob(job));

    expect(failure).toBeInstanceOf(type);
  });
});

test.for(['.', '..'])('rejects a path with the job name %s', async (name) => {
  await using client = clientFor(['https://localhost:1'], {});

  const failure = await failureOf(client.readJob(parseJobName(name)));

  expect(failure).toBeInstanceOf(UnsupportedByProfileError);
});

test('rejects a read of a job if the profile has no address for it', async () => {
  const profile = overrideProfile(wireProfiles.standard, { readJob: [] });
  await using client = clientFor(['https://localhost:1'], { profile });

  const failure = await failureOf(client.readJob(job));

  expect(failure).toBeInstanceOf(UnsupportedByProfileError);
});

describe('reading a global variable', () => {
  const table = [
    'Global Name                 Value                       Last Changed',
    '___________________________ ___________________________ ____________________',
    'ETL_STATUS_2                no                          07/21/2026 08:15:14',
    'ETL_STATUS                  two words                   07/21/2026 08:15:12',
  ];
  const unset = { kind: 'unset' };
  test.for([
    {
      when: 'the value alone',
      reply: { stdOut: ['SUCCEEDED'] },
      reading: { kind: 'value', value: 'SUCCEEDED' },
    },
    { when: 'an empty value', reply: { stdOut: [''] }, reading: { kind: 'value', value: '' } },
    {
      when: 'text with an end of line',
      reply: 'a  b \r\n',
      reading: { kind: 'value', value: 'a  b ' },
    },
    { when: 'the older output', reply: { output: 'x' }, reading: { kind: 'value', value: 'x' } },
    { when: 'a table', reply: { stdOut: table }, reading: { kind: 'value', value: 'two words' } },
    { when: 'a table without it', reply: { stdOut: table.slice(0, 3) }, reading: unset },
    {
      when: 'a table that cuts the value off',
      reply: {
        stdOut: [...table.slice(0, 2), `ETL_STATUS                  ${'x'.repeat(27)} 07/21/2026`],
      },
      reading: { kind: 'unreadable', reason: 'the table of autorep may show only a part of it' },
    },
    {
      when: 'a table whose long value moves the date right',
      reply: {
        stdOut: [
          ...table.slice(0, 2),
          `ETL_STATUS                  ${'x'.repeat(40)} 07/21/2026 08:15:12`,
        ],
      },
      reading: { kind: 'unreadable', reason: 'the table of autorep may show only a part of it' },
    },
    {
      when: 'a table of other columns',
      reply: { stdOut: ['Name       Text', '__________ __________', 'ETL_STATUS x'] },
      reading: { kind: 'unreadable' },
    },
    { when: 'nothing', reply: { stdOut: [] }, reading: unset },
    {
      when: 'an error text',
      reply: { stdErr: ['CAUAJM_E_1 Invalid global: ETL_STATUS'] },
      reading: unset,
    },
    {
      when: 'a denial',
      reply: { stdErr: ['CAUAJM_E_2 Access to ETL_STATUS denied'] },
      reading: { kind: 'unreadable', reason: 'CAUAJM_E_2 Access to ETL_STATUS denied' },
    },
    {
      when: 'another error',
      reply: { stdErr: ['CAUAJM_E_3 The application server is down'] },
      reading: { kind: 'unreadable', reason: 'CAUAJM_E_3 The application server is down' },
    },
    {
      when: 'too many lines',
      reply: { stdOut: ['a', 'b'] },
      reading: { kind: 'unreadable', reason: 'autorep printed 2 lines instead of a value' },
    },
    {
      when: '404',
      reply: notFound,
      reading: {
        kind: 'unreadable',
        reason: 'POST command/run was answered with 404 with JSON (no such resource)',
      },
    },
    { when: '405', reply: answered(405), reading: { kind: 'unreadable' } },
    { when: '406', reply: answered(406), reading: { kind: 'unreadable' } },
    { when: '501', reply: answered(501), reading: { kind: 'unreadable' } },
  ])('reads $reading.kind from $when', async ({ reply, reading }) => {
    await using server = await serve(authority.server, plan({ [globalCommand]: reply }));
    await using client = clientFor([server.url], trust);

    expect(await client.readGlobalVariable(globalVariable)).toMatchObject(reading);
  });

  test.for([
    { when: 'may be cut off', shown: 'AWS_SETTLEMENT_OF_THE_EURO_', kind: 'unreadable' },
    { when: 'is not listed', shown: 'AWS_RISK', kind: 'unset' },
  ])('reads $kind from a table in which a long name $when', async ({ shown, kind }) => {
    const name = parseGlobalName('AWS_SETTLEMENT_OF_THE_EURO_AREA_BANKS');
    const stdOut = [
      ...table.slice(0, 2),
      `${shown.padEnd(28)}SUCCEEDED                   07/21/2026 08:15`,
    ];
    await using server = await serve(
      authority.server,
      plan({ [globalCommand.replace('ETL_STATUS', name)]: { stdOut } }),
    );
    await using client = clientFor([server.url], trust);

    expect(await client.readGlobalVariable(name)).toMatchObject({ kind });
  });

  test('is unreadable if the profile has no request for it', async () => {
    await using client = clientFor(['https://localhost:1'], {
      profile: wireProfiles['api-job-field'],
    });

    expect(await client.readGlobalVariable(globalVariable)).toEqual({
      kind: 'unreadable',
      reason: 'the wire profile api-job-field has no request for it',
    });
  });

  test.for([
    { reads: 'json', reply: { globalName: 'ETL_STATUS', globalValue: 'x' }, value: 'x' },
    { reads: 'text', reply: 'x\n', value: 'x' },
  ] as const)('reads $reads at an address of the site', async ({ reads, reply, value }) => {
    const profile = overrideProfile(wireProfiles.standard, {
      readGlobalVariable: {
        method: 'GET',
        path: 'global/{globalVariable}',
        reads,
      },
    });
    await using server = await serve(
      authority.server,
      plan({ 'GET /AEWS/global/ETL_STATUS': reply }),
    );
    await using client = clientFor([server.url], { ...trust, profile });

    const readings = [
      await client.readGlobalVariable(globalVariable),
      await client.readGlobalVariable(parseGlobalName('OTHER')),
    ];

    expect(readings).toEqual([{ kind: 'value', value }, { kind: 'unset' }]);
  });

  test.for([
    { when: 'the permission is missing', reply: answered(403), type: AutosysUnauthorizedError },
    { when: 'AutoSys is down', reply: answered(503), type: AutosysUnavailableError },
    { when: 'a page arrives', reply: '<html></html>', type: AutosysProtocolError },
    { when: 'the reply is empty', reply: '', type: AutosysProtocolError },
  ])('fails when $when', async ({ reply, type }) => {
    await using server = await serve(authority.server, plan({ [globalCommand]: reply }));
    await using client = clientFor([server.url], trust);

    expect(await failureOf(client.readGlobalVariable(globalVariable))).toBeInstanceOf(type);
  });
});

describe('reading and loading JIL', () => {
  const jil =
    '/* ----------------- etl#1 ----------------- */\n\ninsert_job: etl#1   job_type: CMD \n';

  test('reads it as text, and accepts no other type', async () => {
    await using server = await serve(
      authority.server,
      plan({ 'GET /AEWS/jil/job?name=etl%231': jil }),
    );
    await using client = clientFor([server.url], trust);

    const text = await client.readJil(job);

    expect(text).toBe(jil);
    expect(server.arrivals.map(({ headers }) => headers.accept)).toEqual(['text/plain']);
  });

  test('reads it from autorep with command-run', async () => {
    await using server = await serve(
      authority.server,
      plan({ 'POST /AEWS/command/run autorep -q -J etl#1': { stdOut: jil.split('\n') } }),
    );
    await using client = clientFor([server.url], {
      ...trust,
      profile: wireProfiles['command-run'],
    });

    expect(await client.readJil(job)).toBe(jil);
  });

  test('distinguishes a release without command/run from a missing job', async () => {
    await using server = await serve(authority.server, () => notFound.answered);
    await using client = clientFor([server.url], {
      ...trust,
      profile: wireProfiles['command-run'],
    });

    const failures = [await failureOf(client.readJil(job)), await failureOf(client.readJob(job))];

    expect(failures.map(({ name }) => name)).toEqual([
      'AutosysRefusedError',
      'AutosysRefusedError',
    ]);
  });

  test.for([
    { when: 'its address does not exist', reply: notFound, type: JobNotFoundError },
    {
      when: 'a line reports an unknown job',
      reply: 'CAUAJM_E_50027 Invalid Job Name: etl#1\n',
      type: JobNotFoundError,
    },
    { when: 'a line reports another error', reply: 'CAUAJM_E_9 no\n', type: AutosysRefusedError },
    { when: 'the reply is empty', reply: '', type: AutosysProtocolError },
    { when: 'a page arrives', reply: '<html></html>', type: AutosysProtocolError },
  ])('fails to read it when $when', async ({ reply, type }) => {
    await using server = await serve(
      authority.server,
      plan({ 'GET /AEWS/jil/job?name=etl%231': reply }),
    );
    await using client = clientFor([server.url], trust);

    expect(await failureOf(client.readJil(job))).toBeInstanceOf(type);
  });

  test('loads it as plain text', async () => {
    await using server = await serve(
      authority.server,
      plan({ 'POST /AEWS/jil': { status: 'success', message: 'Database Change WAS Successful!' } }),
    );
    await using client = clientFor([server.url], trust);

    const reply = await client.loadJil('delete_job: Zürich\n');

    expect(reply).toEqual({
      httpStatus: 200,
      status: 'success',
      said: 'Database Change WAS Successful!',
      messages: ['Database Change WAS Successful!'],
    });
    expect(server.arrivals).toMatchObject([
      { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'delete_job: Zürich\n' },
    ]);
  });

  test('fails with all output lines of jil', async () => {
    const messages = ['CAUAJM_I_50323 Inserting/Updating job: a', 'CAUAJM_E_10302 NOT successful.'];
    await using server = await serve(
      authority.server,
      plan({ 'POST /AEWS/jil': { status: 'failed', messages } }),
    );
    await using client = clientFor([server.url], trust);

    const error = await failureOf(client.loadJil('insert_job: a\n'));

    expect(error).toMatchObject({ said: 'CAUAJM_E_10302 NOT successful.', messages });
  });

  test.for([
    { when: 'the status says failed', reply: { status: 'failed' }, type: AutosysRefusedError },
    {
      when: 'the text contains an error',
      reply: { status: 'done', out: 'CAUAJM_E_10302 Database Change WAS NOT successful.' },
      type: AutosysRefusedError,
    },
    { when: 'a page arrives', reply: '<html></html>', type: AutosysProtocolError },
  ])('fails to load it when $when', async ({ reply, type }) => {
    await using server = await serve(authority.server, plan({ 'POST /AEWS/jil': reply }));
    await using client = clientFor([server.url], trust);

    expect(await failureOf(client.loadJil('delete_job: x\n'))).toBeInstanceOf(type);
  });
});

describe('running a command', () => {
  test('returns both outputs, including errors', async () => {
    const reply = { stdOut: ['a', 'b'], stdErr: ['CAUAJM_E_50027 Invalid Job Name: nope'] };
    await using server = await serve(
      authority.server,
      plan({ 'POST /AEWS/command/run autorep -J nope': reply }),
    );
    await using client = clientFor([server.url], trust);

    expect(await client.runCommand('autorep -J nope')).toEqual(reply);
  });

  test.for([
    { command: 'autorep -J ALL', type: AutosysUnavailableError },
    { command: 'sendevent -E STOP_DEMON', type: Error },
  ])('uses the disposition of $command after a 500', async ({ command, type }) => {
    await using server = await serve(authority.server, () => ({ status: 500 }));
    await using client = clientFor([server.url], trust);

    const failure = await failureOf(client.runCommand(command));

    expect(failure).toBeInstanceOf(type);
    expect(failure).toMatchObject({
      disposition: command.startsWith('autorep') ? 'retry' : 'confirm',
    });
  });
});

describe('readGlobalVariables', () => {
  const listCommand = 'POST /AEWS/command/run autorep -G AWS_%';
  const table = [
    'Global Name                 Value                       Last Changed',
    '___________________________ ___________________________ ____________________',
    'AWS_A                       SUCCEEDED                   11/20/2026 03:01:00',
    `AWS_B                       ${'x'.repeat(27)} 11/20/2026 03:01:00`,
  ];

  test('reads the rows of a table in the timezone of the scheduler', async () => {
    await using server = await serve(authority.server, plan({ [listCommand]: { stdOut: table } }));
    await using client = clientFor([server.url], { ...trust, timezone: 'Europe/Zurich' });

    const list = await client.readGlobalVariables('AWS_%');

    const lastChanged = { at: new Date('2026-11-20T02:01:00Z'), ambiguous: false };
    expect(list).toEqual({
      kind: 'list',
      lines: 4,
      rows: new Map([
        ['AWS_A', { value: 'SUCCEEDED', lastChanged }],
        ['AWS_B', { lastChanged }],
      ]),
    });
  });

  test.for([
    { when: 'an error text', reply: { stdErr: ['CAUAJM_E_10029 No such option'] } },
    { when: 'no table', reply: { stdOut: ['SUCCEEDED'] } },
    { when: 'nothing', reply: { stdOut: [] } },
    { when: 'JSON of another shape', reply: { lines: table } },
  ])('is unreadable if autorep prints $when', async ({ reply }) => {
    await using server = await serve(authority.server, plan({ [listCommand]: reply }));
    await using client = clientFor([server.url], trust);

    expect(await client.readGlobalVariables('AWS_%')).toMatchObject({ kind: 'unreadable' });
  });

  test.for([
    {
      what: 'reads a variable by another command',
      readGlobalVariable: {
        method: 'POST',
        path: 'command/run',
        body: { command: 'autostatus -G {globalVariable}' },
        reads: 'stdOut',
      },
    },
    {
      what: 'reads a variable at an address of its own',
      readGlobalVariable: { method: 'GET', path: 'global/{globalVariable}', reads: 'text' },
    },
  ] as const)('is unreadable, without a request, if the profile $what', async (part) => {
    const { readGlobalVariable } = part;
    const profile = overrideProfile(wireProfiles.standard, { readGlobalVariable });
    await using client = clientFor(['https://localhost:1'], { profile });

    expect(await client.readGlobalVariables('ALL')).toMatchObject({ kind: 'unreadable' });
  });

  test.for([
    { when: 'the permission is missing', reply: answered(403), type: AutosysUnauthorizedError },
    { when: 'AutoSys is down', reply: answered(503), type: AutosysUnavailableError },
  ])('fails when $when', async ({ reply, type }) => {
    await using server = await serve(authority.server, plan({ [listCommand]: reply }));
    await using client = clientFor([server.url], trust);

    expect(await failureOf(client.readGlobalVariables('AWS_%'))).toBeInstanceOf(type);
  });
});
