import type { SecretStage, SecretVersion } from '../../../lambda/aws/secret-login.ts';
import { CredentialsError } from '../../../lambda/login-errors.ts';
import { secretMark } from '../judge/speech.ts';
import type { World } from '../world.ts';

/** Secrets Manager: each secret with its present version and the one before. */
export class Secrets {
  readonly #world: World;
  readonly #versionsByName = new Map<string, readonly SecretVersion[]>();
  /** The chance that it does not answer. */
  unwell = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Gives a secret a new version. */
  put(name: string, password: string): void {
    const before = this.#versionsByName.get(name) ?? [];
    const text = JSON.stringify({ username: 'bridge', password });
    const versionId = `${name}-version-${before.length + 1}`;
    this.#versionsByName.set(name, [{ versionId, text }, ...before]);
  }

  /** @throws {CredentialsError} where nobody answers */
  read(secret: string, stage: SecretStage): SecretVersion | undefined {
    if (this.#world.chance(this.unwell)) {
      throw new CredentialsError({ secret, reason: 'InternalServiceError' });
    }
    return this.#versionsByName.get(secret)?.[stage === 'AWSCURRENT' ? 0 : 1];
  }
}

/** A password with the mark that must not be seen. */
export function toPassword(name: string, number: number): string {
  return `${secretMark}-${name}-${number}`;
}
