import { createHash } from 'node:crypto';

/** The ARN of a secret in the embedded AWS. */
export function secretArn(
  name: string,
  { account, region }: { readonly account: string; readonly region: string },
): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${secretSuffix(name)}`;
}

/**
 * Six characters, random on AWS. Here they are derived from the name, so that an ARN is the same in
 * every run.
 */
export function secretSuffix(name: string): string {
  const digits = createHash('sha256')
    .update(name)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '');
  return digits.slice(0, 6);
}
