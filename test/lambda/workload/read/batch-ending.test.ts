import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readWorkloadEvent } from '../../../../lambda/workload/read/index.ts';
import { aBatchJobEvent, batchSecret, readAt } from '../../../support/builders.ts';
import { toWorkloadEvent } from '../../../support/read-event.ts';

/** Exit code and reason that are read from a FAILED job, or from a job with other `detail`. */
function readEnding(detail: Readonly<Record<string, unknown>>) {
  const event = toWorkloadEvent(
    aBatchJobEvent({
      status: 'FAILED',
      statusReason: null,
      container: null,
      attempts: [],
      ...detail,
    }),
  );
  if (event.kind !== 'batchJob') throw new Error(`not a Batch job: ${event.kind}`);
  const { exitCode, reason } = event;
  return { exitCode, reason };
}

const pull = 'CannotPullContainerError: pull access denied';
const essential = 'Essential container in task exited';
const notStarted = 'Task failed to start';

describe('the reason of a failed job', () => {
  test.for([
    { where: 'the job', detail: { container: { reason: pull } } },
    { where: 'its attempt', detail: { attempts: [{ container: { reason: pull } }] } },
    {
      where: 'one of several ECS containers of its attempt',
      detail: {
        container: {},
        attempts: [
          { taskProperties: [{ containers: [{ name: 'a' }, { name: 'b', reason: pull }] }] },
        ],
      },
    },
    {
      where: 'one of several ECS containers of the job',
      detail: {
        container: {},
        ecsProperties: { taskProperties: [{ containers: [{ name: 'b', reason: pull }] }] },
      },
    },
    {
      where: 'a container of its pod',
      detail: { eksAttempts: [{ containers: [{ name: 'main', reason: pull }] }] },
    },
    {
      where: 'an init container of its pod',
      detail: {
        eksProperties: { podProperties: { initContainers: [{ name: 'i', reason: pull }] } },
      },
    },
  ])('is the one of the container in $where if the task failed to start', ({ detail }) => {
    expect(readEnding({ statusReason: notStarted, ...detail })).toEqual({
      exitCode: undefined,
      reason: pull,
    });
  });

  test.for([notStarted, essential, `${notStarted}.`, essential.toLowerCase()])(
    'is the one of the container if the reason of Batch is "%s"',
    (statusReason) => {
      expect(readEnding({ statusReason, container: { exitCode: 1, reason: 'Error' } })).toEqual({
        exitCode: 1,
        reason: 'Error',
      });
    },
  );

  test('is the one of Batch if no container has one', () => {
    expect(readEnding({ statusReason: notStarted, container: {} }).reason).toBe(notStarted);
  });
});

