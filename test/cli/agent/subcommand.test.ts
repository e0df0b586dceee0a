import { describe, expect, test } from 'vitest';
import { commandPrefix } from '../../../cli/command-prefix.ts';
import { runCli } from '../setup.ts';
import { useAgentHost } from './agent-host.ts';

const { startCliServer: startServer } = useAgentHost();

describe('a command of the agent as a subcommand', () => {
  test('calls the launch API, and ends with its own exit codes', async () => {
    const { server, environment } = await startServer();
    const running = runCli(['run', 'settlement', '--logs', 'none'], environment);
    await server.arrived(/\/wait/);
    server.change({
      state: 'ENDED',
      status: 'FAILED',
      exit: { code: 42, source: 'exit code of the container' },
    });

    const { code, stdout } = await running;

    expect(code).toBe(42);
    expect(stdout).toMatch(/exit code 42: exit code of the container\n$/);
  });

  test('reads its input from stdin', async () => {
    const { server, environment } = await startServer();
    const stdin = '{"date": "2026-11-20"}';

    const { code } = await runCli(['run', 'settlement', '--detach', '--input', '-'], {
      ...environment,
      stdin,
    });

    expect(code).toBe(0);
    expect(server.requests[0]?.body).toContain(`"input":${stdin}}`);
  });

  test('prints its help and its advice with the prefix of this program', async () => {
    const { stdout } = await runCli(['run', '--help']);
    const { stdout: same } = await runCli(['help', 'run']);
    const { code, stderr } = await runCli(['run', 'settlement', '--waitt']);

    expect(stdout).toContain(`usage: ${commandPrefix} run TARGET`);
    expect(same).toBe(stdout);
    expect(code).toBe(64);
    expect(stderr).toContain(`see ${commandPrefix} run --help`);
  });

  test.for(['run', 'stop', 'restart', 'log', 'whois'])('%s refuses a password', async (name) => {
    const { code, stdout, stderr } = await runCli([name, 'x', '--password', 'hunter2']);

    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain('--login-file FILE or $AUTOSYS_BRIDGE_LOGIN_FILE');
    expect(stderr).not.toContain('hunter2');
  });

  test('is in the overview, which says that it has other exit codes', async () => {
    const { stdout } = await runCli(['--help']);

    expect(stdout).toContain('other exit codes: run, stop, restart, log, whois; see their help');
  });
});
