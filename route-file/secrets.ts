import { secretPattern } from './checks.ts';
import type { Path } from './faults.ts';
import { isMapping } from './located.ts';

/** A secret that the functions read, and the path of its name in the file. */
export type SecretMention = (InstanceSecret | CallerSecret) & { readonly path: Path };

/** A secret of an AutoSys instance. */
export interface InstanceSecret {
  /** Name of the AutoSys instance, as written in the file. */
  readonly instance: string;
  /** Content of the secret: a login, or CA certificates. */
  readonly holds: 'login' | 'authorities';
  /** Name or ARN of the secret. */
  readonly secret: string;
  /** For CA certificates: the JSON key that contains them. */
  readonly key?: string;
}

/** The secret of a caller of the launch API. */
export interface CallerSecret {
  /** Name of the caller, as written in the file. */
  readonly caller: string;
  readonly holds: 'callerLogin';
  /** Name or ARN of the secret. */
  readonly secret: string;
}

/**
 * Finds every secret of the file, in order. An invalid name is omitted, because it may be the
 * secret itself.
 */
export function findSecrets(file: Readonly<Record<string, unknown>>): readonly SecretMention[] {
  return [...findInstanceSecrets(file['instances']), ...findCallerSecrets(file['callers'])];
}

function findCallerSecrets(callers: unknown): readonly SecretMention[] {
  if (!isMapping(callers)) return [];
  return Object.entries(callers).flatMap(([caller, given]) => {
    const secret = isMapping(given) ? given['secret'] : undefined;
    const path = ['callers', caller, 'secret'];
    return isSecretName(secret) ? [{ path, caller, holds: 'callerLogin' as const, secret }] : [];
  });
}

function findInstanceSecrets(instances: unknown): readonly SecretMention[] {
  if (!isMapping(instances)) return [];
  return Object.entries(instances).flatMap(([instance, given]) => {
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
