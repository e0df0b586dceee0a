import type { SecretStage, SecretVersion } from '../../../lambda/aws/secret-login.ts';
import { CredentialsError } from '../../../lambda/login-errors.ts';
import { secretMarker } from '../judge/log-watch.ts';
import type { World } from '../world.ts';

/** The simulated Secrets Manager: each secret with its current and its previous version. */
export class Secrets {
  readonly #world: World;
  readonly #versionsByName = new Map<string, readonly SecretVersion[]>();
  /** Probability that a call fails. */
  failureProbability = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Adds a version to a secret. */
  put(name: string, password: string): void {
    const before = this.#versionsByName.get(name) ?? [];
    const text = JSON.stringify({ username: 'bridge', password });
    const versionId = `${name}-version-${before.length + 1}`;
    this.#versionsByName.set(name, [{ versionId, text }, ...before]);
  }

  /** Reads one version of a secret. @throws {CredentialsError} when the call fails */
  read(secret: string, stage: SecretStage): SecretVersion | undefined {
    if (this.#world.chance(this.failureProbability)) {
      throw new CredentialsError({ secret, reason: 'InternalServiceError' });
    }
    return this.#versionsByName.get(secret)?.[stage === 'AWSCURRENT' ? 0 : 1];
  }
}

/** Returns a password with the marker that must appear nowhere. */
export function toPassword(name: string, number: number): string {
  return `${secretMarker}-${name}-${number}`;
}
