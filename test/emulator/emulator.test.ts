import { describe, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/index.ts';
import { authority, night, post, sendRequest, startNight } from './aews.ts';

describe('starting an embedded AutoSys', () => {
  test('requires no settings: the default is ACE on a free loopback port with a login of its own', async () => {
    await using emulator = await startEmulator();

    expect(emulator.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/AEWS$/);
    expect(emulator.instance.name).toBe('ACE');
    expect(emulator.user).toBe('autosys');
    expect(emulator.certificateAuthority).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
    expect(await sendRequest(emulator, 'GET', '/AEWS/job')).toMatchObject({
      status: 200,
      text: '{"job":[]}',
    });
  });

  test('is possible several times at once, each a separate installation', async () => {
    await using one = await startNight({ name: 'PRD' });
    await using other = await startNight({ name: 'TST', host: '::1' });

    await post(one.emulator, '/AEWS/event/set-global', { globalName: 'GO', globalValue: '1' });
    await one.clock.advance(1_000);

    expect(one.emulator.instance.globalVariables().size).toBe(1);
    expect(other.emulator.instance.globalVariables().size).toBe(0);
    expect(other.emulator.url).toMatch(/^https:\/\/\[::1\]:/);
    expect((await sendRequest(other.emulator, 'GET', '/AEWS/job')).status).toBe(200);
  });

  test('passes timezone, delay and runs on to the instance', async () => {
    await using started = await startNight({
      timezone: 'Asia/Tokyo',
      eventDelayMs: 5_000,
      runs: { WAITER: { durationMs: 10, exitCode: 3 } },
    });
    const { emulator, clock } = started;
    await post(emulator, '/AEWS/event/force-start-job', { jobName: 'WAITER' });

    await clock.advance(4_999);
    const before = emulator.instance.job('WAITER')?.run.run;
    await clock.advance(1_000);

    expect(before).toBe(0);
    expect(emulator.instance.timezone).toBe('Asia/Tokyo');
    expect(emulator.instance.job('WAITER')).toMatchObject({ status: 'FAILURE', exitCode: 3 });
  });

  test('passes sameValueTriggers and forceStartsHeld on to the instance', async () => {
    await using started = await startNight({ sameValueTriggers: false, forceStartsHeld: false });
    const { emulator, clock } = started;
    const go = { globalName: 'GO', globalValue: '1' };
    for (let set = 0; set < 2; set += 1) {
      await post(emulator, '/AEWS/event/set-global', go);
      await clock.advance(120_000);
    }
    await post(emulator, '/AEWS/event/hold-job', { jobName: 'WAITER' });
    await clock.advance(1_000);
    await post(emulator, '/AEWS/event/force-start-job', { jobName: 'WAITER' });
    await clock.advance(1_000);

    expect(emulator.instance.job('WAITER')).toMatchObject({ status: 'ON_HOLD', run: { run: 1 } });
  });

  test('passes retryDelayMs and retriesShow on to the instance', async () => {
    const job = 'insert_job: TWICE  job_type: CMD  machine: h  command: exit 3  n_retrys: 1';
    await using started = await startNight({
      ...{ jil: [night, { name: 'twice.jil', text: job }] },
      ...{ retryDelayMs: 90_000, retriesShow: 'FAILURE' },
    });
    const { emulator, clock } = started;
    await post(emulator, '/AEWS/event/force-start-job', { jobName: 'TWICE' });

    await clock.advance(60_000);
    const before = emulator.instance.job('TWICE');
    await clock.advance(60_000);

    expect(before).toMatchObject({ status: 'FAILURE', run: { try: 1 } });
    expect(emulator.instance.job('TWICE')).toMatchObject({ run: { try: 2 } });
  });

  test('passes showsTrimmedValues on to the instance', async () => {
    await using started = await startNight({ showsTrimmedValues: true });
    const { emulator, clock } = started;

    await post(emulator, '/AEWS/event/set-global', { globalName: 'GO', globalValue: 'OK ' });
    await clock.advance(1_000);

    expect(emulator.instance.globalVariable('GO')?.value).toBe('OK');
  });

  test('fails when the JIL is invalid, and states the position', async () => {
    const wrong = { name: 'wrong.jil', text: 'insert_job: J  job_type: CMD\ncommand: x\n' };

    const starting = startEmulator({ authority, jil: [night, wrong] });

    await expect(starting).rejects.toThrow(/wrong\.jil: the JIL was not executed\nwrong\.jil:1:13/);
  });

  test('fails when the instance has an invalid name', async () => {
    await expect(startEmulator({ authority, name: 'prod' })).rejects.toThrow(/AutoSys instance/);
  });

  test('fails when the port is in use', async () => {
    await using started = await startNight();
    const port = Number(new URL(started.emulator.url).port);

    await expect(startEmulator({ authority, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the certificate of an embedded AutoSys', () => {
  test('is trusted through an existing authority', async () => {
    await using started = await startNight();

    expect(started.emulator.certificateAuthority).toBe(authority.certificate);
    expect((await sendRequest(started.emulator, 'GET', '/AEWS/job')).status).toBe(200);
  });

  test.for([
    {
      what: 'has run out',
      certificate: {
        validFrom: new Date('2020-01-01T00:00:00Z'),
        validTo: new Date('2020-02-01T00:00:00Z'),
      },
      code: 'CERT_HAS_EXPIRED',
    },
    {
      what: 'is for another host',
      certificate: { hosts: ['autosys.example.com'] },
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
  ])('is refused by clients when it $what', async ({ certificate, code }) => {
    await using started = await startNight({ certificate });

    await expect(sendRequest(started.emulator, 'GET', '/AEWS/job')).rejects.toMatchObject({ code });
  });

  test('is refused by clients that trust another authority', async () => {
    await using started = await startNight();
    await using stranger = await startEmulator();
    const { url, user, password } = started.emulator;
    const { certificateAuthority } = stranger;

    const asking = sendRequest({ url, user, password, certificateAuthority }, 'GET', '/AEWS/job');

    await expect(asking).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });
});

describe('the log of requests', () => {
  test('records method, path, status and time, and never the login or the body', async () => {
    await using started = await startNight();
    const { emulator, clock } = started;
    await sendRequest(emulator, 'GET', '/AEWS/jil/job?name=WAITER');
    await clock.advance(1_000);
    await post(emulator, '/AEWS/event/start-job', { jobName: 'nope', comment: 'a secret' });
    await sendRequest(emulator, 'GET', '/AEWS/job', { authorization: null });

    const log = emulator.requests();

    expect(log).toEqual([
      {
        at: new Date('2026-01-05T00:00:00Z'),
        method: 'GET',
        path: '/AEWS/jil/job?name=WAITER',
        status: 200,
      },
      {
        at: new Date('2026-01-05T00:00:01Z'),
        method: 'POST',
        path: '/AEWS/event/start-job',
        status: 404,
      },
      { at: new Date('2026-01-05T00:00:01Z'), method: 'GET', path: '/AEWS/job', status: 401 },
    ]);
    expect(JSON.stringify(log)).not.toMatch(/secret|horse|Basic/);
  });
});

describe('stopping', () => {
  test('closes the port and the scheduler, and may be repeated', async () => {
    const emulator = await startEmulator({ authority });

    await emulator.stop();
    await emulator.stop();

    await expect(sendRequest(emulator, 'GET', '/AEWS/job')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
