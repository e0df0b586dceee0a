import { describe, expect, test } from 'vitest';
import { faultsOf, read } from '../files.ts';

const reader = 'arn:aws:iam::111122223333:role/aws-reserved/sso/Operators';

/** A file with two instances, one route and these pages. */
const aFile = (night: string) => `instances:
  ACE: { endpoints: [https://a], secret: a }
  PRD: { endpoints: [https://p], secret: p }
routes: [{ name: one, from: { stateMachine: x }, to: ACE, global: G }]
night: ${night}
`;
const line = 5;

describe('the pages of the night', () => {
  test('are of all instances, every five minutes since 20:00, for 14 days', () => {
    expect(read(aFile(`{ readers: [${reader}] }`)).config.night).toEqual({
      instances: ['ACE', 'PRD'],
      since: '20:00',
      everyMinutes: 5,
      keepDays: 14,
      readers: [reader],
    });
  });

  test('are as the file says', () => {
    const night = `{ readers: [${reader}], instances: [PRD], since: "18:30", everyMinutes: 15, keepDays: 90 }`;

    expect(read(aFile(night)).config.night).toEqual({
      instances: ['PRD'],
      since: '18:30',
      everyMinutes: 15,
      keepDays: 90,
      readers: [reader],
    });
  });

  test('are absent from a file without them', () => {
    const text = aFile('').replace('night: \n', '');

    expect(read(text).config).not.toHaveProperty('night');
  });

  test('name the location of their readers', () => {
    expect(read(aFile(`{ readers: [${reader}] }`)).location).toContainEqual(
      expect.objectContaining({ use: 'reader', text: reader, account: '111122223333' }),
    );
  });

  test.for([
    ['', `${line}:1 night: found nothing, allowed: a mapping with readers, instances`],
    ['{ since: "20:00" }', `${line}:1 readers is missing; allowed: a list of one or more`],
    ['{ readers: [] }', `${line}:19 readers: found an empty list, allowed: a list of one or more`],
    ['{ readers: ["*"] }', 'a wildcard would admit roles that the file does not show'],
    ['{ readers: [arn:aws:iam::111122223333:root] }', 'the root of an account stands for every'],
    ['{ readers: [arn:aws:iam::111122223333:user/eve] }', 'a user has keys that do not expire'],
    [`{ readers: [${reader}, ${reader}] }`, `readers: found ${reader} twice; remove one`],
    [
      `{ readers: [${reader}], instances: [ACF] }`,
      `instances: found "ACF", allowed: ACE, PRD; did you mean ACE?`,
    ],
    [`{ readers: [${reader}], instances: [ACE, ACE] }`, 'instances: found ACE twice; remove one'],
    [`{ readers: [${reader}], since: "8pm" }`, 'since: found "8pm", allowed: a time such as'],
    [`{ readers: [${reader}], since: "24:00" }`, 'since: found "24:00", allowed: a time such as'],
    [
      `{ readers: [${reader}], everyMinutes: 0 }`,
      'everyMinutes: found "0", allowed: a whole number from 1 to 60',
    ],
    [
      `{ readers: [${reader}], keepDays: 91 }`,
      'keepDays: found "91", allowed: a whole number from 1 to 90',
    ],
    [`{ readers: [${reader}], every: 5 }`, 'did you mean everyMinutes? It takes a number'],
    [`{ readers: [${reader}], bucket: mine }`, 'unknown key "bucket" in night'],
  ] as const)('rejects %s', ([night, expected]) => {
    const faults = faultsOf(aFile(night));

    expect(faults.join('\n')).toContain(expected);
    expect(faults.every((fault) => fault.startsWith(`${line}:`))).toBe(true);
  });

  test('rejects a reader of another partition', () => {
    const readers = 'arn:aws:iam::111122223333:role/a, arn:aws-cn:iam::111122223333:role/b';

    expect(faultsOf(aFile(`{ readers: [${readers}] }`)).join()).toContain(
      'in the partition aws-cn, but line 5 is in aws',
    );
  });

  test('rejects more readers than the policy of a bucket can name', () => {
    const readers = Array.from({ length: 60 }, (_, at) => `${reader.padEnd(80, 'x')}${at}`);

    expect(faultsOf(aFile(`{ readers: [${readers.join(', ')}] }`)).join()).toMatch(
      /readers: found 60 roles whose ARNs have \d+ characters, allowed: 4500/,
    );
  });
});
