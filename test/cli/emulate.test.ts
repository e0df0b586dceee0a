import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readExecuteOptions } from '../../cli/emulate/execute.ts';
import { readFault } from '../../cli/emulate/read-fault.ts';
import {
  compress,
  neverAnswer,
  parseExecuteOptions,
  respond,
  respondEmpty,
  respondWithPage,
} from '../../emulator/index.ts';
import { isAlive, waitUntil } from '../emulator/executing/executed.ts';
import { serveTcp } from '../support/servers.ts';
import { type CliEnvironment, type CliResult, runCli } from './setup.ts';

const night = `insert_job: ETL  job_type: CMD
machine: m1
command: true
`;

interface Running {
  readonly printed: string;
  /** The environment with which other commands connect to it. */
  readonly environment: CliEnvironment;
  /** Stops it, and waits for its end. */
  readonly stop: () => Promise<CliResult>;
}

/** Starts `emulate`, and waits until it has printed its address. */
async function startEmulate(
  argv: readonly string[],
  environment: CliEnvironment = {},
): Promise<Running> {
  const stopping = new AbortController();
  const written = new Map<string, string>();
  const access = Promise.withResolvers<string>();
  const running = runCli(['emulate', '--delay', '0', '--ca-out', 'ca.pem', ...argv], {
    ...environment,
    written,
    signal: stopping.signal,
    onStderr: (text) => {
      if (text.includes('HELLO=1')) access.resolve(text);
    },
  });
  const printed = await Promise.race([access.promise, running.then(failToStart)]);
  const exported = /^ {2}export (.*)$/m.exec(printed)?.[1] ?? '';
  const env = Object.fromEntries(exported.split(' ').map((pair) => pair.split(/=(.*)/, 2)));
  return {
    printed,
    environment: { env, files: Object.fromEntries(written) },
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

function failToStart({ code, stderr }: CliResult): never {
  throw new Error(`it ended with ${code}: ${stderr}`);
}

describe('the embedded AutoSys as a server', () => {
  test('loads a job with an unknown time zone, and prints a warning', async () => {
    const { printed, environment, stop } = await startEmulate(['--port', '0', '--jil', 'n.jil'], {
      files: { 'n.jil': `${night}timezone: Chicago\n` },
    });

    const report = await runCli(['autorep', '-J', 'ETL', '-q'], environment);
    await stop();

    expect(printed).toMatch(
      /^warning: n\.jil:4:11: timezone: .* found "Chicago".* ETL uses .* UTC/m,
    );
    expect(report.stdout).toContain('timezone: Chicago');
  });

  test('prints its address and login, with which other commands can connect', async () => {
    const { printed, environment, stop } = await startEmulate(['--port', '0', '--jil', 'n.jil'], {
      files: { 'n.jil': night },
    });

    const report = await runCli(['autorep', '-J', '%'], environment);
    const { code } = await stop();

    expect(printed).toContain('the embedded AutoSys ACE listens on https://127.0.0.1:');
    expect(printed).toContain('curl --cacert ca.pem --user autosys:');
    expect(printed).toContain(`-d '{"jobName":"ETL","comment":"by hand"}'`);
    expect(report).toMatchObject({ code: 0, stdout: expect.stringContaining('ETL') });
    expect(code).toBe(0);
  });

  test('prints a line for each change', async () => {
    const { environment, stop } = await startEmulate(
      ['--port', '0', '--timezone', 'Europe/Zurich', 'n.jil'],
      {
        files: { 'n.jil': night },
      },
    );
    await runCli(['sendevent', '-E', 'SET_GLOBAL', '-G', 'X=1', '--confirm'], environment);
    await runCli(['sendevent', '-E', 'JOB_ON_HOLD', '-J', 'ETL', '--confirm'], environment);

    const { stdout } = await stop();

    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^[\d/]{10} [\d:]{8} {2}/, ''))).toEqual([
      'SET_GLOBAL X=1',
      'X = "1"',
      'JOB_ON_HOLD ETL',
      'ETL  ON_HOLD  JOB_ON_HOLD',
    ]);
  });

  test('prints each change as a line of JSON with --json', async () => {
    const stopping = new AbortController();
    const written = new Map<string, string>();
    const first = Promise.withResolvers<string>();
    const running = runCli(
      ['emulate', '--port', '0', '--delay', '0', '--json', '--instance', 'PRD', '--user', 'ops'],
      {
        signal: stopping.signal,
        written,
        onStdout: (text) => first.resolve(text),
      },
    );
    const access = JSON.parse(await first.promise);
    const env = {
      AUTOSYS_URL: access.url,
      AUTOSYS_USER: access.user,
      AUTOSYS_PASSWORD: access.password,
      AUTOSYS_CA: access.caFile,
    };
    const files = Object.fromEntries(written);
    await runCli(['sendevent', '-E', 'SET_GLOBAL', '-G', 'X=1', '--confirm'], { env, files });
    stopping.abort();

    const { code, stdout, stderr } = await running;

    expect(access).toEqual({
      url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+\/AEWS$/),
      user: 'ops',
      password: expect.any(String),
      caFile: '/temporary/ca.pem',
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [, ...changes] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(changes).toEqual([
      { at: expect.any(String), kind: 'event', because: 'SET_GLOBAL X=1' },
      {
        at: expect.any(String),
        kind: 'globalVariable',
        globalVariable: 'X',
        value: '1',
        because: 'SET_GLOBAL X=1',
      },
    ]);
  });

  test('does not print the password of --password-file', async () => {
    const { printed, environment, stop } = await startEmulate(
      ['--port', '0', '--password-file', 'pw'],
      {
        files: { pw: 'correct horse\n' },
      },
    );
    const env = { ...environment.env, AUTOSYS_PASSWORD: 'correct horse' };
    const report = await runCli(['autorep', '-J', '%'], { ...environment, env });

    const { stdout, stderr } = await stop();

    expect(printed).toContain('password  in pw');
    expect(printed).toContain('AUTOSYS_PASSWORD="$(cat pw)"');
    expect(report.code).toBe(0);
    expect(stdout + stderr).not.toContain('correct horse');
  });

  test('has the names of --server-name on its certificate', async () => {
    const { environment, stop } = await startEmulate([
      '--port',
      '0',
      '--server-name',
      'autosys.test',
    ]);
    const { hostname: host, port } = new URL(environment.env?.['AUTOSYS_URL'] ?? '');
    const ca = environment.files?.['ca.pem'] ?? '';
    const socket = connect({ host, port: Number(port), ca, servername: 'autosys.test' });
    await once(socket, 'secureConnect');

    const names = socket.getPeerCertificate().subjectaltname;
    socket.destroy();
    await stop();

    expect(names).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:autosys.test',
    );
  });

  test('injects the fault of --fault', async () => {
    const { environment, stop } = await startEmulate([
      '--port',
      '0',
      '--fault',
      'respond=503@command/run:2',
    ]);

    const failed = await runCli(['autorep', '-J', '%'], environment);
    await stop();

    expect(failed).toMatchObject({ code: 3, stderr: expect.stringContaining('503') });
  });

  test('supports only the wire profiles of --profile', async () => {
    const { environment, stop } = await startEmulate(['--port', '0', '--profile', 'command-run']);

    const plain = await runCli(['sendevent', '-E', 'SET_GLOBAL', '-G', 'X=1'], environment);
    const command = await runCli(
      ['sendevent', '-E', 'SET_GLOBAL', '-G', 'X=1', '--profile', 'command-run'],
      environment,
    );
    await stop();

    expect([plain.code, command.code]).toEqual([1, 0]);
  });

  test('uses a free port if the default port is in use and no port was given', async () => {
    const one = await startEmulate([]);
    const other = await startEmulate([]);

    expect(other.printed).toContain('port 9443 is in use, so a free port was chosen');
    expect(other.environment.env?.['AUTOSYS_URL']).not.toBe(one.environment.env?.['AUTOSYS_URL']);
    expect([(await one.stop()).code, (await other.stop()).code]).toEqual([0, 0]);
  });
});

