import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commonOptions } from '../../cli/arguments.ts';
import { commands } from '../../cli/commands/index.ts';
import { runCli } from './setup.ts';

const names = Object.keys(commands);
const all = await Promise.all(Object.values(commands).map((load) => load()));

async function scriptOf(shell: string, ...options: readonly string[]): Promise<string> {
  return (await runCli(['completions', shell, ...options])).stdout;
}

/** Every option and flag of a command, as its help lists them. */
function wordsOf(command: (typeof all)[number]): readonly string[] {
  const { execution, options, autosysFlags = {} } = command;
  const common = execution.kind === 'standalone' ? ['help'] : Object.keys(commonOptions);
  const long = [...Object.keys(options), ...common].map((name) => `--${name}`);
  return [...new Set([...long, ...Object.keys(autosysFlags)])];
}

const hasShell = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

/** What bash completes for each command line, whose last word is the one at the cursor. */
function completeInBash(
  script: string,
  lines: readonly (readonly string[])[],
  self = '_autosys_bridge',
): readonly (readonly string[])[] {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const calls = lines.map(
    (words) =>
      `COMP_WORDS=(${words.map(quote).join(' ')}); COMP_CWORD=${words.length - 1}; ${self}; printf '%s\\n' "\${COMPREPLY[@]}"; echo --end--`,
  );
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['--norc', '--noprofile', '-c', [script, ...calls].join('\n')],
    { encoding: 'utf8', cwd: import.meta.dirname },
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout
    .split('--end--\n')
    .slice(0, -1)
    .map((text) => text.split('\n').filter((line) => line !== ''));
}

describe('the completions of bash', () => {
  test('are every command, and help and version', async () => {
    const [first, byPrefix, ofHelp] = completeInBash(await scriptOf('bash'), [
      ['autosys-bridge', ''],
      ['autosys-bridge', 'pa'],
      ['autosys-bridge', 'help', 're'],
    ]);

    expect(first).toEqual([...names, 'help', '--help', '--version']);
    expect(byPrefix).toEqual(['package', 'parked']);
    expect(ofHelp).toEqual(['replay', 'restart']);
  });

  test('are every option and flag of each command', async () => {
    const lines = all.map(({ name }) => ['autosys-bridge', name, '-']);

    const completed = completeInBash(await scriptOf('bash'), lines);

    expect(completed.map((words) => words.toSorted())).toEqual(
      all.map((command) => wordsOf(command).toSorted()),
    );
  });

  test('are paths after an option for a file, and nothing after another value', async () => {
    const [file, argument, text, withDash] = completeInBash(await scriptOf('bash'), [
      ['autosys-bridge', 'explain', '--config', 'completions.te'],
      ['autosys-bridge', 'validate', 'completions.te'],
      ['autosys-bridge', 'dismiss', '--note', ''],
      ['autosys-bridge', 'validate', '--se'],
    ]);

    expect(file).toEqual(['completions.test.ts']);
    expect(argument).toEqual(['completions.test.ts']);
    expect(text).toEqual([]);
    expect(withDash).toEqual(['--secrets']);
  });

  test('have the name of --as', async () => {
    const script = await scriptOf('bash', '--as', 'night-bridge');

    expect(script).toContain('complete -F _night_bridge night-bridge\n');
    expect(completeInBash(script, [['night-bridge', 'dis']], '_night_bridge')).toEqual([
      ['dismiss'],
    ]);
  });
});

describe('the completions of zsh', () => {
  test('have a case with every option and flag of each command, in balanced quotes', async () => {
    const script = await scriptOf('zsh');

    for (const command of all) {
      const [, line = ''] =
        new RegExp(`^    ${command.name}\\) _arguments (.*) ;;$`, 'm').exec(script) ?? [];
      const specs = [...line.matchAll(/'((?:[^']|'\\'')*)'(?: |$)/g)].map(([, spec = '']) => spec);
      expect(specs.join("' '")).toBe(line.slice(1, -1));
      const words = specs.flatMap((spec) => /^\*?(-[^[]+)\[/.exec(spec)?.[1] ?? []);
      expect(words.toSorted()).toEqual(wordsOf(command).toSorted());
    }
    expect(script.startsWith('#compdef autosys-bridge\n')).toBe(true);
  });

  test.runIf(hasShell('zsh'))('are valid zsh', async () => {
    const { status, stderr } = spawnSync('zsh', ['-fn'], {
      input: await scriptOf('zsh'),
      encoding: 'utf8',
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('the completions of fish', () => {
  test('have a line for every command, option and flag', async () => {
    const lines = (await scriptOf('fish')).split('\n');

    for (const command of all) {
      const { name, summary } = command;
      expect(lines.filter((line) => line.includes(` -a ${name} -d '`))).toEqual([
        `complete -c autosys-bridge -n __fish_use_subcommand -a ${name} -d '${summary}'`,
      ]);
      const own = lines.filter((line) => line.includes(`'__fish_seen_subcommand_from ${name}'`));
      const words = own.flatMap((line) => {
        const [, kind, word] = / -([lso]) '([^']+)'/.exec(line) ?? [];
        return word === undefined ? [] : [`${kind === 'l' ? '--' : '-'}${word}`];
      });
      expect(words.toSorted()).toEqual(wordsOf(command).toSorted());
    }
  });

  test.runIf(hasShell('fish'))('are valid fish', async () => {
    // fish cannot read a script from the socket that Node.js gives a child as stdin.
    const folder = mkdtempSync(join(tmpdir(), 'completions-'));
    const path = join(folder, 'autosys-bridge.fish');
    writeFileSync(path, await scriptOf('fish'));

    const { status, stderr } = spawnSync('fish', ['--no-execute', path], { encoding: 'utf8' });

    rmSync(folder, { recursive: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});

describe('completions', () => {
  test('prints a document with --json', async () => {
    const { stdout } = await runCli(['completions', 'bash', '--json']);

    expect(JSON.parse(stdout)).toEqual({ shell: 'bash', script: await scriptOf('bash') });
  });

  test.for([
    { argv: [], says: 'expected one of bash, zsh, fish, found ""' },
    { argv: ['tcsh'], says: 'expected one of bash, zsh, fish, found "tcsh"' },
    { argv: ['bash', 'zsh'], says: 'expected one of bash, zsh, fish, found 2' },
    { argv: ['bash', '--as', 'a b'], says: '--as: expected 1 to 64 letters' },
    { argv: ['bash', '--as', 'x;rm'], says: 'found "x;rm"' },
  ])('rejects the command line $argv', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runCli(['completions', ...argv]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});
