import type { FailedScenario } from './scenarios.ts';

/**
 * Kinds of findings, each with a pattern for its violations. The first pattern that matches
 * decides.
 */
const kinds = [
  ['a waiting job ran again', /^READ_\w+ ran \d+ times/],
  ['a kill before its start', /was killed before|still runs, although its kill/],
  ['an effect of an old event', /^an old event had an effect/],
  ['too many rejected logins', /rejected logins in half an hour/],
  ['waiting for an unknown instance', /an unknown instance/],
  ['sent although its predecessor is parked', /is sent although/],
  ['a one-shot accepted twice', /accepted the one-shot/],
  ['a value sent more than twice', /times without an answer/],
  ['parked without a valid reason', /is parked without a (valid )?reason/],
  [
    'an unexpected failure',
    /^unexpected failure logged|invocation failed|is redelivered because of/,
  ],
  ['a run without a row or an end', /has no row|is over, but its row has/],
  ['a change not recorded', /is known, but the ledger has no|is newer$|^no entry for/],
  ['an unsettled start or stop', /is still (intended|requested)/],
  ['not delivered in the end', /is still /],
  ['out of order', /is sent (before|after)|went back from/],
  ['confirmed but not in AutoSys', /is confirmed|was never confirmed/],
  ['a leaked secret', /a secret in/],
  ['too many requests', /received \d+ requests|started more than/],
  ['a dead letter', /is a dead letter/],
  ['a second run in AWS', /runs in AWS of/],
  ['a run left after its stop', /still runs after|does not list|parked without need/],
  ['a stop without a reason', /was stopped/],
  ['too many runs of a target', /runs of narrow at once/],
  ['another run than the own one', /is answered with run|is the answer of/],
  ['a run too many', /has started its job|accepted of request|is sent without a request/],
  ['a kill of another run', /^the kill of .* ended run|was killed, although/],
  ['a wait that goes on', /waits (for a run|longer)|not sent at the end|still waits at the end/],
  ['an untrue failure', /is answered ("|Rejected|Timeout)|is sent \d+ s after/],
  ['not allowed by the entry', /its entry does not allow it/],
  ['a wrong end of the command', /^the command of/],
] as const;

/** One kind of finding, with the seeds that show it. */
export interface Finding {
  readonly kind: string;
  readonly seeds: readonly number[];
}

/** Groups violations by kind, the most frequent kind first. */
export function toFindings(failed: readonly FailedScenario[]): readonly Finding[] {
  const seedsByKind = new Map<string, Set<number>>();
  for (const { seed, violations } of failed) {
    for (const kind of violations.map(toKind)) {
      seedsByKind.set(kind, (seedsByKind.get(kind) ?? new Set()).add(seed));
    }
  }
  return [...seedsByKind]
    .map(([kind, seeds]) => ({ kind, seeds: [...seeds] }))
    .sort((one, other) => other.seeds.length - one.seeds.length);
}

/** Returns the kind of a violation. */
export function toKind(violation: string): string {
  return kinds.find(([, pattern]) => pattern.test(violation))?.[0] ?? 'another finding';
}
