import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runCli } from '../setup.ts';

const yaml = `instances:
  ACE: { endpoints: [https://a.example.com:9443], secret: a }
  PRD: { endpoints: [https://b.example.com:9443], secret: b }
routes:
  - { name: settlement, to: ACE, from: { stateMachine: settlement }, global: AWS_RUN }
`;
const files = {
  'bridge.yaml': yaml,
  'one.jil': 'insert_job: A  job_type: CMD  machine: m  command: x\n  condition: v(AWS_RUN) = "OK"',
  'two.jil':
    'insert_job: A  job_type: CMD  machine: m  command: x\n  condition: v(AWS_RUN) = "FAILED"',
  'bad.jil': 'insert_job: A  job_type: CMD  machine: m  command: x\n  condition: v(AWS_RUN) =',
};
const validate = (...argv: readonly string[]) =>
  runCli(['validate', 'bridge.yaml', ...argv], { files });

describe('validate --jil', () => {
  test('compares conditions in files without a call, and the last definition of a job wins', async () => {
    const one = await validate('--instance', 'ACE', '--jil', 'one.jil', '--json');
    const both = await validate('--instance', 'ACE', '--jil', 'one.jil', '--jil', 'two.jil');

    const { live, ok } = JSON.parse(one.stdout);
    expect({ code: one.code, ok }).toEqual({ code: 1, ok: true });
    expect(live.counts).toEqual({ passed: 1, finding: 1, notChecked: 0, notCheckable: 0 });
    expect(live.rows[0]).toMatchObject({ check: 'condition', verdict: 'finding' });
    expect(both.code).toBe(0);
    expect(both.stdout).toContain('live checks: 2 passed, 0 findings');
  });

  test('reports a condition that cannot be parsed with its location', async () => {
    const { code, stderr } = await validate('--instance', 'ACE', '--jil', 'bad.jil');

    expect(code).toBe(1);
    expect(stderr).toContain('bad.jil:2:');
  });
});

describe('the options of validate --live', () => {
  test.for([
    { argv: ['--stack', 'S'], fault: '--stack: needs --live' },
    { argv: ['--table', 'T'], fault: '--table: needs --live' },
    { argv: ['--timeout', '5'], fault: '--timeout: needs --live' },
    { argv: ['--instance', 'ACE'], fault: '--instance: needs --live' },
    {
      argv: ['--live', '--unmatched-days', '91'],
      fault: '--unmatched-days: expected a whole number from 0 to 90, found "91"',
    },
    {
      argv: ['--live', '--instance', 'ACF'],
      fault: '--instance: expected one of ACE, PRD, found "ACF"; did you mean ACE?',
    },
    {
      argv: ['--jil', 'one.jil'],
      fault:
        '--instance: missing, expected one of ACE, PRD, because --jil applies to one instance only',
    },
    {
      argv: ['--live', '--user', 'me', '--instance', 'ACE'],
      fault: '--password-file: missing, and $AUTOSYS_PASSWORD is not set',
    },
  ])('reject $argv', async ({ argv, fault }) => {
    const { code, stderr } = await validate(...argv);

    expect(code).toBe(2);
    expect(stderr).toContain(fault);
  });

  test('load no client of AutoSys, DynamoDB or IAM without --live', () => {
    const script = `import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
const { run } = await import('./cli/run.ts');
const output = { isTTY: false, write() {} };
const { readFileSync } = await import('node:fs');
const code = await run(['validate', 'examples/bridge.yaml'], { stdout: output, stderr: output, env: {}, clock: { now: () => new Date() }, signal: new AbortController().signal, readText: (path) => readFileSync(path, 'utf8') });
const heavy = ['/got/', 'client-dynamodb', 'client-iam', 'client-sfn', 'cli/live/check-live'];
console.log(code, heavy.filter((one) => loaded.some((url) => url.includes(one))).join(' '));`;
    const argv = ['--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });

    expect({ stdout, stderr }).toEqual({ stdout: '0 \n', stderr: '' });
  });
});
