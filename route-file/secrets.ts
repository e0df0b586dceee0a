import { secretPattern } from './checks.ts';
import type { Path } from './faults.ts';
import { isMapping } from './located.ts';

/** A secret that the functions read, and the path of its name in the file. */
export interface SecretMention {
  readonly path: Path;
  /** Name of the AutoSys instance, as written in the file. */
  readonly instance: string;
  /** Content of the secret: a login, or CA certificates. */
  readonly holds: 'login' | 'authorities';
  /** Name or ARN of the secret. */
  readonly secret: string;
  /** For CA certificates: the JSON key that contains them. */
  readonly key?: string;
}

/**
 * Finds every secret of the file, in order. An invalid name is omitted, because it may be the
 * secret itself.
 */
export function findSecrets(file: Readonly<Record<string, unknown>>): readonly SecretMention[] {
  const instances = isMapping(file['instances']) ? Object.entries(file['instances']) : [];
  return instances.flatMap(([instance, given]) => {
    if (!isMapping(given)) return [];
    const path = ['instances', instance];
    const { secret, ca } = given;
    const login = isSecretName(secret)
      ? [{ path: [...path, 'secret'], instance, holds: 'login' as const, secret }]
      : [];
    return [...login, ...(isMapping(ca) ? ofAuthorities(ca, instance, [...path, 'ca']) : [])];
  });
}

function ofAuthorities(
  { secret, key }: Readonly<Record<string, unknown>>,
  instance: string,
  path: Path,
): readonly SecretMention[] {
  // With an invalid key, the location of the certificates in the secret is unknown.
  if (!isSecretName(secret) || !['string', 'undefined'].includes(typeof key)) return [];
  const under = typeof key === 'string' ? { key } : {};
  return [{ path: [...path, 'secret'], instance, holds: 'authorities', secret, ...under }];
}

function isSecretName(value: unknown): value is string {
  return typeof value === 'string' && secretPattern.test(value);
}
