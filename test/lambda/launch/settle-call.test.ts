import { describe, expect, test } from 'vitest';
import type { Launch } from '../../../lambda/launch/launch.ts';
import { createDuplicateTelemetry } from '../../../lambda/launch/launch-telemetry.ts';
import { settleCall, settleFound } from '../../../lambda/launch/settle-call.ts';

const nowMs = Date.parse('2026-11-30T02:00:00Z');
const leased: Launch = {
  ...{ format: 1, kind: 'launch', identity: { kind: 'key', key: 'A' }, start: 1, name: 'A' },
  ...{ target: 'risk', workload: 'batchJob', caller: 'agents', launchId: 'one' },
  ...{ inputDigest: 'd', requestedMs: nowMs, stage: 'intended', history: [] },
  lease: { owner: 'me', untilMs: nowMs },
};
const started = { kind: 'started', id: 'job-1', beganMs: nowMs } as const;
const bound = settleCall(leased, 'me', { result: started, nowMs });

describe('the answer to a call', () => {
  test('binds the run, and releases the lease', () => {
    expect(bound).toMatchObject({ stage: 'started', aws: { id: 'job-1', beganMs: nowMs } });
    expect(bound).not.toHaveProperty('lease');
  });

  test('after the lease has ended counts if AWS has accepted the start', () => {
    const refused = settleCall(leased, 'me', {
      result: { kind: 'refused', code: 'X', message: 'x', exit: 78 },
      nowMs,
    });

    const late = settleCall(refused, 'other', { result: started, nowMs });

    expect(late).toMatchObject({ stage: 'started', aws: { id: 'job-1' } });
    expect(late).not.toHaveProperty('refusal');
  });

  test('after the lease has ended does not count otherwise', () => {
    const result = { kind: 'unknown', reason: 'ETIMEDOUT' } as const;

    expect(settleCall(leased, 'other', { result, nowMs })).toBe(leased);
  });

  test('that names the bound run changes nothing', () => {
    expect(settleCall(bound, 'other', { result: started, nowMs })).toBe(bound);
  });
});

describe('jobs that are found by name', () => {
  const [first, second] = [
    { id: 'job-1', createdMs: nowMs },
    { id: 'job-2', createdMs: nowMs + 1 },
  ];

  test('bind the oldest, and name the others once', () => {
    const found = settleFound(leased, [first, second], nowMs);

    expect(found.aws?.id).toBe('job-1');
    expect(found.history.at(-1)?.text).toBe(
      'duplicate in AWS: job-2; decide by hand which of the jobs to end',
    );
    expect(settleFound(found, [first, second], nowMs)).toBe(found);
  });

  test('do not change what is bound', () => {
    const other = settleCall(leased, 'me', { result: { ...started, id: 'job-2' }, nowMs });

    const found = settleFound(other, [first, second], nowMs);

    expect(found.aws?.id).toBe('job-2');
    expect(found.history.at(-1)?.text).toContain('duplicate in AWS: job-1');
  });

  test('are logged and counted if they are several', () => {
    const lines: unknown[] = [];
    const counted: string[] = [];
    const report = createDuplicateTelemetry({
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: (...line: readonly unknown[]) => lines.push(line),
      } as never,
      metrics: { count: (name: string) => counted.push(name) } as never,
    });

    report(settleFound(leased, [first, second], nowMs));

    expect(counted).toEqual(['DuplicateStarts']);
    expect(lines).toEqual([
      [
        'duplicate start in AWS',
        {
          ...{ run: 'A', target: 'risk', bound: 'job-1' },
          reason: 'duplicate in AWS: job-2; decide by hand which of the jobs to end',
        },
      ],
    ]);
  });
});
