/** Construct ids: a contract, since a changed id replaces the resource. */
export const ids = {
  stack: 'AutosysBridge',
  reportQueue: 'ReportQueue',
  deadLetterQueue: 'ReportDeadLetters',
  reportFunction: 'ReportFunction',
  reportLogs: 'ReportLogs',
  rules: 'WorkloadRules',
} as const;
