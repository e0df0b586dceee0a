import { describe, expect, test } from 'vitest';
import { type Bridge, type BridgeOptions, buildBridge } from '../../support/bridge.ts';
import { aMemberEvent, type MemberFacts } from '../../support/groups.ts';
import { readRoutes } from '../../support/sandbox.ts';
import { askWhy } from './ask-why.ts';

const jil = `
insert_job: REPORT  job_type: CMD  machine: host1  command: sleep 9000
  condition: v(AWS_RISK) = "SUCCEEDED"
insert_job: RISK_IN_AWS  job_type: CMD  machine: host1  command: true
insert_job: AFTER  job_type: CMD  machine: host1  command: true  condition: s(RISK_IN_AWS)
insert_job: CLOSE  job_type: CMD  machine: host1  command: sleep 9000
`;
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'].map(
  (id) => `risk-${id}`,
);
const day = 'day: { timezone: UTC, cutoff: "18:00" }';
const listed = `  - { name: other, from: { stateMachine: other }, global: AWS_OTHER }
groups:
  - { name: risk, members: { stateMachine: [${names}] }, ${day}, global: AWS_RISK }`;
const byGlob = listed.replace(`[${names}]`, 'risk-*').replace('day:', 'expect: 12, day:');

const build = (routes = listed, more: Partial<BridgeOptions> = {}) =>
  buildBridge({ jil, routes, ...more });
const configOf = ({ autosys }: Bridge, routes = listed) => readRoutes(routes, [[autosys]]);

async function take(bridge: Bridge, ...facts: readonly MemberFacts[]): Promise<void> {
  for (const one of facts) await bridge.sandbox.take([aMemberEvent(one)]);
  await bridge.autosys.act();
}

/** Ten members succeed, risk-a still runs, risk-b has not started. */
const tenOfTwelve: readonly MemberFacts[] = [
  { of: 'risk-a', status: 'RUNNING', after: 0 },
  ...names.slice(2).map((of, at) => ({ of, status: 'SUCCEEDED', after: 5 + at }) as const),
];

