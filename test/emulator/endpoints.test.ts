import { describe, expect, test } from 'vitest';
import { eventSupport } from '../../emulator/event-support.ts';
import { emulatedProfiles, endpoints } from '../../emulator/index.ts';
import { verbsOfFamilyA, verbsOfFamilyB } from '../../emulator/verbs.ts';
import { post, sendRequest, startNight } from './aews.ts';

const everything = {
  jobName: 'WAITER',
  jobStatus: 'SUCCESS',
  signal: '9',
  priority: 1,
  response: 'r',
  comment: 'c',
  alarm: 'JOBFAILURE',
  machineName: 'm1',
  globalName: 'G',
  globalValue: 'v',
};

describe('the events', () => {
  test.for([
    ...Object.entries(verbsOfFamilyA).map(([verb, kind]) => [`/AEWS/event/${verb}`, kind] as const),
    ...Object.entries(verbsOfFamilyB).map(
      ([verb, kind]) => [`/AEWS/api/event/${verb}`, kind] as const,
    ),
    ['/AEWS/event/set-global', 'SET_GLOBAL'] as const,
    ['/AEWS/event/force-start-job/', 'FORCE_STARTJOB'] as const,
    ['/AEWS/event/on-hold', 'JOB_ON_HOLD'] as const,
  ])('POST %s sends %s', async ([path, kind]) => {
    await using night = await startNight();

    const reply = await post(night.emulator, path, everything);

    const absent = eventSupport[kind].support === 'absent';
    expect(reply.status).toBe(absent ? 501 : 201);
    expect(night.emulator.unsupported()).toBe(absent ? 1 : 0);
    const logged = night.emulator.instance.events().map(({ name }) => name);
    expect(logged.includes(kind)).toBe(!absent);
  });

  test('are queued first and processed after the delay', async () => {
    await using night = await startNight({ eventDelayMs: 500 });
    const { emulator, clock } = night;

    const reply = await post(emulator, '/AEWS/event/force-start-job', { jobName: 'a#b.c-1' });

    expect(reply).toMatchObject({ status: 201, text: '' });
    expect(emulator.instance.job('a#b.c-1')?.status).toBe('INACTIVE');
    await clock.advance(500);
    expect(emulator.instance.job('a#b.c-1')?.run.run).toBe(1);
  });

  test('SET_GLOBAL starts the job that waits for the value, and DELETE removes the variable', async () => {
    await using night = await startNight();
    const { emulator, clock } = night;

    await post(emulator, '/AEWS/event/set-global', { globalName: 'GO', globalValue: '1' });
    await clock.advance(1_000);
    const started = emulator.instance.job('WAITER')?.run.run;
    await post(emulator, '/AEWS/event/set-global', { globalName: 'GO', globalValue: 'DELETE' });
    await clock.advance(1_000);

    expect(started).toBe(1);
    expect(emulator.instance.globalVariable('GO')).toBeUndefined();
  });

  test.for([
    { unknownJobStatus: 404, text: 'CAUAJM_E_50027 Invalid Job Name: nope\n' },
    { unknownJobStatus: 400, text: 'CAUAJM_E_50027 Invalid Job Name: nope\n' },
    { unknownJobStatus: 201, text: '' },
  ] as const)('answer $unknownJobStatus for an unknown job where it is set so', async (given) => {
    await using night = await startNight({ unknownJobStatus: given.unknownJobStatus });

    const reply = await post(night.emulator, '/AEWS/event/start-job', { jobName: 'nope' });

    expect(reply).toMatchObject({ status: given.unknownJobStatus, text: given.text });
    expect(night.emulator.instance.events()).toEqual([]);
  });

  test.for([
    { what: 'no JSON', body: '{"jobName":"WAITER"', message: 'the body is not JSON' },
    { what: 'no object', body: '["WAITER"]', message: 'the body is JSON, but not an object' },
    { what: 'nothing', body: '', message: 'jobName: missing; the body has no fields' },
    {
      what: 'a missing field',
      body: '{"job":"WAITER"}',
      message: 'jobName: missing; the body has job',
    },
    {
      what: 'a name of 65 characters',
      body: JSON.stringify({ jobName: 'x'.repeat(65) }),
      message: 'jobName: job name: found 65 characters',
    },
    { what: 'bytes that are no UTF-8', body: Buffer.from([0x7b, 0xff, 0x7d]), message: 'charset' },
  ])('refuse $what with 400 and state the reason', async ({ body, message }) => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'POST', '/AEWS/event/start-job', { body });

    expect(reply.status).toBe(400);
    expect(reply.text).toContain(message);
  });

  test('refuse a value of 101 characters, and accept one of 100', async () => {
    await using night = await startNight();
    const send = (length: number) => {
      const value = { globalName: 'G', globalValue: 'x'.repeat(length) };
      return post(night.emulator, '/AEWS/event/set-global', value);
    };

    const [refused, taken] = [await send(101), await send(100)];

    expect([refused.status, taken.status]).toEqual([400, 201]);
    expect(refused.text).toContain('globalValue: global variable value: found 101 characters');
  });

  test.for([
    { type: 'application/json', status: 201 },
    { type: 'Application/JSON; charset=utf-8', status: 201 },
    { type: 'application/json;charset="ISO-8859-1"', status: 201 },
    { type: 'text/json', status: 201 },
    { type: 'application/vnd.autosys+json', status: 201 },
    { type: '', status: 201 },
    { type: 'application/x-www-form-urlencoded', status: 415 },
    { type: 'text/plain', status: 415 },
    { type: 'application/xml', status: 415 },
    { type: 'application/json; charset=klingon', status: 415 },
  ])('answer Content-Type "$type" with $status', async ({ type, status }) => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'POST', '/AEWS/event/start-job', {
      body: '{"jobName":"WAITER"}',
      headers: { 'Content-Type': type },
    });

    expect(reply.status).toBe(status);
  });

  test('refuse a compressed body with 415', async () => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'POST', '/AEWS/event/start-job', {
      body: '{"jobName":"WAITER"}',
      headers: { 'Content-Encoding': 'gzip' },
    });

    expect(reply).toMatchObject({ status: 415, text: expect.stringContaining('gzip') });
  });
});

