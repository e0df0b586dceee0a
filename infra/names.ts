/** Construct ids: a contract, since a changed id replaces the resource. */
export const ids = {
  stack: 'AutosysBridge',
  rules: 'WorkloadRules',
  undelivered: 'Undelivered',
  reportQueue: 'ReportQueue',
  queue: 'Queue',
  deadLetters: 'DeadLetters',
  ledger: 'Ledger',
  table: 'Table',
  report: 'Report',
  sweep: 'Sweep',
  schedule: 'Schedule',
  function: 'Function',
  logs: 'Logs',
} as const;
