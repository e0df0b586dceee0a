import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  type Fault,
  garbage,
  halfAResponse,
  neverAnswer,
  refuseConnection,
  resetAfterAccept,
  respond,
} from '../../emulator/index.ts';
import { type Bridge, buildBridge } from '../support/bridge.ts';
import { aBatchJobEvent, anExecutionEvent, batchSecret } from '../support/builders.ts';
import { impatient } from '../support/emulator.ts';
import { toPrevious } from '../support/sandbox.ts';

/** Unusual enough to be found in any encoding. */
const password = 'Q7"\\ß<&%zebra';
const jil = 'insert_job: REPAIR  job_type: CMD  machine: host1  command: sleep 60';
const routes = `
  - { name: settlement, from: { stateMachine: settlement }, global: AWS_SETTLEMENT }
  - name: risk
    from: { jobQueue: night }
    global: "AWS_\${batchJobName:20}"
    events:
      - { on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR, comment: "\${reason:60|no reason}" }
      - { on: FAILED, event: FORCE_STARTJOB, job: UNKNOWN_JOB }`;

/**
 * Events of executions and Batch jobs, valid and invalid. Each Batch event has its environment in
 * clear text.
 */
const events: readonly unknown[] = [
  anExecutionEvent({ input: `{"token":"${batchSecret}"}` }),
  aBatchJobEvent(),
  aBatchJobEvent({ status: 'FAILED' }),
  aBatchJobEvent({
    jobName: 'other',
    jobQueue: 'arn:aws:batch:eu-west-1:111122223333:job-queue/x',
  }),
  aBatchJobEvent({ jobId: 7 }),
  aBatchJobEvent({ attempts: [{ container: batchSecret }] }),
  JSON.stringify(aBatchJobEvent()).slice(0, -1),
];

/** Every encoding in which the login is sent or could be printed. */
const spellings = (user: string) => [
  password,
  'zebra',
  JSON.stringify(password).slice(1, -1),
  encodeURIComponent(password),
  Buffer.from(`${user}:${password}`, 'utf8').toString('base64'),
  batchSecret,
];

/** All output of the bridge: its log, its drain results, and every stored row. */
function expectNoSecret({ sandbox, autosys, table }: Bridge): void {
  const out = [sandbox.lines, sandbox.drained, table.written];
  const written = [JSON.stringify(out), inspect(out, { depth: 20 })].join('\n');
  expect(table.written).not.toEqual([]);
  expect(sandbox.lines.length).toBeGreaterThan(events.length - 1);
  expect(spellings(autosys.emulator.user).filter((secret) => written.includes(secret))).toEqual([]);
}

/** Handles the events and drains, so that all ledger paths are used. */
async function useAllPaths({ sandbox, autosys }: Bridge): Promise<void> {
  await sandbox.take(events);
  for (const waitMs of [360_000, 1_200_000, 4 * 86_400_000]) {
    await autosys.clock.advance(waitMs);
    await sandbox.drain();
  }
}

const faults: readonly { readonly when: string; readonly fault: Fault }[] = [
  { when: 'resets', fault: resetAfterAccept },
  { when: 'refuses connections', fault: refuseConnection },
  { when: 'does not answer', fault: neverAnswer },
  { when: 'sends half an answer', fault: halfAResponse },
  { when: 'does not speak HTTP', fault: garbage },
  ...[400, 401, 403, 404, 418, 500, 502, 503].map((status) => ({
    when: `answers ${status}`,
    fault: respond(status),
  })),
  // As a proxy that shows the request.
  {
    when: 'repeats the request in its answer',
    fault: respond(400, {
      body: `<pre>Authorization: Basic ${Buffer.from(`autosys:${password}`).toString('base64')} ${password}</pre>`,
    }),
  },
];

describe('no output holds a secret', () => {
  test.for(faults)('when AutoSys $when', async ({ fault }) => {
    await using bridge = await buildBridge({ jil, routes, timeouts: { responseMs: 40 } });
    bridge.autosys.emulator.setPassword(password);
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password });
    bridge.autosys.emulator.misbehave(fault, { times: 'always' });

    await useAllPaths(bridge);

    expectNoSecret(bridge);
  });

  test('when both versions of the login are rejected and suspended', async () => {
    await using bridge = await buildBridge({ jil, routes });
    bridge.autosys.emulator.setPassword('something else');
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password });
    bridge.secrets[toPrevious('autosys/ACE')] = JSON.stringify({
      username: 'autosys',
      password: `${password} before`,
    });

    await useAllPaths(bridge);

    expectNoSecret(bridge);
    expect(bridge.sandbox.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        message: 'all credentials rejected, logins suspended',
      }),
    );
  });

  test('when the previous version is in use', async () => {
    await using bridge = await buildBridge({ jil, routes });
    bridge.autosys.emulator.setPassword(password);
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password: 'zebra 2' });
    bridge.secrets[toPrevious('autosys/ACE')] = JSON.stringify({ username: 'autosys', password });

    await useAllPaths(bridge);

    expectNoSecret(bridge);
    expect(bridge.sandbox.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'previous credentials in use' }),
    );
  });

  test.for([
    { when: 'is not JSON', text: password },
    { when: 'lacks the password', text: JSON.stringify({ username: 'autosys', pass: password }) },
    { when: 'is a list', text: JSON.stringify([password]) },
  ])('when the secret $when', async ({ text }) => {
    await using bridge = await buildBridge({ jil, routes });
    bridge.secrets['autosys/ACE'] = text;

    await useAllPaths(bridge);

    expectNoSecret(bridge);
  });

  test('when AutoSys is down', async () => {
    await using bridge = await buildBridge({ jil, routes, timeouts: impatient });
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password });
    await bridge.autosys.emulator.goDown();

    await useAllPaths(bridge);

    expectNoSecret(bridge);
  });

  test('when everything works', async () => {
    await using bridge = await buildBridge({ jil, routes });
    bridge.autosys.emulator.setPassword(password);
    bridge.secrets['autosys/ACE'] = JSON.stringify({ username: 'autosys', password });

    await useAllPaths(bridge);

    expectNoSecret(bridge);
    const log = JSON.stringify(bridge.autosys.emulator.instance.events());
    expect(log).not.toContain(batchSecret);
  });
});