describe('the reads', () => {
  test('GET job returns every job, wrapped, with the status as a number in a text', async () => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/job/');

    expect(reply.status).toBe(200);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(JSON.parse(reply.text).job.slice(0, 2)).toEqual([
      { name: 'PAY_BOX', jobType: 'BOX', status: '8' },
      { name: 'PAY_PREP', boxName: 'PAY_BOX', jobType: 'CMD', machine: 'm1', status: '8' },
    ]);
  });

  test('GET job/{name} finds a name that must be encoded', async () => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/job/a%23b.c-1/');

    expect(JSON.parse(reply.text)).toEqual({
      job: [{ name: 'a#b.c-1', jobType: 'CMD', machine: 'm1', status: '8' }],
    });
  });

  test.for([
    {
      jobShape: 'wrapped',
      one: { job: [{ name: 'PAY_BOX' }] },
      all: { job: [{ name: 'PAY_BOX' }] },
    },
    { jobShape: 'flat', one: { name: 'PAY_BOX' }, all: { job: [{ name: 'PAY_BOX' }] } },
    { jobShape: 'array', one: [{ name: 'PAY_BOX' }], all: [{ name: 'PAY_BOX' }] },
  ] as const)('come $jobShape where the release does so', async ({ jobShape, one, all }) => {
    const jil = [{ name: 'one.jil', text: 'insert_job: PAY_BOX  job_type: BOX\n' }];
    await using night = await startNight({ jobShape, jil });

    const replies = [
      await sendRequest(night.emulator, 'GET', '/AEWS/job/PAY_BOX'),
      await sendRequest(night.emulator, 'GET', '/AEWS/job'),
    ];

    expect(JSON.parse(replies[0]?.text ?? '')).toMatchObject(one);
    expect(JSON.parse(replies[1]?.text ?? '')).toMatchObject(all);
  });

  test.for([
    { path: '/AEWS/job.xml', accept: 'application/json' },
    { path: '/AEWS/job', accept: 'application/xml' },
    { path: '/AEWS/job/PAY_PREP', accept: 'text/xml' },
    { path: '/AEWS/job-run-info/PAY_PREP', accept: 'application/xml' },
  ])('GET $path returns XML for Accept $accept', async ({ path, accept }) => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'GET', path, { headers: { Accept: accept } });

    expect(reply.headers['content-type']).toBe('application/xml');
    expect(reply.text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?></);
    expect(reply.text).toContain('<name>PAY_PREP</name>');
  });

  test('GET job.json returns JSON for any Accept', async () => {
    await using night = await startNight();

    const headers = { Accept: 'application/xml' };
    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/job.json', { headers });

    expect(JSON.parse(reply.text).job).toHaveLength(5);
  });

  test.for([
    { filter: 'name==PAY_LOAD', status: 200, found: ['PAY_LOAD'] },
    { filter: 'boxname==PAY_BOX', status: 200, found: ['PAY_PREP', 'PAY_LOAD'] },
    { filter: 'name==nope', status: 200, found: [] },
    { filter: 'boxName==PAY_BOX', status: 400, found: undefined },
    { filter: 'name==PAY_*', status: 400, found: undefined },
    { filter: 'job_name==%', status: 400, found: undefined },
  ])('GET job?filter=$filter answers $status', async ({ filter, status, found }) => {
    await using night = await startNight();

    const path = `/AEWS/job?filter=${encodeURIComponent(filter)}`;
    const reply = await sendRequest(night.emulator, 'GET', path);

    expect(reply.status).toBe(status);
    const jobs = status === 200 ? JSON.parse(reply.text).job : undefined;
    expect(jobs?.map(({ name }: { name: string }) => name)).toEqual(found);
  });

  test('GET job-run-info returns the last run in the timezone of the instance', async () => {
    await using night = await startNight({ timezone: 'America/New_York' });
    const { emulator, clock } = night;
    await post(emulator, '/AEWS/event/force-start-job', { jobName: 'WAITER' });
    await clock.advance(120_000);

    const one = await sendRequest(emulator, 'GET', '/AEWS/job-run-info/WAITER');
    const all = await sendRequest(emulator, 'GET', '/AEWS/job-run-info/');

    expect(JSON.parse(one.text)).toEqual([
      {
        name: 'WAITER',
        status: 'SUCCESS',
        runNum: 1,
        numTries: 1,
        lastStart: '01/04/2026 19:00:00',
        lastEnd: '01/04/2026 19:01:00',
        exitCode: 0,
        runMachine: 'm1',
      },
    ]);
    expect(JSON.parse(all.text)).toHaveLength(5);
    expect((await sendRequest(emulator, 'GET', '/AEWS/jobruninfo/WAITER')).text).toBe(one.text);
  });

  test('GET job-dependencies returns what the condition reads', async () => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/job-dependencies/PAY_LOAD/');

    expect(JSON.parse(reply.text)).toEqual([
      {
        name: 'PAY_LOAD',
        boxName: 'PAY_BOX',
        condition: 's(PAY_PREP)',
        jobs: ['PAY_PREP'],
        globals: [],
      },
    ]);
  });

  test('GET jil/job returns a box with its members, in the layout of autorep -q', async () => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/jil/job?name=PAY_BOX');

    expect(reply.headers['content-type']).toBe('text/plain;charset=UTF-8');
    expect(reply.text).toContain('insert_job: PAY_BOX   job_type: BOX \n');
    expect(reply.text).toContain('\n insert_job: PAY_PREP   job_type: CMD \n');
    expect(reply.text).toContain('\n #owner: autosys@m1\n');
    expect(reply.text).not.toContain('WAITER');
  });

  test('GET jil/job without a name returns all jobs, and the result can be loaded again', async () => {
    await using night = await startNight();
    const { text } = await sendRequest(night.emulator, 'GET', '/AEWS/jil/job');

    await using copy = await startNight({ jil: [{ name: 'copy.jil', text }] });

    const again = await sendRequest(copy.emulator, 'GET', '/AEWS/jil/job');
    expect(again.text).toBe(text.replace(' #owner: autosys@m1\n', ''));
  });

  test.for([
    '/AEWS/job/nope',
    '/AEWS/job/a%20b',
    '/AEWS/job-run-info/nope',
    '/AEWS/job-dependencies/nope',
    '/AEWS/jil/job?name=nope',
  ])('GET %s answers 404 with the message of AutoSys', async (path) => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'GET', path);

    expect(reply.status).toBe(404);
    expect(reply.text).toMatch(/^CAUAJM_E_50027 Invalid Job Name: /);
  });

  test.for([
    { path: '/AEWS/jil/job', accept: 'application/json' },
    { path: '/AEWS/job', accept: 'text/plain' },
    { path: '/AEWS/job/WAITER', accept: 'text/plain' },
    { path: '/AEWS/job-run-info', accept: 'image/png' },
    { path: '/AEWS/job-dependencies/WAITER', accept: 'application/xml' },
  ])('GET $path refuses Accept $accept with 406', async ({ path, accept }) => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'GET', path, { headers: { Accept: accept } });

    expect(reply.status).toBe(406);
  });
});

