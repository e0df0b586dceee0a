import type { SecretCredentials } from '../aws/secret-login.ts';
import type { CanaryClient } from './canary-client.ts';
import { createFinding, type Finding } from './finding.ts';

/** The login of one examination. After a refusal no other login is tried. */
export interface SignIn {
  /** Selects the login without sending it. `ready` is false if there is none. */
  prepare(signal?: AbortSignal): Promise<{
    readonly findings: readonly Finding[];
    readonly ready: boolean;
  }>;
  credentials(): Promise<SecretCredentials>;
  /** Wraps a client so that its refused logins are recorded. */
  wrap(client: CanaryClient): CanaryClient;
  /** Records that AutoSys has accepted the login. */
  accepted(): Promise<readonly Finding[]>;
  /** Ends the examination and releases the slot. */
  end(): Promise<void>;
}

/** Creates the sign-in with credentials from the command line or the environment. */
export function createGivenSignIn(credentials: SecretCredentials): SignIn {
  return {
    prepare: async () => ({ findings: [], ready: true }),
    credentials: async () => credentials,
    wrap: (client) => client,
    accepted: async () => [createFinding('signedIn', `signed in as ${credentials.username}`)],
    end: async () => {},
  };
}
