/** The program's name in its error messages and in the version document. */
export const programName = 'autosys-bridge';

/**
 * What a person types before a command's name.
 *
 * Help, usage lines and advice print commands through it, so that each printed command can be
 * copied into a shell at the root of the repository.
 */
export const commandPrefix = 'autosys-bridge';

/** The same in a clone of the repository, also for the commands that the one file does not contain. */
export const clonePrefix = 'npm run -s bridge --';
