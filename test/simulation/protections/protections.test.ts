import { describe } from 'vitest';
import { simulate } from '../simulate.ts';
import { type ProtectionRow, testProtections } from '../test-protections.ts';
import { type Protection, protections } from './protections.ts';

const rows: readonly ProtectionRow<Protection>[] = [
  { without: 'conditional write', within: 40, pattern: /went back from|accepted the one-shot/ },
  {
    without: 'lease',
    from: 1_100,
    within: 300,
    pattern: /times without an answer|is sent after|ran \d+ times/,
  },
  { without: 'lease check before sending', within: 700, pattern: /is sent after|ran \d+ times/ },
  { without: 'claim before sending', within: 100, pattern: /accepted the one-shot .* times/ },
  { without: 'read-back before resend', within: 100, pattern: /accepted the one-shot .* times/ },
  { without: 'run attribution', within: 250, pattern: /confirmed, but AutoSys never accepted it/ },
  { without: 'read-back', within: 20, pattern: /was never confirmed/ },
  {
    without: 'acknowledgement after ledger write',
    within: 40,
    pattern: /the ledger has no|has no row/,
  },
  { without: 'waiting in the ledger', within: 40, pattern: /is a dead letter without a crash/ },
  { without: 'version order', within: 10, pattern: /went back from/ },
  { without: 'route order', within: 150, pattern: /is sent before/ },
  { without: 'circuit breaker', within: 150, pattern: /was down for .* and received .* requests/ },
  {
    without: 'shared circuit breaker',
    within: 700,
    pattern: /was down for .* and received .* requests/,
  },
  { without: 'maintenance windows', within: 20, pattern: /in a maintenance window/ },
  {
    without: 'drain rate',
    from: 80,
    within: 200,
    pattern: /started more than 20 entries a second/,
  },
  { without: 'drain', within: 20, pattern: /is still due/ },
  { without: 'AWS lookup', within: 40, pattern: /is over, but its row has status RUNNING/ },
  { without: 'run row before acknowledgement', within: 10, pattern: /has no row/ },
  { without: 'recheck', within: 150, pattern: /is confirmed as .*, but AutoSys has / },
  {
    without: 'rejected login limit',
    within: 40,
    pattern: /rejected logins in half an hour/,
  },
  { without: 'secret redaction', within: 20, pattern: /a secret in/ },
  { without: 'read-back after acceptance', within: 60, pattern: /^READ_\w+ ran \d+ times/m },
  { without: 'acceptance time', within: 250, pattern: /minutes after its acceptance/ },
  { without: 'trailing blanks', within: 60, pattern: /ALONE.*(valid reason|never|is still)/ },
  { without: 'discard after end', within: 150, pattern: /was killed before/ },
  { without: 'old events', within: 40, pattern: /an old event had an effect/ },
  { without: 'web server pages', within: 60, pattern: /is parked without a valid reason/ },
  {
    without: 'decompression',
    within: 200,
    pattern: /unexpected failure logged|valid reason|BRIDGE_DEFECT/,
  },
  { without: 'start time in keys', within: 60, pattern: /has no row|the ledger has no|is newer/ },
  { without: 'unknown instances', within: 60, pattern: /an unknown instance/ },
  { without: 'parked predecessor', within: 60, pattern: /is sent although/ },
  { without: 'single Batch end', within: 250, pattern: /accepted the one-shot .* times/ },
  { without: 'resend limit', within: 200, pattern: /times without an answer/ },
  // Every fourth scenario has a group.
  {
    without: 'conditional group row',
    within: 200,
    pattern: /went back to an older event|has left the group/,
  },
  { without: 'days of groups', within: 100, pattern: /has a run of another day/ },
  {
    without: 'later day of a group',
    within: 100,
    pattern: /GROUP went back from SET_GLOBAL GROUP=/,
  },
  { without: 'newest run of a member', within: 60, pattern: /went back to an older event/ },
  {
    without: 'counted members',
    within: 300,
    pattern: /left SUCCEEDED for RUNNING, and no member that counted was started/,
  },
  { without: 'first success of a member', within: 60, pattern: /has lost its first success/ },
  { without: 'restart of a failed member', within: 100, pattern: /the group does not have/ },
  {
    without: 'success out of reach',
    within: 400,
    pattern: /RUNNING, but its members made it FAILED/,
  },
  {
    without: 'condition of a group',
    within: 100,
    pattern: /has \w+, on which the condition does not hold/,
  },
  { without: 'every instance of a group', within: 60, pattern: /BEE: GROUP has no entry/ },
  { without: 'numbers of group changes', within: 60, pattern: /GROUP has no entry for change/ },
  { without: 'group effects after a crash', within: 200, pattern: /GROUP has no entry for change/ },
  { without: 'state at the cutoff', within: 100, pattern: /the group has not begun/ },
  {
    without: 'start before the cutoff is recorded',
    within: 60,
    pattern: /has left the group|the group does not have/,
  },
  // Every eighth scenario has observed routes.
  { without: 'observed routes', within: 60, pattern: /was sent .* of an observed route/ },
  { without: 'observed once', within: 100, pattern: /is recorded \d+ times/ },
];

describe('a simulated scenario without one protection', () => {
  testProtections({ rows, protections, simulate });
});
