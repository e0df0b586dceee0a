import { programName } from './command-prefix.ts';

/** Name of the file with the commands of the agent and the AWS SDK, for direct mode. */
export const directFileName = `${programName}-direct.mjs`;