describe('several containers', () => {
  const main = { name: 'main', exitCode: 1, reason: 'Error' };
  const oom = { name: 'main', exitCode: 137, reason: 'OOMKilled' };
  const done = { name: 'side', exitCode: 0, reason: 'Completed' };
  const stopped = { name: 'side', exitCode: 143, reason: 'Error' };
  const cases = [
    { when: 'the sidecar succeeded', containers: [done, main], ending: [1, 'Error'] },
    { when: 'it ran out of memory', containers: [done, oom], ending: [137, 'OOMKilled'] },
    {
      when: 'the sidecar was stopped after it',
      containers: [stopped, main],
      ending: [1, 'Error'],
    },
    {
      when: 'the sidecar was stopped after it ran out of memory',
      containers: [stopped, oom],
      ending: [137, 'OOMKilled'],
    },
    {
      when: 'it never started, and the sidecar succeeded',
      containers: [done, { name: 'main', reason: pull }],
      ending: [undefined, pull],
    },
    {
      when: 'it never started, and the sidecar was stopped',
      containers: [stopped, { name: 'main', reason: pull }],
      ending: [undefined, pull],
    },
  ] as const;

  test.for(cases)('the failing one of a pod is read if $when', ({ containers, ending }) => {
    const [exitCode, reason] = ending;

    for (const order of [containers, containers.toReversed()]) {
      expect(readEnding({ eksAttempts: [{ containers: order }] })).toEqual({ exitCode, reason });
    }
  });

  test.for(cases)('the failing one of an ECS task is read if $when', ({ containers, ending }) => {
    const [exitCode, reason] = ending;
    const statusReason = essential;

    for (const order of [containers, containers.toReversed()]) {
      const taskProperties = [{ containers: order }];
      const inAttempt = { container: {}, attempts: [{ taskProperties, statusReason }] };
      const inJob = { container: {}, ecsProperties: { taskProperties } };
      expect(readEnding({ statusReason, ...inAttempt })).toEqual({ exitCode, reason });
      expect(readEnding({ statusReason, ...inJob })).toEqual({ exitCode, reason });
    }
  });

  test('an init container that is stopped with the pod does not count', () => {
    const initContainers = [{ name: 'proxy', exitCode: 137, reason: 'Error' }];

    expect(readEnding({ eksAttempts: [{ containers: [main], initContainers }] })).toEqual({
      exitCode: 1,
      reason: 'Error',
    });
  });

  test('the one that failed in the last attempt counts', () => {
    const eksAttempts = [{ containers: [oom] }, { containers: [done, main] }];

    expect(readEnding({ eksAttempts })).toEqual({ exitCode: 1, reason: 'Error' });
  });
});

describe('a job with one container', () => {
  test('has the reason of an earlier attempt only if both describe the same end', () => {
    const before = { container: { exitCode: 137, reason: 'OutOfMemoryError', taskArn: 'one' } };

    expect(readEnding({ container: { exitCode: 1, taskArn: 'two' }, attempts: [before] })).toEqual({
      exitCode: 1,
      reason: undefined,
    });
  });

  test.for(['2e5b1c4a-aaaa-4bbb-8ccc-000000000001#0', '2e5b1c4a-aaaa-4bbb-8ccc-000000000001'])(
    'is read as a node and as a job of several nodes: %s',
    (jobId) => {
      const attempts = [
        { container: { exitCode: 137, reason: 'OutOfMemoryError' }, statusReason: essential },
      ];
      const given = { jobId, nodeProperties: { numNodes: 2, mainNode: 0 }, attempts };

      expect(readEnding(given)).toEqual({ exitCode: 137, reason: 'OutOfMemoryError' });
    },
  );
});

describe('a job that succeeded', () => {
  test('has exit code 0 regardless of its sidecar', () => {
    const containers = [
      { name: 'side', exitCode: 143, reason: 'Error' },
      { name: 'main', exitCode: 0, reason: 'Completed' },
    ];

    expect(readEnding({ status: 'SUCCEEDED', eksAttempts: [{ containers }] })).toEqual({
      exitCode: 0,
      reason: 'Completed',
    });
  });

  test('has exit code 0 if only the sidecar has an exit code', () => {
    const taskProperties = [{ containers: [{ name: 'side', exitCode: 137 }, { name: 'main' }] }];

    expect(readEnding({ status: 'SUCCEEDED', attempts: [{ taskProperties }] }).exitCode).toBe(0);
  });
});

test('command and environment of containers are not read', () => {
  const secret = {
    name: 'main',
    exitCode: 1,
    command: [batchSecret],
    environment: [{ name: 'DB_PASSWORD', value: batchSecret }],
  };
  const reading = readWorkloadEvent(
    aBatchJobEvent({
      status: 'FAILED',
      ecsProperties: { taskProperties: [{ containers: [secret] }] },
      eksProperties: { podProperties: { containers: [{ ...secret, env: [batchSecret] }] } },
    }),
    readAt,
  );

  expect(reading.kind).toBe('event');
  expect(inspect(reading, { depth: 20 })).not.toContain(batchSecret);
});
