import { ProfileError } from './profile-check.ts';
import { parseProfile } from './profile-parse.ts';

/** What is wrong with a wire profile as a configuration gives it, in words; nothing for one that reads. */
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
