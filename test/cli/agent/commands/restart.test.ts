import { describe, expect, test } from 'vitest';
import { runCli } from '../../setup.ts';
import { useAgentHost } from '../agent-host.ts';

const host = useAgentHost();
const name = 'PAY_EOD-r1620t1-ACE';
const restarts = /^POST .*\/restart$/;

async function startServer() {
  const { server, environment } = await host.startCliServer({
    'input.json': '{"big": 12345678901234567890}',
  });
  const restart = (...argv: readonly string[]) => runCli(['restart', ...argv], environment);
  const bodies = () => server.find(restarts).map(({ body }) => JSON.parse(body));
  return { server, restart, bodies };
}

describe('restart', () => {
  test('restarts the run, waits for its end and ends with its exit code', async () => {
    const { server, restart, bodies } = await startServer();
    const running = restart(name, '--logs', 'none');
    await server.arrived(/\/wait/);
    server.change({
      state: 'ENDED',
      status: 'FAILED',
      exit: { code: 4, source: 'exitCodes of the target: Rates.NoData' },
    });

    const { code, stdout } = await running;

    expect(code).toBe(4);
    expect(stdout).toMatch(/exit code 4: exitCodes of the target: Rates\.NoData\n$/);
    expect(bodies()).toEqual([{ launchId: expect.any(String) }]);
  });

  test('with --plan prints the plan, and starts nothing', async () => {
    const { server, restart } = await startServer();

    const { code, stdout } = await restart(name, '--plan');

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'restart of the run\nnothing has been started\n',
    });
    expect(server.requests.map(({ path }) => path)).toEqual([
      `/prod/v1/runs/${name}/restart?plan=1`,
    ]);
  });

  test.for([
    { argv: ['--redrive'], how: 'redrive' },
    { argv: ['--again', '--param', 'date=2026-11-30'], how: 'again' },
  ])('sends what is asked for: $argv', async ({ argv, how }) => {
    const { restart, bodies } = await startServer();

    const { code, stdout } = await restart(name, '--detach', ...argv);

    expect({ code, stdout }).toEqual({ code: 0, stdout: `${name}\n` });
    const params = how === 'again' ? { params: { date: '2026-11-30' } } : {};
    expect(bodies()).toEqual([{ launchId: expect.any(String), how, ...params }]);
  });

  test('sends the input as it is', async () => {
    const { server, restart } = await startServer();

    await restart(name, '--detach', '--again', '--input', 'input.json');

    expect(server.find(restarts)[0]?.body).toContain('"input":{"big": 12345678901234567890}}');
  });

  test('repeats a lost request with the same id', async () => {
    const { server, restart, bodies } = await startServer();
    server.react(restarts, 'lose');

    const { code } = await restart(name, '--detach');

    expect(code).toBe(0);
    const ids = bodies().map(({ launchId }) => launchId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test.for([
    { status: 409, code: 'NOT_RESTARTABLE', exit: 65 },
    { status: 409, code: 'NOT_REDRIVABLE', exit: 78 },
    { status: 403, code: 'NOT_ALLOWED', exit: 77 },
  ])('ends with $exit if it is refused: $code', async ({ status, code, exit }) => {
    const { server, restart } = await startServer();
    const body = { version: '1.0', code, message: 'the run is active', fix: 'wait', exit };
    server.reactAlways(/restart/, { status, body });

    const real = await restart(name);
    const plan = await restart(name, '--plan');

    expect([real.code, plan.code]).toEqual([exit, exit]);
    for (const { stderr } of [real, plan]) {
      expect(stderr).toContain(`error: the run is active (${code})`);
      expect(stderr).toContain('wait');
    }
  });

  test.for([
    { argv: [], says: 'expected NAME, found nothing' },
    { argv: [name, 'other'], says: 'expected NAME, found 2 arguments' },
    { argv: [name, '--redrive', '--again'], says: '--redrive: not allowed with --again' },
    { argv: [name, '--param', 'date'], says: '--param: expected NAME=VALUE' },
    { argv: [name, '--timeout', 'x'], says: '--timeout: expected a time' },
  ])('refuses the arguments $argv', async ({ argv, says }) => {
    const { server, restart } = await startServer();

    const { code, stderr } = await restart(...argv);

    expect(code).toBe(64);
    expect(stderr).toContain(says);
    expect(server.requests).toEqual([]);
  });
});