describe('emulate --execute', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'emulate-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const readOutput = () => {
    try {
      return readFileSync(join(directory, 'out'), 'utf8');
    } catch {
      return '';
    }
  };
  const toJil = (command: string) =>
    `insert_job: A job_type: CMD\nmachine: m1\ncommand: ${command}\nstd_out_file: >${directory}/out\n`;

  test('executes the jobs of the machine with the variables of --execute-env only', async () => {
    const files = { 'a.jil': toJil('echo "$AUTO_JOB_NAME $AUTORUN $AUTOSERV $EXTRA $PW"') };
    const { printed, environment, stop } = await startEmulate(
      ['--port', '0', '--execute', 'm1', '--execute-env', 'EXTRA', 'a.jil'],
      { files, env: { EXTRA: 'more', PW: 'hidden' } },
    );
    await runCli(['sendevent', '-E', 'FORCE_STARTJOB', '-J', 'A', '--confirm'], environment);
    await waitUntil('the command has ended', () => readOutput().endsWith('\n'));

    const { code } = await stop();

    expect(readOutput()).toBe('A 1/1 ACE more \n');
    expect(printed).toContain('  executes  CMD jobs on m1, as this user');
    expect(code).toBe(0);
  });

  test('ends the commands when it stops', async () => {
    const files = { 'a.jil': toJil('trap "" INT TERM; echo $$; while :; do sleep 1; done') };
    const { environment, stop } = await startEmulate(['--port', '0', '--execute', 'm1', 'a.jil'], {
      files,
    });
    await runCli(['sendevent', '-E', 'FORCE_STARTJOB', '-J', 'A'], environment);
    await waitUntil('the command runs', () => readOutput().endsWith('\n'));
    const pid = Number(readOutput());
    expect(isAlive(pid)).toBe(true);

    await stop();

    expect(isAlive(pid)).toBe(false);
  });

  test('warns about a machine without jobs, and executes nothing without the option', async () => {
    const files = { 'a.jil': toJil('echo ran') };
    const { environment, stop } = await startEmulate(['--port', '0', '--execute', 'm2', 'a.jil'], {
      files,
    });
    await runCli(['sendevent', '-E', 'FORCE_STARTJOB', '-J', 'A', '--confirm'], environment);

    const { stderr } = await stop();

    expect(stderr).toContain('--execute m2: no job runs on this machine yet');
    expect(readOutput()).toBe('');
  });

  test.for([
    {
      argv: ['--execute', 'm1', '--host', '0.0.0.0'],
      says: '--execute: found the host "0.0.0.0", allowed only on loopback (127.0.0.1, ::1, localhost), since everyone with the login could run commands on this host',
    },
    { argv: ['--execute', 'm 1'], says: '--execute: machines: machine name' },
    { argv: ['--execute-env', 'HOME'], says: '--execute-env: only allowed with --execute' },
    { argv: ['--kill-signals', '9'], says: '--kill-signals: only allowed with --execute' },
    { argv: ['--kill-target', 'shell'], says: '--kill-target: only allowed with --execute' },
    {
      argv: ['--execute', 'm1', '--kill-signals', '0'],
      says: '--kill-signals: expected signals from 1 to 64 separated by commas, such as 2,9, or terminate, found "0"',
    },
    {
      argv: ['--execute', 'm1', '--kill-target', 'all'],
      says: '--kill-target: expected group or shell, found "all"',
    },
    {
      argv: ['--execute', 'm1', '--kill-signals', 'terminate', '--kill-target', 'shell'],
      says: 'killSignals terminate: not allowed with killTarget',
    },
    {
      argv: ['--execute', 'm1', '--execute-env', 'MISSING'],
      says: '--execute-env: "MISSING" is not set; set it before the command',
    },
    {
      argv: ['--execute', 'm1', '--execute-env', 'TOKEN=hidden'],
      says: '--execute-env: expected only the name "TOKEN", found NAME=VALUE',
    },
    {
      argv: ['--execute', 'm1', '--execute-env', 'AUTORUN'],
      says: '--execute: environment: found "AUTORUN", which the agent sets for each try',
    },
  ])('rejects $argv', async ({ argv, says }) => {
    const { code, stderr } = await runCli(['emulate', '--port', '0', ...argv], {
      env: { AUTORUN: '1/1' },
    });

    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('hidden');
  });

  test.for([
    {
      signals: undefined,
      target: undefined,
      killMethod: { kind: 'signals', signals: [2, 9], intervalMs: 5000, target: 'group' },
    },
    {
      signals: 'INT,15',
      target: 'shell',
      killMethod: { kind: 'signals', signals: [2, 15], intervalMs: 5000, target: 'shell' },
    },
    { signals: 'terminate', target: undefined, killMethod: { kind: 'terminate' } },
  ])('reads --kill-signals $signals --kill-target $target', ({ signals, target, killMethod }) => {
    const { execute, invalid } = readExecuteOptions(
      {
        execute: ['m1'],
        'execute-env': [],
        'kill-signals': signals,
        'kill-target': target,
        host: undefined,
      },
      { env: {} },
    );

    expect(invalid).toEqual([]);
    expect(parseExecuteOptions(execute ?? { machines: [] })).toMatchObject({ killMethod });
  });
});

