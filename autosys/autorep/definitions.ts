/**
 * Prints the definitions of all jobs, those of members also below their boxes. With `-L 0` they would be
 * printed once, or not at all where a pattern lists members below their boxes only.
 */
export const definitionsCommand = 'autorep -J % -q';
