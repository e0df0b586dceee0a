/** Option of the commands that read definitions of jobs from AutoSys, or from a file. */
export const jilOption = {
  jil: {
    type: 'string',
    value: 'FILE',
    about: 'JIL with the definitions, where AutoSys does not show them; - for stdin',
  },
} as const;
