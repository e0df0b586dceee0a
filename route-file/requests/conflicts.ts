import type { RequestAction, RequestEntry } from '../../lambda/routing/requests.ts';
import type { Faults } from '../faults.ts';
import { canMeet, readHead, toGlobTokens } from '../name-tokens.ts';
import { findRequestChanges, type RequestChange } from './changes.ts';
import type { OwnedTarget } from './owned-targets.ts';

/**
 * Refuses patterns that cover what the file itself changes in AutoSys: a variable, job status or
 * toggle of a route, a mirror, the scratch variable of the canary, and a job that a route starts.
 *
 * The ledger orders by the start of a run for a route and by the time of receipt for a request. One
 * would overwrite the other, so that a failure of a workload could be hidden. Two starts of one job
 * have one status, and a `runJob` could take the run of the route for its own.
 */
export function refuseOwnedTargets(
  entries: readonly RequestEntry[],
  owned: readonly OwnedTarget[],
  faults: Faults,
): void {
  for (const entry of entries) {
    for (const change of findRequestChanges(entry)) {
      const own = owned.filter(
        ({ property, instance }) =>
          property === change.property && (instance ?? entry.instance) === entry.instance,
      );
      for (const [at, pattern] of entry[change.key].entries()) {
        const path = ['requests', entry.name, change.key, at];
        const found = new Set(findMeeting(pattern, own).map(({ describe }) => describe()));
        if (found.size > 0) faults.at(path, describeOwned(pattern, { entry, change }, [...found]));
      }
    }
  }
}

function findMeeting(pattern: string, owned: readonly OwnedTarget[]): readonly OwnedTarget[] {
  const tokens = toGlobTokens(pattern);
  const head = readHead(tokens);
  return owned.filter(
    (one) =>
      (one.head.startsWith(head) || head.startsWith(one.head)) && canMeet(tokens, one.tokens),
  );
}

function describeOwned(
  pattern: string,
  { entry, change }: { readonly entry: RequestEntry; readonly change: RequestChange },
  [first, ...others]: readonly string[],
): string {
  const { key } = change;
  const by = change.by.join(', ');
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const subject = key === 'jobs' ? 'jobs' : 'variables';
  // An action that only reads may keep the pattern.
  const advice = entry.actions.some((action) => readActions[key].includes(action))
    ? `, or move ${by} to an entry of its own`
    : '';
  return `${key}: found ${JSON.stringify(pattern)} with ${by}, but ${first}${more}; allowed: ${subject} that no route, mirror or canary changes, because one would hide what the other has reported; list other names${advice}`;
}

const readActions: Readonly<Record<'jobs' | 'globals', readonly RequestAction[]>> = {
  jobs: ['jobStatus', 'jobRuns'],
  globals: ['getGlobal'],
};

/**
 * Warns about two entries that may change the same target. The ledger orders their requests by the
 * time of receipt.
 */
export function warnOfSharedRequests(entries: readonly RequestEntry[], warnings: Faults): void {
  for (const [at, entry] of entries.entries()) {
    for (const other of entries.slice(0, at)) {
      if (other.instance === entry.instance) warnOfPair(other, entry, warnings);
    }
  }
}

function warnOfPair(first: RequestEntry, second: RequestEntry, warnings: Faults): void {
  const theirs = findRequestChanges(first);
  for (const { property, key } of findRequestChanges(second)) {
    if (!theirs.some((change) => change.property === property)) continue;
    const pair = second[key].flatMap((pattern, at) => {
      const shared = first[key].find((one) => canMeet(toGlobTokens(pattern), toGlobTokens(one)));
      return shared === undefined ? [] : [{ pattern, at, shared }];
    })[0];
    if (pair === undefined) continue;
    const what = property === 'value' ? 'the same variable' : `the ${property} of the same job`;
    const line = warnings.lineOf(['requests', first.name]);
    warnings.at(
      ['requests', second.name, key, pair.at],
      `${key}: requests of this entry by ${JSON.stringify(pair.pattern)} and of ${first.name} (line ${line}) by ${JSON.stringify(pair.shared)} may change ${what} of ${second.instance}; the one that is received last decides`,
    );
  }
}
