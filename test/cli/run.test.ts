import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commonOptions } from '../../cli/arguments.ts';
import { commandPrefix } from '../../cli/command-prefix.ts';
import { commands } from '../../cli/commands/index.ts';
import manifest from '../../package.json' with { type: 'json' };
import { readSourceDigest } from '../../release/source-digest.ts';
import { runCli } from './setup.ts';

const all = await Promise.all(
  Object.entries(commands).map(async ([name, load]) => ({ name, command: await load() })),
);

describe('help', () => {
  test('lists every command with its summary', async () => {
    const { code, stdout, stderr } = await runCli(['--help']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const { name, command } of all) {
      expect(stdout).toContain(`  ${name} `);
      expect(stdout).toContain(command.summary);
    }
  });

  test.for(all)('of $name lists every option and every exit code', async ({ name, command }) => {
    const { code, stdout, stderr } = await runCli([name, '--help']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(command.name).toBe(name);
    const isStandalone = command.execution.kind === 'standalone';
    const { help } = commonOptions;
    const common = isStandalone ? { help } : commonOptions;
    const options = Object.keys({ ...command.options, ...common });
    for (const option of options) expect(stdout).toMatch(new RegExp(`^  --${option}( |$)`, 'm'));
    for (const flag of Object.keys(command.autosysFlags ?? {})) {
      expect(stdout).toContain(`\n  ${flag} `);
    }
    for (const exitCode of isStandalone ? [0, 1, 64, 69, 77] : [0, 1, 2, 3])
      expect(stdout).toMatch(new RegExp(`^  ${exitCode}  `, 'm'));
  });

  test.for(all)(
    'of $name is the same with the command help and with other options',
    async ({ name }) => {
      const help = await runCli([name, '--help']);

      expect(await runCli(['help', name])).toEqual(help);
      expect(await runCli([name, '--json', '--help'])).toEqual(help);
    },
  );
});

test('prints the version of the package, and the digest of its sources', async () => {
  const digest = readSourceDigest(join(import.meta.dirname, '../..'));
  const { version } = manifest;

  expect(await runCli(['--version'])).toMatchObject({
    code: 0,
    stdout: `${version} (build ${digest}), computed from the sources of this clone\n`,
  });
  const { stdout } = await runCli(['--version', '--json']);
  expect(JSON.parse(stdout)).toEqual({ name: 'autosys-bridge', version, digest, bundled: false });
});

describe('an invalid command line', () => {
  test.for([
    { argv: [], says: `usage: ${commandPrefix} COMMAND` },
    { argv: ['vaildate'], says: 'unknown command "vaildate"' },
    { argv: ['vaildate'], says: 'did you mean validate?' },
    { argv: ['help', 'sendevnt'], says: 'did you mean sendevent?' },
    { argv: ['--jsno'], says: 'expected a command, --help or --version' },
    {
      argv: ['validate', '--jsno', 'x'],
      says: 'unknown option --jsno, allowed: --secrets --live --jil --instance --stack --table --unmatched-days --timeout --user --password-file --json --help; did you mean --json?',
    },
    { argv: ['validate', '-j', 'x'], says: 'unknown option -j' },
    { argv: ['validate'], says: 'expected one FILE, found none' },
    { argv: ['validate', 'a', 'b'], says: 'expected one FILE, found 2' },
    { argv: ['validate', 'x', '--json=yes'], says: '--json: unexpected value' },
    { argv: ['explain', '--event'], says: '--event: value missing, expected FILE' },
    {
      argv: ['explain', '--config', '--event', 'x'],
      says: '--config: value missing, expected FILE',
    },
    {
      argv: ['explain', '--config', 'a', '--config', 'b'],
      says: '--config: given more than once',
    },
    { argv: ['explain', 'stray'], says: 'unexpected argument, only options are allowed' },
    { argv: ['explain'], says: '--config: missing, give the route file' },
    {
      argv: ['emulate', '--port', 'x'],
      says: '--port: expected a whole number from 0 to 65535, found "x"',
    },
    { argv: ['emulate', '--port', '65536'], says: 'from 0 to 65535' },
    {
      argv: ['sendevent', '-E', 'STARTJOB', '-J', 'x'],
      says: '--url: missing',
    },
    { argv: ['autorep'], says: 'expected one subject' },
    { argv: ['jil', '--timezone', 'Mars/Olympus'], says: 'found "Mars/Olympus"' },
  ])('is rejected: $argv, because $says', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runCli(argv);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('with a password is rejected, and the message does not repeat its values', async () => {
    for (const argv of [
      ['jil', '--password', 'hunter2'],
      ['jil', '--password=hunter2'],
      ['sendevent', '--password', 'hunter2', '-E', 'STARTJOB'],
      ['validate', '--pasword', 'hunter2'],
    ]) {
      const { code, stdout, stderr } = await runCli(argv);

      expect(code).toBe(2);
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });

  test('is reported as JSON on stderr with --json', async () => {
    const { code, stdout, stderr } = await runCli(['explain', '--json']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        name: 'CommandLineError',
        code: 'AUTOSYS_USAGE',
        exitCode: 2,
        faults: [expect.stringContaining('--config'), expect.stringContaining('--event')],
      },
    });
  });
});

describe('colour', () => {
  const sequence = '\u001b[';

  test('is used on a terminal', async () => {
    const { stderr } = await runCli(['nonsense'], { isTTY: true });

    expect(stderr).toContain(sequence);
  });

  test.for([
    { when: 'the output is not a terminal', environment: {} },
    { when: 'NO_COLOR is set', environment: { isTTY: true, env: { NO_COLOR: '1' } } },
    { when: 'the terminal is dumb', environment: { isTTY: true, env: { TERM: 'dumb' } } },
  ])('is not used if $when', async ({ environment }) => {
    const { stderr } = await runCli(['nonsense'], environment);

    expect(stderr).not.toContain(sequence);
  });
});
