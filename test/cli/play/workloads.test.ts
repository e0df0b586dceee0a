import { describe, expect, test } from 'vitest';
import { findProfileFaults } from '../../../autosys/client/profile-faults.ts';
import { buildEvent } from '../../../cli/play/build-event.ts';
import {
  findStatusFault,
  findWorkload,
  listWorkloadNames,
  type PlayedWorkload,
  playedStatuses,
} from '../../../cli/play/find-workload.ts';
import { createPlayedRuns } from '../../../cli/play/runs.ts';
import { createRouteIndex } from '../../../lambda/routing/routes.ts';
import { toMatchedRoutes } from '../../../lambda/routing/target-routes.ts';
import { readWorkloadEvent } from '../../../lambda/workload/read/index.ts';
import { readRouteFile } from '../../../route-file/index.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const now = new Date('2026-11-20T02:00:00.500Z');
const states = 'arn:aws:states:eu-central-1:444455556666';
const batch = 'arn:aws:batch:eu-west-1:111122223333';
const { config } = readRouteFile(
  {
    name: 'bridge.yaml',
    text: `instances:
  ACE: { endpoints: [https://autosys.example.com:9443], secret: autosys/ACE }
routes:
  - { name: whole, from: { stateMachine: settlement }, global: G_WHOLE }
  - { name: elsewhere, from: { stateMachine: rates, account: "777788889999", region: us-east-1 }, global: G_ELSE }
  - { name: alias, from: { stateMachine: "${states}:stateMachine:eod:live" }, global: G_ALIAS }
  - { name: version, from: { stateMachine: "fx:*" }, global: G_VERSION }
  - { name: child, from: { stateMachine: prices, mapChildren: only }, combine: latest, global: G_CHILD }
  - { name: some, combine: latest, from: { jobQueue: night, jobName: risk-* }, global: G_JOB }
  - { name: defined, combine: latest, from: { jobDefinition: "${batch}:job-definition/report:7" }, global: G_DEFINED }
  - { name: queued, combine: latest, from: { jobQueue: "${batch}:job-queue/day" }, global: G_QUEUED }
  - { name: array, combine: latest, from: { jobQueue: night, jobName: parts, arrayChildren: only }, global: G_ARRAY }
  - { name: nodes, combine: latest, from: { jobQueue: night, jobName: mpi, nodes: only }, global: G_NODE }
`,
  },
  () => undefined,
  findProfileFaults,
);

function find(name: string): PlayedWorkload {
  const found = findWorkload(config, home, name);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

describe('an event that is built for a name', () => {
  const index = createRouteIndex(toMatchedRoutes(config), home);
  const names = listWorkloadNames(config).filter((name) => name !== 'nodes' && name !== 'mpi');
  const changes = [...names, 'risk-eod'].flatMap((name) =>
    playedStatuses[find(name).kind].map((status) => ({ name, status })),
  );

  test.for(changes)('is matched by the route of the name: $name $status', ({ name, status }) => {
    const run = createPlayedRuns()(find(name), status, now.getTime());
    const event = buildEvent({ workload: find(name), run, details: {} }, now);

    const reading = readWorkloadEvent(event, now);

    if (reading.kind !== 'event') throw new Error(JSON.stringify(reading));
    expect(reading.event).toMatchObject({ status });
    const matched = index.find(reading.event).flatMap((one) => [one.name, namesOf(one.from)]);
    expect(matched.flat()).toContain(name === 'risk-eod' ? 'some' : name);
  });

  function namesOf(from: (typeof config.routes)[number]['from']): readonly string[] {
    const text =
      from.kind === 'execution' ? from.stateMachine.text : (from.batchJobName?.text ?? '');
    return [text, text.split(':')[0] ?? '', text.split(':')[6] ?? ''];
  }

  test('has the account and Region of the route', () => {
    expect(find('elsewhere')).toMatchObject({ account: '777788889999', region: 'us-east-1' });
    expect(find('alias')).toMatchObject({ account: '444455556666', region: 'eu-central-1' });
    expect(find('whole')).toMatchObject(home);
  });

  test('has the details of the end', () => {
    const changeRun = createPlayedRuns();
    const toDetail = (name: string, status: string, details: object) => {
      const run = changeRun(find(name), status, now.getTime());
      return buildEvent({ workload: find(name), run, details }, now).detail;
    };

    expect(toDetail('whole', 'FAILED', { error: 'Rates.NoData' })).toMatchObject({
      error: 'Rates.NoData',
      redriveStatus: 'REDRIVABLE',
    });
    expect(toDetail('whole', 'SUCCEEDED', { output: '{"rows":12}' })).toMatchObject({
      output: '{"rows":12}',
      outputDetails: { included: true },
    });
    expect(toDetail('some', 'FAILED', { exitCode: 3 })).toMatchObject({
      container: { exitCode: 3 },
      attempts: [{ container: { exitCode: 3 } }],
    });
  });
});

describe('a name that is not found', () => {
  test.for([
    { name: 'whoel', says: /unknown name "whoel", allowed: .* did you mean whole\?/ },
    { name: 'nodes', says: /nodes of a multi-node Batch job/ },
    { name: '', says: /unknown name ""/ },
  ])('is explained: $name', ({ name, says }) => {
    expect(findWorkload(config, home, name)).toMatch(says);
  });

  test.for([
    { name: 'whole', status: 'PENDING_REDRIVE', says: /an execution: found "PENDING_REDRIVE"/ },
    { name: 'whole', status: 'failed', says: /did you mean FAILED\?/ },
    { name: 'some', status: 'ABORTED', says: /a Batch job: found "ABORTED"/ },
  ])('and a status that $name cannot have: $status', ({ name, status, says }) => {
    expect(findStatusFault(find(name), status)).toMatch(says);
  });
});

describe('the runs of a workload', () => {
  test('continue until they end, and then a new one begins', () => {
    const changeRun = createPlayedRuns();
    const workload = find('some');
    const change = (status: string) => changeRun(workload, status, now.getTime());

    const ids = ['SUBMITTED', 'RUNNING', 'FAILED', 'FAILED', 'RUNNING', 'RUNNING'].map(
      (status) => change(status).id,
    );

    const [submitted, running, failed, again, next, third] = ids;
    expect([running, failed]).toEqual([submitted, submitted]);
    expect(new Set([submitted, again, next, third]).size).toBe(4);
  });

  test('are kept by workload, and end after they began', () => {
    const changeRun = createPlayedRuns();
    const one = changeRun(find('whole'), 'RUNNING', 1_000_000);
    changeRun(find('some'), 'RUNNING', 1_000_500);
    const end = changeRun(find('whole'), 'SUCCEEDED', 1_002_000);
    const unplayed = changeRun(find('alias'), 'SUCCEEDED', 1_002_000);

    expect(end).toEqual({ ...one, status: 'SUCCEEDED', stoppedMs: 1_002_000 });
    expect(Number(unplayed.startedMs)).toBeLessThan(1_002_000);
  });
});
