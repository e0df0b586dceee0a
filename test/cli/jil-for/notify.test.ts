import { describe, expect, test } from 'vitest';
import { readJil } from '../../../autosys/jil/index.ts';
import { printJilFor, runJilFor, toRouteFile } from './support.ts';

const file = toRouteFile({ targets: { settlement: { stateMachine: 'm' } } });

describe('jil-for --notify', () => {
  test('prints a job that posts a form when the other has ended', async () => {
    const text = await printJilFor(file, ['--notify', 'LOAD_LEDGER']);
    const { script, problems } = readJil({ name: 'out.jil', text });

    expect(problems).toEqual([]);
    const [job] = script.statements;
    expect(job?.object).toBe('LOAD_LEDGER_NOTIFY');
    const values = Object.fromEntries(
      job?.attributes.map(({ name, value }) => [name, value]) ?? [],
    );
    expect(values).toMatchObject({
      job_type: 'HTTP',
      condition: 'done(LOAD_LEDGER)',
      invocation_type: 'POST',
      provider_url: expect.stringMatching(/^https:.*\/v\/v1\/waits$/),
      j2ee_parameter: 'job=LOAD_LEDGER, instance=ACE',
    });
  });

  test('prints one job for each given job, and no target', async () => {
    const text = await printJilFor(file, ['--notify', 'A', '--notify', 'B', '--notify', 'A']);
    const { script } = readJil({ name: 'out.jil', text });

    expect(script.statements.map(({ object }) => object)).toEqual(['A_NOTIFY', 'B_NOTIFY']);
  });

  test.for([
    [['--notify', 'A B'], '--notify: found "A B", allowed: 1 to 57 of'],
    [['--notify', 'x'.repeat(58)], 'allowed: 1 to 57 of'],
    [['--notify', 'A', '--instance', 'XYZ'], '--instance: found "XYZ", allowed: ACE'],
    [['settlement', '--notify', 'A'], '--notify: found with TARGET, allowed: one of both'],
  ] as const)('rejects %j', async ([argv, message]) => {
    const { code, stderr } = await runJilFor(file, [...argv]);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
