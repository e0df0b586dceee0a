import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const launcher = join(root, 'with-node24.cjs');

function launch(...argv: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...argv], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Texts that a shell of Linux or Windows changes. */
const texts = [
  'two words',
  ' blank at the ends ',
  'a&b',
  '& exit 7',
  '%PATH%',
  '100%',
  '"double"',
  "it's",
  '$HOME',
  '`id`',
  'a;b|c>d<e',
  '*',
  'back\\slash',
  '^caret^',
  '!bang!',
  '',
];

describe('the launcher', () => {
  test('passes arguments unchanged to Node.js', () => {
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';

    const { status, stdout } = launch('node', '-e', script, '--', ...texts);

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(texts);
  });

  test('passes arguments unchanged to the program', () => {
    const { status, stderr } = launch(
      'node',
      join(root, 'cli/main.ts'),
      'validate',
      'a & "%b%".yaml',
    );

    expect(status).toBe(1);
    expect(stderr).toContain('a & "%b%".yaml: ');
  });

  test('starts no shell, on no system', () => {
    expect(readFileSync(launcher, 'utf8')).not.toMatch(/shell: /);
  });

  test.for([
    { command: 'tsc', argv: ['--version'], prints: /^Version \d/ },
    { command: 'cdk', argv: ['--version'], prints: /^2\.\d/ },
    { command: 'vitest', argv: ['--version'], prints: /^vitest\/\d/ },
  ])('runs a command of an installed package: $command', ({ command, argv, prints }) => {
    const { status, stdout } = launch(command, ...argv);

    expect(status).toBe(0);
    expect(stdout).toMatch(prints);
  });

  test('ends with the exit code of the command', () => {
    expect(launch('node', '-e', 'process.exit(5)').status).toBe(5);
    expect(launch('node', '-e', 'process.kill(process.pid, "SIGKILL")').status).toBe(137);
  });

  test('names a command that does not exist', () => {
    const { status, stderr } = launch('no-such-command');

    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('ENOENT') });
    expect(stderr).toMatch(/^no-such-command: /);
  });
});
