import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunAnswer } from '../../lambda/launch/api.ts';
import type { SynthesizedAssembly } from '../../local/index.ts';
import { RestClient } from '../local/rest/rest-world.ts';
import {
  type LaunchSystem,
  passwords,
  startLaunchSystem,
  synthesizeLaunchExample,
} from './launch-system.ts';

let assembly: SynthesizedAssembly;

beforeAll(async () => {
  assembly = await synthesizeLaunchExample();
});

afterAll(() => assembly[Symbol.asyncDispose]());

const jil = 'insert_job: NIGHT_EOD  job_type: CMD  machine: host1  command: sleep 3600';

/** Value of the header `Authorization`. */
function toBasic(name: keyof typeof passwords): string {
  return `Basic ${Buffer.from(`${name}:${passwords[name]}`).toString('base64')}`;
}

function toClient({ url, ca }: LaunchSystem) {
  const client = new RestClient(url, ca);
  return {
    [Symbol.dispose]: () => client[Symbol.dispose](),
    send: async (method: string, path: string, body?: object) => {
      const answer = await client.send(path, {
        method,
        headers: {
          Authorization: toBasic('agents'),
          accept: 'application/json',
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: answer.json() as RunAnswer };
    },
  };
}

test('the shipped functions start an execution once and report its end', async () => {
  await using system = await startLaunchSystem(assembly.directory, () => ({
    jil: [{ name: 'test.jil', text: jil }],
  }));
  const { aws } = system;
  const end = Promise.withResolvers<void>();
  aws.workloads.define({
    stateMachine: 'settlement',
    aliases: { live: 1 },
    versions: [1],
    runs: { steps: [{ kind: 'wait', state: 'Work', for: end.promise }] },
  });
  using client = toClient(system);
  const start = {
    target: 'settlement',
    job: 'NIGHT_EOD',
    run: 1,
    try: 1,
    params: { date: '2026-11-30' },
    launchId: 'one',
  };

  const started = await client.send('POST', '/v1/runs', start);
  const found = await client.send('POST', '/v1/runs', { ...start, launchId: 'two' });

  expect(started).toMatchObject({
    status: 201,
    body: { name: 'NIGHT_EOD-r1t1-ACE', state: 'ACTIVE' },
  });
  expect(found.status).toBe(200);
  expect(aws.workloads.calls).toMatchObject({ StartExecution: 1 });

  end.resolve();
  let status = await client.send('GET', '/v1/runs/NIGHT_EOD-r1t1-ACE/wait?after=x&hold=20');
  for (let wait = 0; wait < 5 && status.body.exit === undefined; wait += 1) {
    const { rev } = status.body;
    status = await client.send('GET', `/v1/runs/NIGHT_EOD-r1t1-ACE/wait?after=${rev}&hold=20`);
  }
  expect(status.body).toMatchObject({ state: 'ENDED', exit: { code: 0 } });
  expect(aws.workloads.unknownRequests).toEqual([]);
});
