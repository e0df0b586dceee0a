import { secretPattern } from './checks.ts';
import type { Path } from './faults.ts';
import { isMapping } from './located.ts';

/** A secret that the functions will read, and where the file names it. */
export interface SecretMention {
  readonly path: Path;
  /** Of which AutoSys, as the file has it. */
  readonly instance: string;
  /** What it holds. */
  readonly holds: 'login' | 'authorities';
  /** Its name or ARN. */
  readonly secret: string;
  /** Of certificates: the key of JSON that they stand under. */
  readonly key?: string;
}

/** Every secret of the file, in its order; what is no name of a secret is left out, as it may be the secret itself. */
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
  // Which key is meant is not known where it does not read.
  if (!isSecretName(secret) || !['string', 'undefined'].includes(typeof key)) return [];
  const under = typeof key === 'string' ? { key } : {};
  return [{ path: [...path, 'secret'], instance, holds: 'authorities', secret, ...under }];
}

function isSecretName(value: unknown): value is string {
  return typeof value === 'string' && secretPattern.test(value);
}
