import { describe, expect, test } from 'vitest';
import { ManualLocalClock } from '../../local/clock.ts';
import type { Invocable } from '../../local/invocation.ts';
import { LocalSchedule, readRate, type ScheduleSource } from '../../local/schedule.ts';

test.for([
  { expression: 'rate(1 minute)', ms: 60_000 },
  { expression: 'rate(5 minutes)', ms: 300_000 },
  { expression: 'rate(2 hours)', ms: 7_200_000 },
  { expression: 'rate(1 day)', ms: 86_400_000 },
  { expression: 'cron(0 12 * * ? *)', ms: undefined },
  { expression: 'rate(1 toString)', ms: undefined },
])('$expression has an interval of $ms ms', ({ expression, ms }) => {
  expect(readRate(expression)).toBe(ms);
});

describe('a schedule', () => {
  function aSchedule(source: ScheduleSource = 'aws.events', input?: string) {
    const clock = new ManualLocalClock();
    const payloads: string[] = [];
    const target: Invocable = {
      name: 'sweep',
      invoke: async (payload) => {
        payloads.push(payload);
        return { kind: 'answered', payload: 'null' };
      },
    };
    const arn = 'arn:aws:events:eu-west-1:111122223333:rule/r';
    const location = { account: '111122223333', region: 'eu-west-1' };
    const schedule = new LocalSchedule({
      arn,
      source,
      everyMs: 60_000,
      target,
      clock,
      ...location,
      ...(input !== undefined && { input }),
    });
    return { clock, payloads, schedule };
  }

  test('invokes its function at its rate, first after one interval', async () => {
    const { clock, payloads, schedule } = aSchedule();
    schedule.start();

    await clock.advance(59_999);
    const early = payloads.length;
    await clock.advance(120_001);

    expect([early, payloads.length]).toEqual([0, 3]);
  });

  test('passes its own input', async () => {
    const { payloads, schedule } = aSchedule('aws.scheduler', '{"keepWarm":true}');

    await schedule.tick();

    expect(payloads).toEqual(['{"keepWarm":true}']);
  });

  test('passes the event that EventBridge would pass', async () => {
    const { payloads, schedule } = aSchedule();

    const tick = await schedule.tick();

    expect(tick).toEqual({ functionName: 'sweep', result: { kind: 'answered', payload: 'null' } });
    expect(JSON.parse(payloads[0] ?? '')).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '111122223333',
      time: '2026-01-15T02:00:00Z',
      resources: ['arn:aws:events:eu-west-1:111122223333:rule/r'],
      detail: {},
    });
  });

  test('passes the default event of EventBridge Scheduler, whose detail is a text', async () => {
    const { payloads, schedule } = aSchedule('aws.scheduler');

    await schedule.tick();

    expect(JSON.parse(payloads[0] ?? '')).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      detail: '{}',
    });
  });

  test('invokes no function after it is stopped', async () => {
    const { clock, payloads, schedule } = aSchedule();
    schedule.start();

    await schedule.stop();
    await clock.advance(600_000);

    expect(payloads).toEqual([]);
  });
});
