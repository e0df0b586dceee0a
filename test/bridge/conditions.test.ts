import { expect, test } from 'vitest';
import { buildBridge } from '../support/bridge.ts';
import { aBatchJobEvent, anAttempt, anExecutionEvent } from '../support/builders.ts';

const byExitCode = `
  - name: empty
    from: { jobQueue: night, jobName: risk-eod }
    when: { exitCode: [4] }
    global: { name: AWS_RISK, values: { FAILED: EMPTY } }
  - name: broken
    from: { jobQueue: night, jobName: risk-eod }
    when: { exitCode: [{ anything-but: [4] }] }
    global: { name: AWS_RISK, values: { FAILED: BROKEN } }`;

test.for([
  { exitCode: 4, value: 'EMPTY' },
  { exitCode: 1, value: 'BROKEN' },
])('a route by exit code $exitCode sets $value', async ({ exitCode, value }) => {
  await using bridge = await buildBridge({ routes: byExitCode });
  const ended = { container: { exitCode }, attempts: [anAttempt(exitCode)] };
  const failed = aBatchJobEvent({ status: 'FAILED', ...ended });

  expect(await bridge.sandbox.take([failed])).toEqual([]);

  expect(bridge.globalVariable('AWS_RISK')).toBe(value);
});

const bySettled = `
  - name: settled
    from: { stateMachine: settlement }
    when: { output: { settled: [true] } }
    global: { name: AWS_SETTLED, values: { SUCCEEDED: "YES" } }`;

test('an effect whose condition depends on an output that AWS left out is parked', async () => {
  await using bridge = await buildBridge({ routes: bySettled });
  const large = anExecutionEvent({ output: null, outputDetails: { included: false } });

  expect(await bridge.sandbox.take([large])).toEqual([]);

  expect(bridge.globalVariable('AWS_SETTLED')).toBeUndefined();
  expect(JSON.stringify(await bridge.parked())).toContain(
    'cannot be judged, because the output is larger than an event may be (248 KiB)',
  );
});

test('a variable has the input and the business day of its run, from the start to the end', async () => {
  const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: "AWS_\${input.region:8}_\${date:Europe/Zurich:yyyyMMdd:18:00}"`;
  await using bridge = await buildBridge({ routes });
  const input = '{"region":"EU"}';
  // The builders' execution begins at 03:00 in Zurich, on the business day of the day before.
  const [running, succeeded] = [
    anExecutionEvent({ status: 'RUNNING', stopDate: null, output: null, input }, { id: 'one' }),
    anExecutionEvent({ status: 'SUCCEEDED', input }, { id: 'two' }),
  ];

  await bridge.sandbox.take([running]);
  const atStart = bridge.globalVariable('AWS_EU_20261119');
  await bridge.sandbox.take([succeeded]);

  expect(atStart).toBe('RUNNING');
  expect(bridge.globalVariable('AWS_EU_20261119')).toBe('SUCCEEDED');
});
