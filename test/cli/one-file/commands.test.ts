import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../cli/commands/index.ts';
import { printHelp, printOverview } from '../../../cli/usage.ts';
import { type Emulator, startEmulator } from '../../../emulator/index.ts';
import { LocalSts } from '../../../local/index.ts';
import { type InstalledCommand, installCommand } from '../../support/command-on-path.ts';
import { type EmbeddedTable, startLedgerTable } from '../../support/ledger-table.ts';

const examples = join(import.meta.dirname, '../../../examples');
const all = await Promise.all(Object.values(commands).map((load) => load()));

let command: InstalledCommand;
/** Holds nothing but what a test puts there. */
let folder: string;

beforeAll(async () => {
  command = await installCommand();
  folder = mkdtempSync(join(tmpdir(), 'one-file-'));
});

afterAll(() => {
  command[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs `autosys-bridge` of the PATH in the folder. */
async function run(argv: readonly string[], { env = {}, stdin = '' }: Given = {}) {
  const child = spawn('autosys-bridge', argv, {
    cwd: folder,
    env: { ...command.env, ...env },
    // A command that runs until it is stopped must not outlive the test.
    timeout: 60_000,
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, stdout, stderr };
}

describe('the one file in an empty folder', () => {
  test('prints the overview', async () => {
    const expected = { code: 0, stdout: printOverview(all), stderr: '' };

    expect(await run(['--help'])).toEqual(expected);
    expect(await run([])).toEqual({ code: 2, stdout: '', stderr: expected.stdout });
  });

  test.for(all)('loads the command, and prints its help: $name', async (one) => {
    expect(await run([one.name, '--help'])).toEqual({
      code: 0,
      stdout: printHelp(one),
      stderr: '',
    });
  });

  /** Each reaches nothing, or needs a file that is not there. */
  test.for(all)('runs the command without a login and files: $name', async ({ name }) => {
    const more = name === 'emulate' ? ['--port', 'x'] : [];

    const { code, stdout, stderr } = await run([name, ...more], {
      env: { AWS_EC2_METADATA_DISABLED: 'true' },
    });

    expect([0, 1, 2, 3, 64]).toContain(code);
    expect(stdout + stderr).not.toMatch(
      /^ {4}at |Cannot find module|is not defined|internal error/m,
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the commands of the one file with the embedded AutoSys that it starts', () => {
  let emulate: ChildProcess;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    for (const name of ['bridge.yaml', 'events.json', 'jobs.jil', 'launch.yaml']) {
      copyFileSync(join(examples, name), join(folder, name));
    }
    const argv = ['emulate', '--port', '0', '--delay', '0', '--json', 'jobs.jil'];
    emulate = spawn('autosys-bridge', argv, { cwd: folder, env: command.env });
    if (!emulate.stdout) throw new Error('no stdout');
    const lines = createInterface({ input: emulate.stdout })[Symbol.asyncIterator]();
    const access = JSON.parse((await lines.next()).value ?? '{}');
    emulate.stdout.resume();
    env = {
      AUTOSYS_URL: access.url,
      AUTOSYS_USER: access.user,
      AUTOSYS_PASSWORD: access.password,
      AUTOSYS_CA: access.caFile,
    };
  });

  afterAll(async () => {
    const ended = once(emulate, 'exit');
    emulate.kill('SIGTERM');
    await ended;
  });

  test('reach it', async () => {
    const set = ['sendevent', '-E', 'SET_GLOBAL', '-G', 'AWS_RISK=SUCCEEDED', '--confirm'];
    expect(await run(set, { env })).toMatchObject({ code: 0 });

    const values = await run(['autorep', '-G', 'AWS_RISK'], { env });
    expect(values).toEqual({ code: 0, stdout: 'SUCCEEDED\n', stderr: '' });

    const jil = 'insert_job: ONE_MORE  job_type: CMD  machine: host1  command: true\n';
    expect(await run(['jil'], { env, stdin: jil })).toMatchObject({ code: 0 });
    expect(await run(['autorep', '-J', 'ONE_MORE', '-q'], { env })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('insert_job: ONE_MORE'),
    });
    expect(await run(['doctor'], { env })).toMatchObject({ code: 0 });
  });

  test('read route files where the person stands', async () => {
    expect(await run(['validate', 'bridge.yaml'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('bridge.yaml: no faults'),
    });
    expect(await run(['validate', 'absent.yaml'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('absent.yaml: '),
    });
    const explained = await run(['explain', '--config', 'bridge.yaml', '--event', 'events.json']);
    expect(explained).toMatchObject({ code: 0, stdout: expect.stringContaining('AWS_SETTLEMENT') });
    expect(await run(['jil-for', '--config', 'launch.yaml'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('insert_job: '),
    });
  });

  test('start AutoSys with JIL that is rejected, and end with 1', async () => {
    writeFileSync(join(folder, 'wrong.jil'), 'insert_job: A  job_type: CMD\ncondition: s(\n');

    const { code, stderr } = await run(['emulate', '--port', '0', 'wrong.jil']);

    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('wrong.jil:1') });
  });

  test.for(['bash', 'zsh', 'fish'])('print completions: %s', async (shell) => {
    expect(await run(['completions', shell])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('autosys-bridge'),
    });
  });

  test('are those of the agent too', async () => {
    const login = JSON.stringify({ username: 'agents', password: 'secret' });
    writeFileSync(join(folder, 'login.json'), login, { mode: 0o600 });
    const api = {
      AUTOSYS_BRIDGE_URL: 'https://localhost:1',
      AUTOSYS_BRIDGE_LOGIN_FILE: 'login.json',
    };

    const { code, stderr } = await run(['whois', 'NIGHT_EOD'], { env: api });

    expect({ code, stderr }).toEqual({ code: 69, stderr: expect.stringContaining('localhost') });
  });
});

describe('the commands of the one file that read the ledger', () => {
  let table: EmbeddedTable;
  let sts: LocalSts;
  let autosys: Emulator;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    table = await startLedgerTable();
    sts = await LocalSts.start();
    autosys = await startEmulator({ eventDelayMs: 0 });
    writeFileSync(join(folder, 'ledger-ca.pem'), autosys.certificateAuthority);
    const keys = sts.callers.keysFor('arn:aws:iam::111122223333:user/ops');
    env = {
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      LEDGER_TABLE: table.tableName,
      SWEEP_FUNCTION: 'Sweep',
      AUTOSYS_URL: autosys.url,
      AUTOSYS_USER: autosys.user,
      AUTOSYS_PASSWORD: autosys.password,
      AUTOSYS_CA: 'ledger-ca.pem',
    };
  });

  afterAll(async () => {
    await table[Symbol.asyncDispose]();
    await autosys[Symbol.asyncDispose]();
    await sts.stop();
  });

  test.for([
    { argv: ['parked'], code: 0 },
    { argv: ['status', 'AWS_SETTLEMENT', '--instance', 'ACE'], code: 1 },
    { argv: ['tonight'], code: 3 },
    { argv: ['replay', '--route', 'settlement', '--yes'], code: 0 },
    { argv: ['dismiss', 'state ACE global X', '--note', 'by hand'], code: 1 },
    { argv: ['ask', 'night-42'], code: 1 },
    { argv: ['why', 'LOAD', '--instance', 'ACE'], code: 1 },
    { argv: ['night', '--instance', 'ACE', '--since', '20:00', '--out', 'night.html'], code: 0 },
  ])('read it, and end with $code: $argv', async ({ argv, code }) => {
    const result = await run(argv, { env });

    expect(result.stderr).not.toMatch(/^ {4}at |Cannot find module|is not defined/m);
    expect(result).toMatchObject({ code });
  });
});
