/** Prints the definitions of all jobs, without the members of boxes a second time. */
export const definitionsCommand = 'autorep -J % -q -L 0';
