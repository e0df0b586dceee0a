import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AutosysClient, parseProfile } from '../../autosys/client/index.ts';

/** An AutoSys for the contract tests, embedded or real. */
export interface ContractedAutosys extends AsyncDisposable {
  readonly client: AutosysClient;
  /** Waits until accepted events have taken effect. */
  act(): Promise<void>;
}

/** The environment variables that name a real AutoSys. */
export interface RealAutosysEnvironment {
  readonly AUTOSYS_URL?: string;
  readonly AUTOSYS_USER?: string;
  readonly AUTOSYS_PASSWORD_FILE?: string;
  readonly AUTOSYS_CA?: string;
  readonly AUTOSYS_PROFILE?: string;
}

/** A scheduler takes up to about a second from acceptance to effect. */
const actsWithinMs = 2_000;

/**
 * Returns the real AutoSys that the environment names; `undefined` if none.
 *
 * @throws {Error} when some of its variables are missing
 */
export function findRealAutosys(env: RealAutosysEnvironment): ContractedAutosys | undefined {
  const { AUTOSYS_URL: url, AUTOSYS_USER: username, AUTOSYS_PASSWORD_FILE: file } = env;
  if (!url) return undefined;
  if (!username || !file) {
    throw new Error(
      'AUTOSYS_URL is set; expected AUTOSYS_USER and AUTOSYS_PASSWORD_FILE beside it',
    );
  }
  const password = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  const client = new AutosysClient({
    endpoints: url.split(/[\s,]+/),
    credentials: async () => ({ username, password }),
    profile: parseProfile(env.AUTOSYS_PROFILE ?? 'standard'),
    ...(env.AUTOSYS_CA && { certificateAuthority: readFileSync(env.AUTOSYS_CA, 'utf8') }),
  });
  return {
    client,
    act: () => sleep(actsWithinMs),
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