describe('POST jil', () => {
  const jil = (text: string, type = 'text/plain') =>
    ({ body: text, headers: { 'Content-Type': type } }) as const;

  test.for(['text/plain', 'text/plain; charset=utf-8', '', 'application/x-www-form-urlencoded'])(
    'executes JIL with Content-Type "%s"',
    async (type) => {
      await using night = await startNight();

      const asking = jil('insert_job: NEW  job_type: CMD\nmachine: m1\ncommand: x\n', type);
      const reply = await sendRequest(night.emulator, 'POST', '/AEWS/jil', asking);

      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.text).status).toBe('success');
      expect(night.emulator.instance.job('NEW')?.job.command).toBe('x');
    },
  );

  test('answers 200 and failed for invalid JIL', async () => {
    await using night = await startNight();

    const asking = jil('insert_job: NEW  job_type: BOX\nbox_name: NO_BOX\n');
    const reply = await sendRequest(night.emulator, 'POST', '/AEWS/jil', asking);

    expect(reply.status).toBe(200);
    const { status, messages } = JSON.parse(reply.text);
    expect(status).toBe('failed');
    expect(messages.join('\n')).toContain('CAUAJM_E_18947 Invalid box name NO_BOX');
  });

  test('refuses JSON with 415', async () => {
    await using night = await startNight();

    const reply = await sendRequest(
      night.emulator,
      'POST',
      '/AEWS/jil',
      jil('{}', 'application/json'),
    );

    expect(reply.status).toBe(415);
  });
});

