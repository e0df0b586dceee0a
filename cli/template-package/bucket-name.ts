/** Maximum length of a key in S3, less the longest name below the prefix. */
const maxPrefix = 900;

/**
 * Describes why a name is no bucket whose objects have a URL of their own (S3 user guide, rules of
 * general purpose buckets). A name with dots has none over HTTPS, because the certificate of S3 does
 * not match it.
 */
export function describeBucketFault(name: string): string | undefined {
  const allowed =
    'allowed: 3 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends';
  if (/^s3:\/\//.test(name) || name.includes('/')) {
    return `--bucket: found ${JSON.stringify(name)}, ${allowed}; give the name alone, and the rest as --prefix`;
  }
  if (name.startsWith('arn:')) {
    return `--bucket: found ${JSON.stringify(name)}, ${allowed}; give the name, not the ARN`;
  }
  if (name.includes('.')) {
    return `--bucket: found ${JSON.stringify(name)}, ${allowed}; the certificate of S3 does not match a name with dots, so CloudFormation cannot use its URL`;
  }
  const reserved = /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|--x-s3|--table-s3)$/.exec(
    name,
  );
  if (reserved) {
    return `--bucket: found ${JSON.stringify(name)}, ${allowed}; S3 reserves ${reserved[0]} for itself`;
  }
  if (/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) return undefined;
  return `--bucket: found ${JSON.stringify(name)}, ${allowed}`;
}

/** Describes why a text is no prefix of keys. */
export function describePrefixFault(prefix: string): string | undefined {
  const parts = prefix.replace(/\/$/, '').split('/');
  const isValid =
    prefix.length <= maxPrefix &&
    parts.every((part) => /^[A-Za-z0-9._-]+$/.test(part) && !/^\.+$/.test(part));
  return isValid
    ? undefined
    : `--prefix: found ${JSON.stringify(prefix)}, allowed: names of letters, digits and . _ -, separated by /, ${maxPrefix} characters at most, without / at the beginning`;
}

/** A prefix as it stands before a name: empty, or with one `/` at its end. */
export function toKeyPrefix(prefix: string | undefined): string {
  return prefix === undefined ? '' : `${prefix.replace(/\/$/, '')}/`;
}
