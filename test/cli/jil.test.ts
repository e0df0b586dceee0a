import { expect, test } from 'vitest';
import { type EmulatorOptions, makeAuthority, startEmulator } from '../../emulator/index.ts';
import { type CliEnvironment, type CliResult, environmentFor, runCli } from './setup.ts';

const authority = await makeAuthority();

const good = 'insert_job: A  job_type: CMD\nmachine: m1\ncommand: true\n';
const boxless = 'insert_job: B  job_type: CMD\nmachine: m1\nbox_name: NOPE\ncommand: true\n';
const broken = 'insert_job: C  job_type: CMD\nmachine: m1\ncommand: true\ncondition: s(\n';

async function startEmpty(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ authority, ...options });
  const jil = (argv: readonly string[], environment: CliEnvironment = {}): Promise<CliResult> =>
    runCli(['jil', ...argv], environmentFor(emulator, environment));
  return { emulator, jil, [Symbol.asyncDispose]: () => emulator.stop() };
}

test('loads stdin and prints the output of jil', async () => {
  await using autosys = await startEmpty();

  const { code, stdout, stderr } = await autosys.jil([], { stdin: good });

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('CAUAJM_I_50323 Inserting/Updating job: A\n');
  expect(stdout).toContain('CAUAJM_I_50205 Database Change WAS Successful!\n');
  expect(autosys.emulator.instance.job('A')).toBeDefined();
});

test('loads files in order, and prints data with --json', async () => {
  await using autosys = await startEmpty();

  const { code, stdout } = await autosys.jil(['a.jil', '-', '--json'], {
    files: { 'a.jil': good },
    stdin: 'delete_job: A\n',
  });

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    files: [
      { file: 'a.jil', ok: true, messages: expect.arrayContaining([expect.any(String)]) },
      { file: '<stdin>', ok: true },
    ],
  });
  expect(autosys.emulator.instance.job('A')).toBeUndefined();
});

test('rejects invalid JIL with its location, and sends nothing', async () => {
  await using autosys = await startEmpty();

  const { code, stdout, stderr } = await autosys.jil(['a.jil', 'c.jil'], {
    files: { 'a.jil': good, 'c.jil': broken },
  });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('c.jil:4:14: expected a job name');
  expect(stderr).toContain('  4 | condition: s(');
  expect(autosys.emulator.requests()).toEqual([]);
});

test('prints the problems as data with --json', async () => {
  await using autosys = await startEmpty();

  const { code, stderr } = await autosys.jil(['--json'], { stdin: broken });

  expect(code).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({
    error: {
      name: 'JilSyntaxError',
      faults: [{ file: '<stdin>', line: 4, column: 14, message: expect.any(String) }],
    },
  });
});

test('prints warnings as JSON on stderr with --json', async () => {
  await using autosys = await startEmpty();

  const { stderr } = await autosys.jil(['--json'], { stdin: `${broken}descripton: x\n` });

  const [note, error] = stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(note).toEqual({ note: expect.stringContaining('did you mean description?') });
  expect(error).toMatchObject({ error: { name: 'JilSyntaxError' } });
});

test('warns about an unknown attribute and loads the JIL', async () => {
  await using autosys = await startEmpty();

  const { code, stderr } = await autosys.jil([], { stdin: `${good}descripton: x\n` });

  expect(code).toBe(0);
  expect(stderr).toContain('warning: <stdin>:4:1: ');
  expect(stderr).toContain('did you mean description?');
});

test('does not check the JIL with --no-check', async () => {
  await using autosys = await startEmpty();

  const { code, stdout } = await autosys.jil(['--no-check'], { stdin: broken });

  expect(code).toBe(1);
  expect(stdout).toContain('CAUAJM_E_50198 Exit Code = 1');
});

test('ends with 1 after the first file that AutoSys rejects, and prints what was not sent', async () => {
  await using autosys = await startEmpty();

  const { code, stdout, stderr } = await autosys.jil(['b.jil', 'a.jil'], {
    files: { 'a.jil': good, 'b.jil': boxless },
  });

  expect(code).toBe(1);
  expect(stdout).toContain('CAUAJM_E_18947 Invalid box name NOPE specified, it does not exist.');
  expect(stderr).toBe('AutoSys rejected statements of b.jil; 1 more file was not sent\n');
  expect(autosys.emulator.instance.job('A')).toBeUndefined();
});

test('ends with 1 if the user may not define jobs', async () => {
  await using autosys = await startEmpty({ permissions: ['read'] });

  const { code, stderr } = await autosys.jil([], { stdin: good });

  expect(code).toBe(1);
  expect(stderr).toContain('loading JIL: AutoSys denied the permission (403)');
});

test('rejects a file that does not exist', async () => {
  await using autosys = await startEmpty();

  const { code, stderr } = await autosys.jil(['nowhere.jil']);

  expect(code).toBe(1);
  expect(stderr).toContain('nowhere.jil: cannot be read: no such file');
});
