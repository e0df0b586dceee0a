// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the test is about the placeholders of a template
import { describe, expect, test } from 'vitest';
import { RouteFileError } from '../../route-file/index.ts';
import { buildBridge } from '../support/bridge.ts';
import { type AwsEvent, aBatchJobEvent, anAttempt, startedAtMs } from '../support/builders.ts';

const ids = {
  'risk-a': '5f4b2d1e-9a0c-4a57-8f5e-2b7d6c1a9e31',
  'risk-b': '5f4b2d1e-9a0c-4a57-8f5e-2b7d6c1a9e32',
} as const;

/** `risk-b` begins one second after `risk-a`. */
function anEvent(jobName: keyof typeof ids, status: string, afterSeconds: number): AwsEvent {
  const createdAt = startedAtMs + (jobName === 'risk-a' ? 0 : 1_000);
  const over = status !== 'RUNNING';
  return aBatchJobEvent(
    {
      jobName,
      jobId: ids[jobName],
      status,
      createdAt,
      startedAt: createdAt,
      stoppedAt: over ? startedAtMs + afterSeconds * 1_000 : undefined,
      attempts: over ? [anAttempt(status === 'FAILED' ? 1 : 0)] : [],
    },
    {
      id: `${jobName}-${status}`,
      time: new Date(startedAtMs + afterSeconds * 1_000).toISOString(),
    },
  );
}

/** The job that began first fails after the other has succeeded. */
const events = [
  anEvent('risk-a', 'RUNNING', 0),
  anEvent('risk-b', 'RUNNING', 1),
  anEvent('risk-b', 'SUCCEEDED', 2),
  anEvent('risk-a', 'FAILED', 3),
];

const route = (action: string) =>
  `  - { name: risk, from: { jobQueue: night, jobName: risk-* }, ${action} }`;

describe('two Batch jobs under one glob', () => {
  test('may not set one variable, because a FAILED would be hidden', async () => {
    await expect(buildBridge({ routes: route('global: AWS_RISK, job: RISK') })).rejects.toThrow(
      RouteFileError,
    );
  });

  test('each keep their own outcome in a variable that names the job', async () => {
    await using bridge = await buildBridge({ routes: route('global: "AWS_${batchJobName:20}"') });

    expect(await bridge.sandbox.take(events)).toEqual([]);

    expect(bridge.globalVariable('AWS_risk-a')).toBe('FAILED');
    expect(bridge.globalVariable('AWS_risk-b')).toBe('SUCCEEDED');
  });

  test('with combine: latest leave the outcome of the job that began last', async () => {
    await using bridge = await buildBridge({ routes: route('combine: latest, global: AWS_RISK') });

    expect(await bridge.sandbox.take(events)).toEqual([]);

    expect(bridge.globalVariable('AWS_RISK')).toBe('SUCCEEDED');
  });
});

test('a route without account or region matches only the account and Region of the bridge', async () => {
  await using bridge = await buildBridge({
    routes: `
  - { name: own, from: { jobQueue: night, jobName: risk-a }, global: AWS_OWN }
  - { name: other, from: { jobQueue: night, jobName: risk-a, account: "444455556666" }, global: AWS_OTHER }`,
  });
  const elsewhere = JSON.parse(
    JSON.stringify(anEvent('risk-a', 'FAILED', 3)).replaceAll('111122223333', '444455556666'),
  ) as AwsEvent;

  expect(await bridge.sandbox.take([anEvent('risk-a', 'SUCCEEDED', 3), elsewhere])).toEqual([]);

  expect(bridge.globalVariable('AWS_OWN')).toBe('SUCCEEDED');
  expect(bridge.globalVariable('AWS_OTHER')).toBe('FAILED');
});
