import type { InstanceConfig } from '../lambda/routing/routes.ts';
import type { Faults } from './faults.ts';

/**
 * Refuses instances that share a secret and give different `requestsUnderWay`: the limit holds for the secret.
 *
 * A secret may be named by its name, its whole ARN, or its ARN without the hyphen and six characters at the end (Secrets
 * Manager API reference, SecretId). Where two texts may be one secret, the instances must agree.
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
      `requestsUnderWay: found ${one.requestsUnderWay} for ${one.name} and ${other.requestsUnderWay} for ${other.name}, which share a secret; allowed: the same number, since it holds for the secret`,
    );
  }
}

/** Whether two texts may name one secret. */
export function mayBeSame(one: string, other: string): boolean {
  const [names, others] = [toNames(one), toNames(other)];
  const isElsewhere =
    names.place !== undefined && others.place !== undefined && names.place !== others.place;
  return !isElsewhere && names.names.some((name) => others.names.includes(name));
}

/** What a text may mean: the names of the secret, and the account and Region where the text is an ARN. */
function toNames(secret: string): { readonly place?: string; readonly names: readonly string[] } {
  const { place, rest } =
    /^(?<place>arn:[^:]*:secretsmanager:[^:]*:[^:]*):secret:(?<rest>.+)$/.exec(secret)?.groups ?? {
      rest: secret,
    };
  if (place === undefined) return { names: [secret] };
  // Both readings: a whole ARN ends in a hyphen and six characters, and so may a name.
  const short = rest?.replace(/-[A-Za-z0-9]{6}$/, '') ?? '';
  return { place, names: [...new Set([rest ?? '', short])] };
}
