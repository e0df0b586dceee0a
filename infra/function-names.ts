/** Names of the functions: their entry files in `lambda/functions/`. */
export const functionNames = [
  'report',
  'sweep',
  'canary',
  'launch',
  'hold',
  'authorizer',
  'request',
  'wait',
  'night',
] as const;

export type FunctionName = (typeof functionNames)[number];
