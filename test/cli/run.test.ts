import { describe, expect, test } from 'vitest';
import { commonOptions } from '../../cli/arguments.ts';
import { commands } from '../../cli/commands/index.ts';
import manifest from '../../package.json' with { type: 'json' };
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
    const options = Object.keys({ ...command.options, ...commonOptions });
    for (const option of options) expect(stdout).toMatch(new RegExp(`^  --${option}( |$)`, 'm'));
    for (const flag of Object.keys(command.autosysFlags ?? {})) {
      expect(stdout).toContain(`\n  ${flag} `);
    }
    for (const exitCode of [0, 1, 2, 3])
      expect(stdout).toMatch(new RegExp(`^  ${exitCode}  `, 'm'));
  });

  test.for(all)(
    'of $name is the same by the word help and beside other options',
    async ({ name }) => {
      const asked = await runCli([name, '--help']);

      expect(await runCli(['help', name])).toEqual(asked);
      expect(await runCli([name, '--json', '--help'])).toEqual(asked);
    },
  );
});

test('tells the version of the package', async () => {
  expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  const { stdout } = await runCli(['--version', '--json']);
  expect(JSON.parse(stdout)).toEqual({ name: 'autosys-bridge', version: manifest.version });
});

describe('a command line that is wrong', () => {
  test.for([
    { argv: [], says: 'usage: autosys-bridge COMMAND' },
    { argv: ['vaildate'], says: 'unknown command "vaildate"' },
    { argv: ['vaildate'], says: 'did you mean validate?' },
    { argv: ['help', 'sendevnt'], says: 'did you mean sendevent?' },
    { argv: ['--jsno'], says: 'expected a command or --help or --version first' },
    {
      argv: ['validate', '--jsno', 'x'],
      says: 'unknown option --jsno, allowed: --secrets --json --help; did you mean --json?',
    },
    { argv: ['validate', '-j', 'x'], says: 'unknown option -j' },
    { argv: ['validate'], says: 'expected one FILE, found none' },
    { argv: ['validate', 'a', 'b'], says: 'expected one FILE, found 2' },
    { argv: ['validate', 'x', '--json=yes'], says: '--json: takes no value, found one' },
    { argv: ['explain', '--event'], says: '--event: expected FILE after it, found nothing' },
    { argv: ['explain', '--config', '--event', 'x'], says: '--config: expected FILE after it' },
    {
      argv: ['explain', '--config', 'a', '--config', 'b'],
      says: '--config: expected once, found twice',
    },
    { argv: ['explain', 'stray'], says: 'found an argument that belongs to none' },
    { argv: ['explain'], says: '--config: expected a route file, found none' },
    {
      argv: ['emulate', '--port', 'x'],
      says: '--port: expected a whole number from 0 to 65535, found "x"',
    },
    { argv: ['emulate', '--port', '65536'], says: 'from 0 to 65535' },
    {
      argv: ['sendevent', '-E', 'STARTJOB', '-J', 'x'],
      says: '--url: expected the address of AEWS',
    },
    { argv: ['autorep'], says: 'expected one subject' },
    { argv: ['jil', '--timezone', 'Mars/Olympus'], says: 'found "Mars/Olympus"' },
  ])('refuses $argv, since $says', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runCli(argv);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('refuses a password and repeats neither it nor anything beside it', async () => {
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

  test('is told as JSON on stderr where JSON is asked for', async () => {
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

  test('helps a person at a terminal', async () => {
    const { stderr } = await runCli(['nonsense'], { isTTY: true });

    expect(stderr).toContain(sequence);
  });

  test.for([
    { when: 'nobody sits at a terminal', world: {} },
    { when: 'NO_COLOR is set', world: { isTTY: true, env: { NO_COLOR: '1' } } },
    { when: 'the terminal is dumb', world: { isTTY: true, env: { TERM: 'dumb' } } },
  ])('is left out where $when', async ({ world }) => {
    const { stderr } = await runCli(['nonsense'], world);

    expect(stderr).not.toContain(sequence);
  });
});
