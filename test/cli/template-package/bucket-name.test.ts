import { describe, expect, test } from 'vitest';
import {
  describeBucketFault,
  describePrefixFault,
  toKeyPrefix,
} from '../../../cli/template-package/bucket-name.ts';

describe('the name of a bucket', () => {
  test.for(['abc', 'my-templates-2', 'a'.repeat(63), '0night'])('is accepted: %s', (name) => {
    expect(describeBucketFault(name)).toBeUndefined();
  });

  test.for([
    { name: 'ab', says: 'allowed: 3 to 63 lower-case letters' },
    { name: 'a'.repeat(64), says: 'allowed: 3 to 63 lower-case letters' },
    { name: 'My-Templates', says: 'allowed: 3 to 63 lower-case letters' },
    { name: '-templates', says: 'with a letter or digit at both ends' },
    { name: 'templates-', says: 'with a letter or digit at both ends' },
    { name: 'my_templates', says: 'allowed: 3 to 63 lower-case letters' },
    { name: 'my templates', says: 'allowed: 3 to 63 lower-case letters' },
    { name: 's3://my-templates', says: 'give the name alone, and the rest as --prefix' },
    { name: 'my-templates/autosys', says: 'give the name alone, and the rest as --prefix' },
    { name: 'arn:aws:s3:::my-templates', says: 'give the name, not the ARN' },
    { name: 'my.templates', says: 'CloudFormation cannot use its URL' },
    { name: 'xn--templates', says: 'S3 reserves xn-- for itself' },
    { name: 'templates-s3alias', says: 'S3 reserves -s3alias for itself' },
  ])('is rejected: $name', ({ name, says }) => {
    expect(describeBucketFault(name)).toContain(`--bucket: found "${name}", `);
    expect(describeBucketFault(name)).toContain(says);
  });
});

describe('a prefix', () => {
  test.for(['autosys', 'autosys/', 'a/b.c/d_e-1/'])('is accepted: %s', (prefix) => {
    expect(describePrefixFault(prefix)).toBeUndefined();
  });

  test.for(['', '/', '/autosys', 'a//b', 'a/../b', './a', 'a b', 'ä', 'a'.repeat(901), 'a\n'])(
    'is rejected: %j',
    (prefix) => {
      expect(describePrefixFault(prefix)).toContain('allowed: names of letters, digits and . _ -');
    },
  );

  test.for([
    { given: undefined, key: '' },
    { given: 'autosys', key: 'autosys/' },
    { given: 'autosys/', key: 'autosys/' },
  ])('before a key is $key for $given', ({ given, key }) => {
    expect(toKeyPrefix(given)).toBe(key);
  });
});
