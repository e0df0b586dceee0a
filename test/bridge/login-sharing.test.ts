import { describe, expect, test } from 'vitest';
import { respond } from '../../emulator/index.ts';
import { createMemoryTable } from '../../lambda/ledger/store/memory-table.ts';
import { buildBridge } from '../support/bridge.ts';
import { anExecutionEvent, namesOfRun } from '../support/builders.ts';
import { embedAutosys } from '../support/emulator.ts';
import { openSandbox, readRoutes } from '../support/sandbox.ts';

const ended = (stateMachine: string, name: string) =>
  anExecutionEvent(namesOfRun(name, stateMachine));

describe('a 401 for the start of one job', () => {
  const routes = `
  - name: good
    from: { stateMachine: "good-*" }
    global: "G_\${stateMachine:40}"
  - name: bad
    from: { stateMachine: "bad-*" }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: "BAD_\${stateMachine:40}" }]`;
  const jobs = (count: number) =>
    Array.from(
      { length: count },
      (_, at) => `insert_job: BAD_bad-${at}  job_type: CMD  machine: host1  command: true`,
    ).join('\n');

  test('parks this entry with its reason, and other entries are sent', async () => {
    await using bridge = await buildBridge({ routes, jil: jobs(1) });
    const { emulator, clock } = bridge.autosys;
    emulator.misbehave(respond(401), { path: 'force-start-job', times: 'always' });

    await bridge.sandbox.take([ended('bad-0', 'r')]);
    for (let minute = 0; minute < 10; minute += 1) {
      expect(await bridge.sandbox.take([ended(`good-${minute}`, 'r')])).toEqual([]);
      await clock.advance(60_000);
      await bridge.sandbox.drain();
    }

    expect(emulator.instance.globalVariables().size).toBe(10);
    expect(await bridge.due()).toEqual([]);
    expect(await bridge.parked()).toMatchObject([
      { parked: { code: 'BRIDGE_REQUEST_DENIED', reason: expect.stringContaining('as-owner') } },
    ]);
    expect(emulator.requests().filter(({ status }) => status === 401)).toHaveLength(1);
    expect(bridge.sandbox.lines.map(({ message }) => message)).not.toContain(
      'circuit breaker opened',
    );
  });

  test('counts towards the limit: with several jobs two logins are rejected in half an hour', async () => {
    await using bridge = await buildBridge({ routes, jil: jobs(4) });
    const { emulator, clock } = bridge.autosys;
    emulator.misbehave(respond(401), { path: 'force-start-job', times: 'always' });
    const countRejected = () => emulator.requests().filter(({ status }) => status === 401).length;

    await bridge.sandbox.take([0, 1, 2, 3].map((at) => ended(`bad-${at}`, 'r')));
    const perHalfHour: number[] = [];
    for (let halfHour = 0; halfHour < 6; halfHour += 1) {
      const before = countRejected();
      for (let minute = 0; minute < 30; minute += 1) {
        await bridge.sandbox.take([ended(`good-${halfHour}-${minute}`, 'r')]);
        await clock.advance(60_000);
        await bridge.sandbox.drain();
      }
      perHalfHour.push(countRejected() - before);
    }

    expect(Math.max(...perHalfHour)).toBeLessThanOrEqual(2);
    expect(emulator.instance.globalVariables().size).toBe(180);
    expect(await bridge.parked()).toHaveLength(4);
  }, 30_000);
});

describe('two instances that name one secret by name and by ARN', () => {
  const secretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:login-AbCdEf';
  const routes = `
  - { name: ace, from: { stateMachine: ace }, global: "AWS_\${executionName:20}", to: ACE }
  - { name: prd, from: { stateMachine: prd }, global: "AWS_\${executionName:20}", to: PRD }`;

  test('have two rejected logins in total under load, when AutoSys rotates first', async () => {
    await using ace = await embedAutosys();
    await using prd = await embedAutosys({ name: 'PRD', clock: ace.clock });
    const [user, password] = [ace.emulator.user, 'first'];
    for (const { emulator } of [ace, prd]) emulator.setPassword(password);
    let text = JSON.stringify({ username: user, password });
    let versionId = 'one';
    const config = readRoutes(routes, [[ace], [prd]]);
    const instances = config.instances.map((instance) => ({
      ...instance,
      secret: instance.name === 'ACE' ? 'login' : secretArn,
    }));
    const table = createMemoryTable({ now: () => ace.clock.now() });
    const open = () =>
      openSandbox({
        config: { ...config, instances },
        secrets: {},
        readSecret: async (_secret, stage) =>
          stage === 'AWSCURRENT' ? { versionId, text, secretArn } : undefined,
        clock: ace.clock,
        table,
      });
    const sandboxes = [open(), open(), open(), open(), open()];
    const events = (from: number) => (at: number) =>
      Array.from({ length: 6 }, (_, more) =>
        ended(more % 2 === 0 ? 'ace' : 'prd', `run-${from + at * 10 + more}`),
      );
    const takeAll = (from: number) =>
      Promise.all(sandboxes.map((sandbox, at) => sandbox.take(events(from)(at))));
    const countRejected = () =>
      [ace, prd].flatMap(({ emulator }) =>
        emulator.requests().filter(({ status }) => status === 401),
      ).length;
    await takeAll(0);

    for (const { emulator } of [ace, prd]) emulator.setPassword('second');
    await takeAll(100);
    await ace.clock.advance(600_000);
    for (const sandbox of sandboxes) await sandbox.drain();
    const whileApart = countRejected();
    [text, versionId] = [JSON.stringify({ username: user, password: 'second' }), 'two'];
    for (let minute = 0; minute < 12; minute += 1) {
      await ace.clock.advance(60_000);
      for (const sandbox of sandboxes) await sandbox.drain();
    }

    expect(whileApart).toBeLessThanOrEqual(2);
    expect(whileApart).toBeGreaterThan(0);
    expect(countRejected()).toBeLessThanOrEqual(2);
    const counts = [ace, prd].map(({ emulator }) => emulator.instance.globalVariables().size);
    expect(counts).toEqual([30, 30]);
  }, 30_000);
});
