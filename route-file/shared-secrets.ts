import type { InstanceConfig } from '../lambda/routing/routes.ts';
import type { Faults } from './faults.ts';
import type { SecretMention } from './secrets.ts';

/**
 * Rejects instances that share a secret and have different `requestsUnderWay`: the limit applies to
 * the secret.
 *
 * A secret is identified by its name, its complete ARN, or its ARN without the hyphen and six
 * characters at the end (Secrets Manager API reference, SecretId). If two texts may identify one
 * secret, the instances must have the same number.
 */
export function refuseDifferentLimits(instances: readonly InstanceConfig[], faults: Faults): void {
  for (const [at, one] of instances.entries()) {
    const other = instances
      .slice(0, at)
      .find(
        ({ secret, requestsUnderWay }) =>
          mayBeSame(secret, one.secret) && requestsUnderWay !== one.requestsUnderWay,
      );
    if (other === undefined) continue;
    faults.at(
      ['instances', one.name],
      `requestsUnderWay: found ${one.requestsUnderWay} for ${one.name} and ${other.requestsUnderWay} for ${other.name}, which share a secret; allowed: the same number, because the limit applies to the secret`,
    );
  }
}

/**
 * Rejects a caller whose secret is also that of an instance or of another caller. A person who
 * knows the login of one could act as the other.
 */
export function refuseSharedLogins(secrets: readonly SecretMention[], faults: Faults): void {
  for (const [at, one] of secrets.entries()) {
    if (one.holds !== 'callerLogin') continue;
    const other = secrets.slice(0, at).find(({ secret }) => mayBeSame(secret, one.secret));
    if (other === undefined) continue;
    const owner =
      other.holds === 'callerLogin' ? `caller ${other.caller}` : `instance ${other.instance}`;
    faults.at(
      one.path,
      `secret: found ${one.secret}, which is also a secret of ${owner} (line ${faults.lineOf(other.path)}); allowed: a secret for each caller, because logins must differ`,
    );
  }
}

/** True if two texts may identify the same secret. */
export function mayBeSame(one: string, other: string): boolean {
  const [names, others] = [toNames(one), toNames(other)];
  const isElsewhere =
    names.location !== undefined &&
    others.location !== undefined &&
    names.location !== others.location;
  return !isElsewhere && names.names.some((name) => others.names.includes(name));
}

/** Returns the possible names of a secret. For an ARN, also its partition, Region and account. */
function toNames(secret: string): {
  readonly location?: string;
  readonly names: readonly string[];
} {
  const { location, rest } =
    /^(?<location>arn:[^:]*:secretsmanager:[^:]*:[^:]*):secret:(?<rest>.+)$/.exec(secret)
      ?.groups ?? {
      rest: secret,
    };
  if (location === undefined) return { names: [secret] };
  // Both are possible: a complete ARN ends in a hyphen and six characters, and so may a name.
  const short = rest?.replace(/-[A-Za-z0-9]{6}$/, '') ?? '';
  return { location, names: [...new Set([rest ?? '', short])] };
}
