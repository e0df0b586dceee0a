import type { Broken } from './batch-of-nights.ts';

/** Kinds of findings, each with what its violations say; the first that matches names the kind. */
const kinds = [
  ['a waiting job ran again', /^READ_\w+ ran \d+ times/],
  ['a kill before its start', /was killed before|runs on, and its kill/],
  ['an effect of an old event', /^an old event acted/],
  ['too many refused logins', /refused logins in half an hour/],
  ['waiting for an unknown instance', /an unknown instance/],
  ['sent although its predecessor is parked', /is sent although/],
  ['a one-off taken twice', /took the one-off/],
  ['a value sent more than twice', /times without an answer/],
  ['parked for no reason', /is parked (for no reason|without a reason)/],
  ['an unexpected failure', /^nobody foresaw|invocation fails|comes again for/],
  ['a run without a row or an end', /has no row|is over and stands as/],
  ['a change not recorded', /is known and its|stands at|^nothing is known of/],
  ['not delivered in the end', /is still /],
  ['out of order', /is sent (before|after)|went back from/],
  ['not in AutoSys what is confirmed', /is confirmed|was never confirmed/],
  ['a secret', /a secret in/],
  ['an AutoSys asked too often', /asked \d+ times|began more than/],
  ['a dead letter', /is a dead letter/],
] as const;

/** One kind of finding in many nights. */
export interface Finding {
  readonly kind: string;
  readonly seeds: readonly number[];
}

/** The kinds of findings in the nights that broke, the most frequent first. */
export function toFindings(broken: readonly Broken[]): readonly Finding[] {
  const seedsByKind = new Map<string, Set<number>>();
  for (const { seed, violations } of broken) {
    for (const kind of violations.map(toKind)) {
      seedsByKind.set(kind, (seedsByKind.get(kind) ?? new Set()).add(seed));
    }
  }
  return [...seedsByKind]
    .map(([kind, seeds]) => ({ kind, seeds: [...seeds] }))
    .sort((one, other) => other.seeds.length - one.seeds.length);
}

/** Of which kind a violation is. */
export function toKind(violation: string): string {
  return kinds.find(([, says]) => says.test(violation))?.[0] ?? 'another finding';
}
