import { describe, expect, test } from 'vitest';
import type { AgentIo } from '../../../cli/agent/agent-io.ts';
import { runAgent } from '../../../cli/agent/run-agent.ts';
import { createVirtualClock } from './virtual-clock.ts';

/** Runs a command line in memory, without a network. */
async function runInMemory(argv: readonly string[], given: Partial<AgentIo> = {}) {
  const texts = { stdout: '', stderr: '' };
  const exits: number[] = [];
  const code = await runAgent(argv, {
    prefix: 'autosys-bridge',
    version: '1.2.3',
    env: {
      AUTOSYS_BRIDGE_URL: 'https://bridge.invalid/prod',
      AUTOSYS_BRIDGE_LOGIN_FILE: 'login',
      AUTO_JOB_NAME: 'PAY_EOD',
      AUTORUN: '1620/1',
    },
    writeOut: (text) => {
      texts.stdout += text;
    },
    writeError: (text) => {
      texts.stderr += text;
    },
    readStdin: async () => Buffer.from('hunter2'),
    readFile: () => Buffer.from(''),
    readLoginFile: () => ({ text: 'token=hunter2', mode: 0o600, owner: 7 }),
    userId: 7,
    clock: createVirtualClock(),
    random: () => 0,
    newId: () => 'id',
    onKill: () => ({ [Symbol.dispose]: () => undefined }),
    exitNow: (exit) => void exits.push(exit),
    ...given,
  });
  return { code, ...texts, exits };
}

describe('a command line of the agent', () => {
  test('prints the version', async () => {
    expect(await runInMemory(['--version'])).toMatchObject({ code: 0, stdout: '1.2.3\n' });
  });

  test('prints every fault, and that nothing was started', async () => {
    const { code, stdout, stderr } = await runInMemory(
      ['run', 'a', 'b', '--param', 'x', '--timeout', '4', '--logs', 'some', '--ca', 'ca.pem'],
      { env: {} },
    );

    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining('TARGET: expected one target, found 2 arguments'),
      expect.stringContaining('AUTO_JOB_NAME: missing'),
      expect.stringContaining('AUTORUN: expected RUN/TRY'),
      expect.stringContaining('--param: expected NAME=VALUE'),
      expect.stringContaining('--timeout: expected a time up to 30d'),
      expect.stringContaining('--logs: expected all, failed, none, found "some"'),
      expect.stringContaining('--url: missing'),
      expect.stringContaining('--login-file: missing'),
      expect.stringContaining('--ca: ca.pem: expected a PEM file'),
      'see autosys-bridge run --help',
      'exit code 64: nothing was started',
      '',
    ]);
  });

  test('rejects options that start a run beside --attach', async () => {
    const { code, stderr } = await runInMemory([
      ...['run', '--attach', 'NAME', '--again', '--detach', '--key', 'x'],
      ...['--param', 'a=b', '--input', '-'],
    ]);

    expect(code).toBe(64);
    for (const name of ['--again', '--detach', '--key', '--param', '--input']) {
      expect(stderr).toContain(`error: ${name}: not allowed with --attach`);
    }
  });

  test('rejects an input that is not JSON with 65, and does not print it', async () => {
    const { code, stderr } = await runInMemory(['run', 'settlement', '--input', '-']);

    expect(code).toBe(65);
    expect(stderr).toContain('exit code 65: nothing was started');
    expect(stderr).not.toContain('hunter2');
  });

  test.for([
    { argv: ['stop'], says: 'expected NAME, found nothing' },
    { argv: ['stop', 'a', 'b'], says: 'expected NAME, found 2 arguments' },
    { argv: ['stop', 'a', '--reason', 'x'.repeat(201)], says: 'at most 200 characters, found 201' },
    { argv: ['log'], says: 'expected NAME, found nothing' },
    { argv: ['whois'], says: 'expected NAME, ARN, BATCH_ID or JOB[.RUN[.TRY]], found nothing' },
    { argv: ['log', 'a', '--json'], says: 'unknown option --json' },
    { argv: ['stpo'], says: 'did you mean stop?' },
  ])('$argv is refused with 64', async ({ argv, says }) => {
    const { code, stdout, stderr } = await runInMemory(argv);

    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('prints an error as JSON if the command has --json', async () => {
    const { code, stderr } = await runInMemory(['stop', '--json']);

    expect(code).toBe(64);
    expect(JSON.parse(stderr)).toEqual({
      error: { exitCode: 64, message: 'error: expected NAME, found nothing' },
    });
  });

  test('escapes control characters in what it prints', async () => {
    const { stderr } = await runInMemory(['\u001b[31mrun']);

    expect(stderr).not.toContain('\u001b');
  });

  test('reports a defect with 70, and does not hide that a run may be active', async () => {
    const { code, stderr } = await runInMemory(['run', 'settlement'], {
      newId: () => {
        throw new TypeError('a defect');
      },
    });

    expect(code).toBe(70);
    expect(stderr).toContain('unexpected error, please report it; a run may be active');
    expect(stderr).toContain('TypeError: a defect');
    expect(stderr).toContain('exit code 70: unexpected error');
    expect(stderr).not.toContain('hunter2');
  });
});
