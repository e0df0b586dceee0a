import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeRunName,
  describeIdentity,
  type JobTry,
  type LaunchIdentity,
  nameLimits,
  toRunName,
} from '../../../lambda/launch/run-name.ts';

const aTry = (over: Partial<JobTry> = {}): JobTry => ({
  kind: 'jobTry',
  instance: 'ACE',
  job: 'PAY_EOD',
  run: 1620,
  try: 1,
  ...over,
});
const toName = (identity: LaunchIdentity, start = 1, max: number = nameLimits.execution) =>
  toRunName({ identity, start }, max);

const job = fc.stringMatching(/^[A-Za-z0-9._#@:-]{1,64}$/);
const number = fc.integer({ min: 1, max: 9_999_999_999 });
const identity: fc.Arbitrary<LaunchIdentity> = fc.oneof(
  fc.record({
    kind: fc.constant('jobTry' as const),
    instance: fc.stringMatching(/^[A-Z0-9]{3}$/),
    job,
    run: number,
    try: number,
  }),
  fc.record({ kind: fc.constant('key' as const), key: job }),
);
const start = fc.integer({ min: 1, max: 100 });

describe('the name of a run', () => {
  test.each([
    [aTry(), 1, 'PAY_EOD-r1620t1-ACE'],
    [aTry({ try: 2 }), 3, 'PAY_EOD-r1620t2-ACE-a3'],
    [aTry({ job: 'pay_eod' }), 1, 'pay_eod-r1620t1-ACE-l'],
    [aTry({ job: 'Pay_EOD' }), 1, 'Pay_EOD-r1620t1-ACE-co'],
    [aTry({ job: 'a.b#c' }), 1, 'a-x2Eb-x23c-r1620t1-ACE-l'],
    [aTry({ job: '_A' }), 1, 'j-_A-r1620t1-ACE'],
    [aTry({ job: 'j-A' }), 1, 'j-j-A-r1620t1-ACE-c2'],
    [aTry({ job: 'A-x2E' }), 1, 'A-x2Dx2E-r1620t1-ACE-c2'],
    [{ kind: 'key', key: 'TRIAL' } as const, 1, 'TRIAL-outside'],
  ])('%j, start %i is %s', (of, at, name) => {
    expect(toName(of, at)).toBe(name);
    expect(decodeRunName(name)).toEqual({ kind: 'whole', identity: of, start: at });
  });

  test('has only characters that Step Functions and Batch allow, and fits', () => {
    fc.assert(
      fc.property(identity, start, fc.constantFrom(80, 128), (of, at, max) => {
        const name = toName(of, at, max);
        expect(name).toMatch(/^[0-9A-Za-z][0-9A-Za-z_-]*$/);
        expect(name.length).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('decodes to its identity unless it was shortened', () => {
    fc.assert(
      fc.property(identity, start, (of, at) => {
        const name = toName(of, at, 1_000);
        expect(decodeRunName(name)).toEqual({ kind: 'whole', identity: of, start: at });
        const short = toName(of, at);
        expect(decodeRunName(short).kind).toBe(short === name ? 'whole' : 'shortened');
      }),
    );
  });

  test('differs between any two identities, even if case is ignored', () => {
    const flip = (text: string, bits: bigint) =>
      [...text]
        .map((letter, at) =>
          (bits >> BigInt(at)) & 1n
            ? letter === letter.toLowerCase()
              ? letter.toUpperCase()
              : letter.toLowerCase()
            : letter,
        )
        .join('');
    fc.assert(
      fc.property(job, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (one, bits) => {
        const other = flip(one, bits);
        fc.pre(other !== one);
        for (const max of [80, 128]) {
          const [first, second] = [one, other].map((text) => toName(aTry({ job: text }), 1, max));
          expect(first?.toLowerCase()).not.toBe(second?.toLowerCase());
        }
      }),
    );
    fc.assert(
      fc.property(identity, start, identity, start, (one, at, other, otherAt) => {
        fc.pre(JSON.stringify([one, at]) !== JSON.stringify([other, otherAt]));
        expect(toName(one, at).toLowerCase()).not.toBe(toName(other, otherAt).toLowerCase());
      }),
    );
  });

  test('of a long job keeps its beginning, run and try, and ends in a digest', () => {
    const long = aTry({ job: 'A'.repeat(64), run: 1_234_567_890 });

    expect(toName(long)).toMatch(/^A{48}-r1234567890t1-ACE-d[0-9a-v]{12}$/);
    expect(toName(long)).not.toBe(toName(long, 2));
    expect(toName(long, 1, nameLimits.batchJob)).toBe(`${'A'.repeat(64)}-r1234567890t1-ACE`);
  });

  test.each([
    '',
    'manual-run',
    'X-r1t1-ac',
    'X-r01t1-ACE',
    'X-r1t0-ACE',
    'x-r1t1-ACE',
    'a.b-r1t1-ACE',
    'X-r1t1-ACE-a1',
    'X-r1t1-ACE-c0',
  ])('is not %j: the bridge did not make it', (name) => {
    expect(decodeRunName(name)).toEqual({ kind: 'foreign' });
  });

  test('is described for people', () => {
    expect(describeIdentity(aTry())).toBe('PAY_EOD run 1620 try 1 (ACE)');
    expect(describeIdentity({ kind: 'key', key: 'X' })).toBe('key X');
  });
});
