import { describe, expect, test } from 'vitest';
import {
  garbage,
  makeAuthority,
  neverAnswer,
  resetBeforeAnswer,
  respond,
  startEmulator,
} from '../../emulator/index.ts';
import { type CliEnvironment, type CliResult, environmentFor, runCli } from './setup.ts';

const authority = await makeAuthority();
const event = ['sendevent', '-E', 'SET_GLOBAL', '-G', 'X=1'];

async function startEmpty(password = 'correct horse') {
  const emulator = await startEmulator({ authority, user: 'ops', password });
  return { emulator, [Symbol.asyncDispose]: () => emulator.stop() };
}

describe('a connection', () => {
  test('is created from options alone', async () => {
    await using autosys = await startEmpty();
    const { url, certificateAuthority } = autosys.emulator;
    const options = ['--url', url, '--user', 'ops', '--password-file', 'pw', '--ca', 'my-ca.pem'];

    const { code } = await runCli([...event, ...options], {
      files: { pw: 'correct horse\r\n', 'my-ca.pem': certificateAuthority },
    });

    expect(code).toBe(0);
  });

  test('is created from the environment alone, which may have several URLs', async () => {
    await using autosys = await startEmpty();
    const { url } = autosys.emulator;
    const environment = environmentFor(autosys.emulator, {
      env: { AUTOSYS_URL: `${url}, ${url}` },
    });

    expect(await runCli(event, environment)).toMatchObject({ code: 0 });
  });

  test('prefers options to the environment', async () => {
    await using autosys = await startEmpty();
    const environment = environmentFor(autosys.emulator, {
      env: { AUTOSYS_USER: 'unknown', AUTOSYS_PASSWORD: 'wrong', AUTOSYS_PROFILE: 'api-prefix' },
      files: { pw: 'correct horse' },
    });

    const options = ['--user', 'ops', '--password-file', 'pw', '--profile', 'command-run'];
    const { code } = await runCli([...event, ...options], environment);

    expect(code).toBe(0);
    expect(autosys.emulator.requests()).toMatchObject([{ path: '/AEWS/command/run' }]);
  });

  test('uses a wire profile from a file', async () => {
    await using autosys = await startEmpty();
    const body = { globalName: '{globalVariable}', globalValue: '{value}' };
    const profile = {
      basePath: '/AEWS/api',
      events: { SET_GLOBAL: { path: 'event/set-global', body } },
    };
    const environment = environmentFor(autosys.emulator, {
      files: { 'site.json': JSON.stringify(profile) },
    });

    const { code } = await runCli([...event, '--profile', 'site.json'], environment);

    expect(code).toBe(0);
    expect(autosys.emulator.requests()).toMatchObject([{ path: '/AEWS/api/event/set-global' }]);
  });

  test.for([
    {
      when: 'the profile is invalid',
      files: { 'p.json': '{"extends":"x"}' },
      says: 'p.json: wire profile: extends: found "x"',
    },
    {
      when: 'the profile is not JSON',
      files: { 'p.json': 'hunter2' },
      says: 'p.json: expected JSON, found text that is not JSON',
    },
    { when: 'the profile does not exist', files: {}, says: 'p.json: cannot be read: no such file' },
  ])('fails with 1 when $when', async ({ files, says }) => {
    await using autosys = await startEmpty();

    const { code, stderr } = await runCli(
      [...event, '--profile', 'p.json'],
      environmentFor(autosys.emulator, { files }),
    );

    expect(code).toBe(1);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('hunter2');
  });

  test('rejects a CA file without a certificate, and does not print its content', async () => {
    await using autosys = await startEmpty();
    const environment = environmentFor(autosys.emulator, {
      files: { 'ca.pem': authority.privateKey },
    });

    const { code, stderr } = await runCli(event, environment);

    expect(code).toBe(1);
    expect(stderr).toContain('ca.pem: expected a PEM file with certificates, found no certificate');
    expect(stderr).not.toContain(authority.privateKey.slice(40, 60));
  });

  test('fails with 3 if the certificate is from an unknown CA', async () => {
    await using autosys = await startEmpty();
    const other = await makeAuthority();
    const environment = environmentFor(autosys.emulator, {
      files: { 'ca.pem': other.certificate },
    });

    const { code, stderr } = await runCli(event, environment);

    expect(code).toBe(3);
    expect(stderr).toContain('not signed by the given certificate authority');
  });

  test('lists all missing options at once', async () => {
    const { code, stderr } = await runCli([...event, '--timezone', 'nowhere']);

    expect(code).toBe(2);
    for (const option of ['--url', '--user', '--password-file']) {
      expect(stderr).toContain(`sendevent: ${option}: missing`);
    }
    expect(stderr).toContain('sendevent: --timezone: expected');
  });
});

describe('the password', () => {
  const secret = 'S3cret<&"pä ss%/+=\\#1';
  const basic = Buffer.from(`ops:${secret}`).toString('base64');

  /** A reply that repeats the password in every encoding. */
  const echo = respond(500, { body: `<p>${basic} ${secret} ${encodeURIComponent(secret)}</p>` });

  test.for([
    { when: 'the login is rejected', fault: respond(401) },
    { when: 'AutoSys repeats it', fault: echo },
    { when: 'the answer is not HTTP', fault: garbage },
    { when: 'the connection breaks', fault: resetBeforeAnswer },
    { when: 'the request succeeds', fault: undefined },
  ])('is never printed when $when', async ({ fault }) => {
    await using autosys = await startEmpty(secret);
    if (fault) autosys.emulator.misbehave(fault, { times: 'always' });
    const environment = environmentFor(autosys.emulator);

    for (const argv of [event, ['autorep', '-J', '%'], ['jil'], [...event, '--confirm=0']]) {
      for (const more of [[], ['--json']]) {
        const { stdout, stderr } = await runCli([...argv, ...more], environment);

        for (const spelling of [secret, basic, encodeURIComponent(secret)]) {
          expect(stdout + stderr).not.toContain(spelling);
        }
      }
    }
  });
});

test('ends with 3 if it is cancelled while AutoSys does not answer', async () => {
  await using autosys = await startEmpty();
  autosys.emulator.misbehave(neverAnswer);
  const stopping = new AbortController();
  const environment: CliEnvironment = {
    ...environmentFor(autosys.emulator),
    signal: stopping.signal,
  };

  const running: Promise<CliResult> = runCli(event, environment);
  await seen(() => autosys.emulator.requests().length > 0);
  stopping.abort();

  const { code, stderr } = await running;
  expect(code).toBe(3);
  expect(stderr).toContain('the outcome is unknown');
});

/** Waits until the condition is true. */
async function seen(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