describe('a job that waits for a group', () => {
  test('with two members missing is explained by both, with the business day and who counted', async () => {
    await using bridge = await build();
    await take(bridge, ...tenOfTwelve);

    const { answer, text, calls } = await askWhy(bridge, 'REPORT');

    expect(answer.cause).toMatch(
      /^REPORT waits for value\(AWS_RISK\) = "SUCCEEDED"; it is "RUNNING" since \S+; group risk is RUNNING on the business day 2026-11-19: 10 of 12 have succeeded; missing risk-a \(RUNNING since 02:00:00\), risk-b \(not started\); what ends the wait: the success of risk-a, risk-b$/,
    );
    expect(text).toContain('group   risk on 2026-11-19: RUNNING, began 2026-11-19 18:00:00');
    expect(text).toContain('counted risk-c, risk-d, risk-e, risk-f');
    expect(text).toMatch(
      /missing risk-a \(RUNNING since 02:00:00\), arn:aws:states:\S+risk-a:run-/,
    );
    expect(text).toContain('missing risk-b (not started)');
    expect(text).toContain('SET_GLOBAL AWS_RISK=RUNNING, group risk, event ');
    expect(calls.ledger).toBeLessThanOrEqual(8);
  });

  test('names the next cutoff with the route file', async () => {
    await using bridge = await build();
    await take(bridge, ...tenOfTwelve);

    const { answer, text } = await askWhy(bridge, 'REPORT', { config: configOf(bridge) });

    expect(answer.cause).toMatch(/; the next business day begins at 18:00:00 \(cutoff\)$/);
    expect(text).toContain('next cutoff 18:00:00');
  });

  test('counts the missing members where the route file has a name with *', async () => {
    await using bridge = await build(byGlob);
    await take(bridge, ...tenOfTwelve);

    const { answer } = await askWhy(bridge, 'REPORT');

    expect(answer.cause).toContain(
      '10 of 12 have succeeded; missing risk-a (RUNNING since 02:00:00), 1 more that has not started; what ends the wait: the success of 2 more members of group risk',
    );
  });

  test('is explained by the member that failed', async () => {
    await using bridge = await build();
    await take(bridge, ...tenOfTwelve, { of: 'risk-b', status: 'FAILED', after: 60 });

    const { answer } = await askWhy(bridge, 'REPORT');

    expect(answer.cause).toMatch(
      /it is "FAILED" since \S+; group risk is FAILED on the business day 2026-11-19: 10 of 12 have succeeded; missing risk-b \(FAILED at 02:01:00\), risk-a \(RUNNING since 02:00:00\); what ends the wait: a redrive or a new run of a member that failed: risk-b$/,
    );
  });

  test('needs as many more as `atLeast` says', async () => {
    const routes = listed.replace('day:', 'succeed: { atLeast: 11 }, day:');
    await using bridge = await build(routes);
    await take(bridge, ...tenOfTwelve);

    const { answer } = await askWhy(bridge, 'REPORT');

    expect(answer.cause).toContain('10 of 12 have succeeded, 11 needed; missing risk-a');
    expect(answer.cause).toMatch(/the success of 1 more member of group risk$/);
  });

  test('was started by the group, although a member that counted runs again at once', async () => {
    await using bridge = await build();
    const all = names.map((of) => ({ of, status: 'SUCCEEDED' }) as const);
    await take(bridge, ...all, { of: 'risk-c', status: 'RUNNING', redrive: 1, after: 100 });

    const { answer } = await askWhy(bridge, 'REPORT');

    expect(answer.start?.by).toBe('variable');
    expect(answer.cause).toMatch(/for group risk 2026-11-19 SUCCEEDED \(group risk, event /);
  });

  test('is explained by a member that counted and runs again', async () => {
    await using bridge = await build(listed, {
      jil: jil.replace('"SUCCEEDED"', '"SUCCEEDED" & s(AFTER)'),
    });
    const all = names.map((of) => ({ of, status: 'SUCCEEDED' }) as const);
    await take(bridge, ...all, { of: 'risk-c', status: 'RUNNING', redrive: 1, after: 100 });

    const { answer } = await askWhy(bridge, 'REPORT');

    expect(answer.terms[0]).toMatchObject({
      because: expect.stringContaining('11 of 12 have succeeded; missing risk-c (RUNNING since'),
      ends: 'the success of risk-c',
    });
  });

  test('shows the day of the route file, on which no member has started', async () => {
    await using bridge = await build();
    await take(bridge, ...tenOfTwelve);
    await bridge.autosys.clock.advance(17 * 3_600_000);

    const withFile = await askWhy(bridge, 'REPORT', { config: configOf(bridge) });
    const without = await askWhy(bridge, 'REPORT');

    expect(withFile.answer.cause).toMatch(
      /group risk: no member has started on the business day 2026-11-20, which began at 18:00:00; the value is that of the business day 2026-11-19; what ends the wait: a start of a member of group risk; the next business day begins at 2026-11-21 18:00:00 \(cutoff\)$/,
    );
    expect(without.answer.cause).toContain('group risk is RUNNING on the business day 2026-11-19');
  });

  test('is explained before any member has ever started, with the route file', async () => {
    await using bridge = await build();

    const { answer } = await askWhy(bridge, 'REPORT', { config: configOf(bridge) });

    expect(answer.cause).toContain(
      'it is not set; the bridge has not set it in the last 90 days; group risk: no member has started on the business day 2026-11-19, which began at 2026-11-19 18:00:00; what ends the wait: a start of a member of group risk',
    );
  });

  test('is explained by the effect that is still to be sent, and by the group', async () => {
    await using bridge = await build();
    await bridge.autosys.emulator.goDown();
    await bridge.sandbox.take([aMemberEvent({ of: 'risk-a', status: 'RUNNING', after: 0 })]);
    await bridge.autosys.emulator.comeBack();

    const { answer } = await askWhy(bridge, 'REPORT');

    expect(answer.cause).toMatch(
      /the bridge has "RUNNING" for it since \S+, and it is not sent yet \(.*\); group risk is RUNNING .*; what ends the wait: the bridge sends it at \S+; then the success of 12 more members of group risk$|the success of risk-a, risk-b, risk-c, risk-d, risk-e, …$/,
    );
  });
});

describe('a job that a group sets or starts', () => {
  const mirrored = listed.replace('global: AWS_RISK', 'job: RISK_IN_AWS');

  test('runs as long as its group', async () => {
    await using bridge = await build(mirrored);
    await take(bridge, ...tenOfTwelve);

    const { answer } = await askWhy(bridge, 'RISK_IN_AWS');

    expect(answer.start?.by).toBe('bridge');
    expect(answer.cause).toMatch(
      /the bridge set it to RUNNING at \S+ for group risk 2026-11-19 RUNNING \(group risk, event .*\); it waits for AWS: group risk is RUNNING on the business day 2026-11-19: 10 of 12 have succeeded; missing .*; what ends the wait: the success of risk-a, risk-b$/,
    );
  });

  test('keeps another job waiting, which is explained by the group', async () => {
    await using bridge = await build(mirrored);
    await take(bridge, ...tenOfTwelve);

    const { answer } = await askWhy(bridge, 'AFTER');

    expect(answer.cause).toMatch(
      /^AFTER waits for success\(RISK_IN_AWS\); RISK_IN_AWS is RUNNING.*; group risk is RUNNING on the business day 2026-11-19: 10 of 12 have succeeded; missing/,
    );
  });

  test('is started by an event of the group', async () => {
    const routes = listed.replace(
      'global: AWS_RISK',
      'events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: CLOSE }]',
    );
    await using bridge = await build(routes);
    await take(bridge, ...names.map((of) => ({ of, status: 'SUCCEEDED' }) as const));

    const { answer, text } = await askWhy(bridge, 'CLOSE');

    expect(answer.outcome).toBe('started');
    expect(answer.cause).toMatch(
      /the bridge sent FORCE_STARTJOB CLOSE for group risk 2026-11-19 SUCCEEDED \(group risk, event /,
    );
    expect(text).toContain('group   risk on 2026-11-19: SUCCEEDED');
    expect(text).toContain('counted risk-a, risk-b, risk-c');
  });
});
