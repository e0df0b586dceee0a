import { ProfileError } from './profile-check.ts';
import { parseProfile } from './profile-parse.ts';

/** The faults of a wire profile in a configuration, as texts. Empty for a valid one. */
export function findProfileFaults(value: unknown): readonly string[] {
  try {
    parseProfile(value);
    return [];
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    return error.faults.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join('.')}: ${message}`,
    );
  }
}