describe('unsupported endpoints', () => {
  test.for([
    {
      method: 'GET',
      path: '/AEWS/api',
      reason: 'no interactive page is emulated; docs/autosys.md lists',
    },
    { method: 'GET', path: '/AEWS/calendar/standard', reason: 'calendars are not emulated' },
    { method: 'GET', path: '/AEWS/job-log/WAITER', reason: 'simulated runs write no log' },
    { method: 'POST', path: '/AEWS/event/cancel-job', reason: 'sendevent has no such event' },
    { method: 'GET', path: '/AEWS/global', reason: 'no known release of AEWS has this endpoint' },
    { method: 'PUT', path: '/', reason: 'no known release of AEWS has this endpoint' },
  ])('$method $path answers 501 and is counted', async ({ method, path, reason }) => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, method, path);

    expect(reply.status).toBe(501);
    expect(reply.text).toContain(`${method} ${path}: ${reason}`);
    expect(night.emulator.unsupported()).toBe(1);
  });

  test.for([
    { method: 'GET', path: '/AEWS/event/start-job', allow: 'POST, OPTIONS' },
    { method: 'DELETE', path: '/AEWS/job/WAITER', allow: 'GET, HEAD, OPTIONS' },
    { method: 'PUT', path: '/AEWS/jil', allow: 'POST, OPTIONS' },
  ])('$method $path answers 405 and names $allow', async ({ method, path, allow }) => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, method, path);

    expect(reply.status).toBe(405);
    expect(reply.headers.allow).toBe(allow);
    expect(reply.headers['content-type']).toBe('application/json');
  });

  test('an address of another wire profile answers 404 in JSON, as AEWS and not Tomcat', async () => {
    await using night = await startNight({ profiles: ['standard'] });

    const reply = await post(night.emulator, '/AEWS/command/run', { command: 'autorep -G ALL' });

    expect(reply).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(reply.text).error).toContain('command-run');
  });

  test('OPTIONS lists the allowed methods', async () => {
    await using night = await startNight();

    const reply = await sendRequest(night.emulator, 'OPTIONS', '/AEWS/api/event/on-hold');

    expect(reply).toMatchObject({ status: 200, text: '', headers: { allow: 'POST, OPTIONS' } });
  });

  test('a path with invalid percent-encoding answers 400', async () => {
    await using night = await startNight();

    expect((await sendRequest(night.emulator, 'GET', '/AEWS/job/%E0%A4%A')).status).toBe(400);
  });
});

