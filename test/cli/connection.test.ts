import { describe, expect, test } from 'vitest';
import {
  garbage,
  makeAuthority,
  neverAnswer,
  resetBeforeAnswer,
  respond,
  startEmulator,
} from '../../emulator/index.ts';
import { type Ran, reach, runCli, type World } from './setup.ts';

const authority = await makeAuthority();
const event = ['sendevent', '-E', 'SET_GLOBAL', '-G', 'X=1'];

async function startEmpty(password = 'correct horse') {
  const emulator = await startEmulator({ authority, user: 'ops', password });
  return { emulator, [Symbol.asyncDispose]: () => emulator.stop() };
}

describe('a connection', () => {
  test('is made of options alone', async () => {
    await using autosys = await startEmpty();
    const { url, certificateAuthority } = autosys.emulator;
    const options = ['--url', url, '--user', 'ops', '--password-file', 'pw', '--ca', 'my-ca.pem'];

    const { code } = await runCli([...event, ...options], {
      files: { pw: 'correct horse\r\n', 'my-ca.pem': certificateAuthority },
    });

    expect(code).toBe(0);
  });

  test('is made of the environment alone, in which several URLs may stand', async () => {
    await using autosys = await startEmpty();
    const { url } = autosys.emulator;
    const world = reach(autosys.emulator, { env: { AUTOSYS_URL: `${url}, ${url}` } });

    expect(await runCli(event, world)).toMatchObject({ code: 0 });
  });

  test('goes by the options where both say something', async () => {
    await using autosys = await startEmpty();
    const world = reach(autosys.emulator, {
      env: { AUTOSYS_USER: 'nobody', AUTOSYS_PASSWORD: 'wrong', AUTOSYS_PROFILE: 'api-prefix' },
      files: { pw: 'correct horse' },
    });

    const options = ['--user', 'ops', '--password-file', 'pw', '--profile', 'command-run'];
    const { code } = await runCli([...event, ...options], world);

    expect(code).toBe(0);
    expect(autosys.emulator.requests()).toMatchObject([{ path: '/AEWS/command/run' }]);
  });

  test('speaks a profile out of a file', async () => {
    await using autosys = await startEmpty();
    const body = { globalName: '{globalVariable}', globalValue: '{value}' };
    const profile = {
      basePath: '/AEWS/api',
      events: { SET_GLOBAL: { path: 'event/set-global', body } },
    };
    const world = reach(autosys.emulator, { files: { 'site.json': JSON.stringify(profile) } });

    const { code } = await runCli([...event, '--profile', 'site.json'], world);

    expect(code).toBe(0);
    expect(autosys.emulator.requests()).toMatchObject([{ path: '/AEWS/api/event/set-global' }]);
  });

  test.for([
    {
      when: 'a profile does not read',
      files: { 'p.json': '{"extends":"x"}' },
      says: 'p.json: wire profile: extends: found "x"',
    },
    {
      when: 'a profile is no JSON',
      files: { 'p.json': 'hunter2' },
      says: 'p.json: expected JSON, found other text',
    },
    { when: 'the profile is not there', files: {}, says: 'p.json: cannot be read, no such file' },
  ])('fails with 1 when $when', async ({ files, says }) => {
    await using autosys = await startEmpty();

    const { code, stderr } = await runCli(
      [...event, '--profile', 'p.json'],
      reach(autosys.emulator, { files }),
    );

    expect(code).toBe(1);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('hunter2');
  });

  test('refuses a CA file that holds no certificate, and does not show what it holds', async () => {
    await using autosys = await startEmpty();
    const world = reach(autosys.emulator, { files: { 'ca.pem': authority.privateKey } });

    const { code, stderr } = await runCli(event, world);

    expect(code).toBe(1);
    expect(stderr).toContain('ca.pem: expected a PEM file with certificates, found none');
    expect(stderr).not.toContain(authority.privateKey.slice(40, 60));
  });

  test('fails with 3 where the certificate is of an authority nobody named', async () => {
    await using autosys = await startEmpty();
    const other = await makeAuthority();
    const world = reach(autosys.emulator, { files: { 'ca.pem': other.certificate } });

    const { code, stderr } = await runCli(event, world);

    expect(code).toBe(3);
    expect(stderr).toContain('not signed by the given certificate authority');
  });

  test('names everything that is missing at once', async () => {
    const { code, stderr } = await runCli([...event, '--timezone', 'nowhere']);

    expect(code).toBe(2);
    for (const option of ['--url', '--user', '--password-file', '--timezone']) {
      expect(stderr).toContain(`sendevent: ${option}: expected`);
    }
  });
});

describe('the password', () => {
  const secret = 'S3cret<&"pä ss%/+=\\#1';
  const basic = Buffer.from(`ops:${secret}`).toString('base64');

  /** Whoever answers with what it was sent shows it in every spelling. */
  const echo = respond(500, { body: `<p>${basic} ${secret} ${encodeURIComponent(secret)}</p>` });

  test.for([
    { when: 'the login is refused', fault: respond(401) },
    { when: 'AutoSys repeats it', fault: echo },
    { when: 'the answer is no HTTP', fault: garbage },
    { when: 'the connection breaks', fault: resetBeforeAnswer },
    { when: 'all is well', fault: undefined },
  ])('is never printed when $when', async ({ fault }) => {
    await using autosys = await startEmpty(secret);
    if (fault) autosys.emulator.misbehave(fault, { times: 'always' });
    const world = reach(autosys.emulator);

    for (const argv of [event, ['autorep', '-J', '%'], ['jil'], [...event, '--confirm=0']]) {
      for (const more of [[], ['--json']]) {
        const { stdout, stderr } = await runCli([...argv, ...more], world);

        for (const spelling of [secret, basic, encodeURIComponent(secret)]) {
          expect(stdout + stderr).not.toContain(spelling);
        }
      }
    }
  });
});

test('ends with 3 when it is cancelled while AutoSys keeps silent', async () => {
  await using autosys = await startEmpty();
  autosys.emulator.misbehave(neverAnswer);
  const stopping = new AbortController();
  const world: World = { ...reach(autosys.emulator), signal: stopping.signal };

  const running: Promise<Ran> = runCli(event, world);
  await seen(() => autosys.emulator.requests().length > 0);
  stopping.abort();

  const { code, stderr } = await running;
  expect(code).toBe(3);
  expect(stderr).toContain('the outcome is unknown');
});

/** Lets everything else go on until it is so. */
async function seen(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
