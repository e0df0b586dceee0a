import { parseAutosysInstance } from '../../autosys/names.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';

/** ARN of the role of the builders' request entry. */
export const callerRole = 'arn:aws:iam::111122223333:role/ledger-lambda';

/** Returns a compiled entry of `requests:`, with the defaults of the route file. */
export function aRequestEntry(over: Partial<RequestEntry> = {}): RequestEntry {
  return Object.freeze({
    name: 'ledger-team',
    roles: [callerRole],
    stateMachines: [],
    instance: parseAutosysInstance('ACE'),
    actions: ['setGlobal', 'jobStatus', 'runJob'] as const,
    events: [],
    starts: ['STARTJOB'] as const,
    jobs: ['LOAD_*'],
    globals: ['LEDGER_*'],
    mayKill: false,
    perMinute: 60,
    ...over,
  });
}