describe('the wire profiles', () => {
  const go = { jobName: 'WAITER' };
  const cases = [
    { profile: 'standard', path: '/AEWS/event/hold-job', body: go, status: 201, text: '' },
    { profile: 'api-prefix', path: '/AEWS/api/event/on-hold', body: go, status: 201, text: '' },
    {
      profile: 'api-job-field',
      path: '/AEWS/api/event/force-start-job',
      body: { job: 'WAITER' },
      status: 201,
      text: '',
    },
    {
      profile: 'single-event',
      path: '/AEWS/event',
      body: { eventType: 'CHANGE_STATUS', jobName: 'WAITER', status: 'SUCCESS' },
      status: 200,
      text: 'Event sent',
    },
    {
      profile: 'single-event-str',
      path: '/AEWS/event/',
      body: { eventTypeStr: 'FORCE_STARTJOB', jobName: 'WAITER' },
      status: 200,
      text: 'Event sent',
    },
    {
      profile: 'command-run',
      path: '/AEWS/command/run',
      body: { command: 'sendevent -E FORCE_STARTJOB -J WAITER' },
      status: 200,
      text: '{"stdOut":[]}',
    },
  ] as const;

  test.for(cases)('$profile works alone', async ({ profile, path, body, status, text }) => {
    await using night = await startNight({ profiles: [profile] });

    const own = await post(night.emulator, path, body);
    const foreign = cases.filter((other) => other.profile !== profile);
    const refused = await Promise.all(
      foreign.map((other) => post(night.emulator, other.path, other.body)),
    );

    expect(own).toMatchObject({ status, text });
    // 400 if only a field differs.
    for (const reply of refused) expect([400, 404]).toContain(reply.status);
    expect(night.emulator.unsupported()).toBe(0);
  });

  test.for(cases)('$profile works beside all others', async ({ path, body, status }) => {
    await using night = await startNight({ profiles: emulatedProfiles });

    expect((await post(night.emulator, path, body)).status).toBe(status);
  });

  test('single-event alone reads jobs as a bare array', async () => {
    await using night = await startNight({ profiles: ['single-event'] });

    const reply = await sendRequest(night.emulator, 'GET', '/AEWS/job/WAITER');

    expect(JSON.parse(reply.text)).toEqual([expect.objectContaining({ name: 'WAITER' })]);
  });
});

describe('the table of endpoints', () => {
  test('has an action exactly for the endpoints that are not absent', () => {
    const acting = endpoints.filter(({ action }) => action !== undefined);
    const known = endpoints.filter(({ fidelity }) => fidelity !== 'absent');

    expect(acting).toEqual(known);
  });

  test('states wire profile, evidence and function of each', () => {
    for (const { profiles, evidence, note } of endpoints) {
      expect(profiles.length).toBeGreaterThan(0);
      expect(evidence).not.toBe('');
      expect(note).not.toBe('');
    }
  });
});