describe('an embedded AutoSys that cannot start', () => {
  test('fails if the given port is in use', async () => {
    await using server = await serveTcp(() => undefined);

    const { code, stderr } = await runCli([
      'emulate',
      '--host',
      'localhost',
      '--port',
      String(server.port),
    ]);

    expect(code).toBe(1);
    expect(stderr).toContain(`cannot listen on localhost:${server.port}: the port is in use`);
  });

  test.for([
    {
      when: 'is invalid',
      jil: 'insert_job: A\nmachin: m\ncondition: s(\n',
      says: 'n.jil:3:14: ',
    },
    {
      when: 'names a box that does not exist',
      jil: `${night}box_name: NOPE\n`,
      says: 'n.jil:1:13: ',
    },
  ])('fails with the location if the JIL $when', async ({ jil, says }) => {
    const { code, stdout, stderr } = await runCli(['emulate', '--port', '0', 'n.jil'], {
      files: { 'n.jil': jil },
    });

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(says);
  });

  test.for([
    { argv: ['--instance', 'ace'], says: 'exactly three upper-case letters or digits' },
    { argv: ['--timezone', 'Mars/Olympus'], says: '--timezone: expected an IANA name' },
    { argv: ['--profile', 'standrad'], says: 'did you mean standard?' },
    { argv: ['--fault', 'never-anser'], says: 'did you mean never-answer?' },
    { argv: ['--fault', 'respond'], says: '--fault: expected NAME[=NUMBER][@PATH][:TIMES]' },
    { argv: ['--fault', 'respond=999'], says: '--fault: expected' },
    { argv: ['--fault', 'garbage=1'], says: '--fault: expected' },
    { argv: ['--fault', 'page=40'], says: 'page=STATUS' },
    { argv: ['--fault', 'empty'], says: 'empty=STATUS' },
    { argv: ['--fault', 'compress-gzp'], says: 'did you mean compress-gzip?' },
    { argv: ['--fault', 'constructor'], says: '--fault: expected' },
  ])('rejects $argv', async ({ argv, says }) => {
    const { code, stderr } = await runCli(['emulate', '--port', '0', ...argv]);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  test.for([
    { when: 'is empty', password: '\n', says: 'it is empty' },
    { when: 'has several lines', password: 'one\ntwo\n', says: 'it has several lines' },
  ])('rejects a password file that $when, and does not print it', async ({ password, says }) => {
    const { code, stderr } = await runCli(['emulate', '--password-file', 'pw'], {
      files: { pw: password },
    });

    expect(code).toBe(1);
    expect(stderr).toContain(`pw: expected one line with the password, but ${says}`);
    expect(stderr).not.toContain('two');
  });
});

test.for([
  { text: 'never-answer', fault: { fault: neverAnswer } },
  { text: 'never-answer:always', fault: { fault: neverAnswer, times: 'always' } },
  { text: 'respond=503@event/:3', fault: { fault: respond(503), path: 'event/', times: 3 } },
  { text: 'answer-after=20', fault: { fault: { kind: 'answerAfter', ms: 20 } } },
  { text: 'page=403@event/', fault: { fault: respondWithPage(403), path: 'event/' } },
  { text: 'empty=404:9', fault: { fault: respondEmpty(404), times: 9 } },
  { text: 'compressed-page=401', fault: { fault: respondWithPage(401, { encoding: 'gzip' }) } },
  { text: 'compress-br:always', fault: { fault: compress('br'), times: 'always' } },
  { text: 'compress-bomb', fault: { fault: compress('bomb') } },
])('reads the fault $text', ({ text, fault }) => {
  expect(readFault(text)).toEqual({ fault });
});
