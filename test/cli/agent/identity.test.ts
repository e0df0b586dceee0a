import { describe, expect, test } from 'vitest';
import { readIdentity } from '../../../cli/agent/identity.ts';

const job = { AUTO_JOB_NAME: 'PAY_EOD', AUTORUN: '1620/1' };

describe('the identity of a run', () => {
  test('comes from the environment of the job', () => {
    expect(readIdentity({ ...job, AUTOSERV: 'ACE' }, undefined)).toEqual({
      kind: 'identity',
      identity: { job: 'PAY_EOD', run: 1620, try: 1, instance: 'ACE' },
    });
  });

  test('has no instance without AUTOSERV', () => {
    expect(readIdentity({ ...job, AUTOSERV: '' }, undefined)).toEqual({
      kind: 'identity',
      identity: { job: 'PAY_EOD', run: 1620, try: 1 },
    });
  });

  test('is the key if one is given, also in a job', () => {
    expect(readIdentity(job, 'by-hand')).toEqual({
      kind: 'identity',
      identity: { key: 'by-hand' },
    });
  });

  test.for([
    { found: undefined, says: 'found nothing' },
    { found: '', says: 'found nothing' },
    { found: '1620', says: 'found "1620"' },
    { found: '1620/1/2', says: 'found "1620/1/2"' },
    { found: 'x', says: 'found "x"' },
    { found: '0/0', says: 'found "0/0"' },
    { found: '1620/0', says: 'found "1620/0"' },
    { found: '0/1', says: 'found "0/1"' },
    { found: '01620/1', says: 'found "01620/1"' },
    { found: '1620/1 ', says: 'found "1620/1 "' },
    { found: '-1620/1', says: 'found "-1620/1"' },
    { found: '%AUTORUN%', says: 'found "%AUTORUN%"' },
    { found: '$AUTORUN\n', says: 'found "$AUTORUN\\n"' },
  ])('rejects AUTORUN $found', ({ found, says }) => {
    const reading = readIdentity({ ...job, AUTORUN: found }, undefined);

    expect(reading).toEqual({ kind: 'faults', faults: [expect.stringContaining(says)] });
    expect(reading).toMatchObject({ faults: [expect.stringMatching(/RUN\/TRY, such as 1620\/1/)] });
    expect(reading).toMatchObject({ faults: [expect.stringContaining('--key KEY')] });
  });

  test('reports every missing variable', () => {
    expect(readIdentity({}, undefined)).toMatchObject({
      faults: [
        expect.stringMatching(/^AUTO_JOB_NAME: missing/),
        expect.stringMatching(/^AUTORUN: /),
      ],
    });
  });

  test.for(['', 'a b', 'a\n', 'x'.repeat(129)])('rejects the key %j', (key) => {
    expect(readIdentity({}, key)).toMatchObject({
      faults: [expect.stringMatching(/^--key: expected 1 to 128 characters/)],
    });
  });
});
