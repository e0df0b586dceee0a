import { describe, expect, test } from 'vitest';
import { isUndelivered, withDelivered } from '../../../lambda/request/undelivered-failure.ts';
import { aStoredRequest, nightMs } from './wait/rig.ts';

const failed = { kind: 'failure', failure: 'AutoSys.JobFailed', cause: 'exit code 3' } as const;
const ended = aStoredRequest({ stage: 'ended', result: failed, retry: 0 });

describe('a failure that was delivered to an attempt', () => {
  test('is no longer undelivered, and its row holds no task token', () => {
    const request = withDelivered({ ...ended, undelivered: true }, 1, nightMs);

    expect(isUndelivered(request)).toBe(false);
    expect(request.retry).toBe(1);
    expect(request.wait).not.toHaveProperty('token');
  });

  test('counts for this attempt, although the one before it has received it meanwhile', () => {
    expect(withDelivered(ended, 1, nightMs)).toMatchObject({ retry: 1 });
  });

  test('changes nothing for an attempt that had received it, or without a retry count', () => {
    const known = { ...ended, retry: 2 };

    expect(withDelivered(known, 2, nightMs)).toBe(known);
    expect(withDelivered(known, undefined, nightMs)).toBe(known);
  });
});
