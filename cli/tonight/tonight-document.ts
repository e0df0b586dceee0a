import { describeIdentity } from '../../lambda/launch/run-name.ts';
import { toDocument } from '../ledger/describe.ts';
import { toGroupDocument } from '../ledger/describe-group.ts';
import { toStoredRequestDocument } from '../ledger/describe-request.ts';
import { toRunDocument } from '../ledger/describe-run.ts';
import type { JudgedRun } from './judge-run.ts';
import { toLaunchState } from './sort-launches.ts';
import type { InstanceState, OpenLaunch, TonightFacts, TonightSection } from './tonight-facts.ts';

/** The screen for --json. docs/tonight.md describes it. Times are in UTC, durations in seconds. */
export function toTonightDocument(facts: TonightFacts) {
  return {
    at: new Date(facts.nowMs),
    instances: facts.instances.map(toInstanceDocument),
    waiting: toSectionDocument(facts.waiting, toDocument),
    parked: toSectionDocument(facts.parked, toDocument),
    runs: toSectionDocument(facts.runs, toOpenRunDocument),
    launches: toSectionDocument(facts.launches, toLaunchDocument),
    requests: toSectionDocument(facts.requests, toStoredRequestDocument),
    groups: toSectionDocument(facts.groups, toGroupDocument),
    isComplete: isWhollyRead(facts),
  };
}

/** Whether everything could be read. Pure. */
export function isWhollyRead(facts: TonightFacts): boolean {
  const { instances, waiting, parked, runs, launches, requests, groups } = facts;
  return [...instances, waiting, parked, runs, launches, requests, groups].every(
    ({ unread }) => unread.length === 0,
  );
}

function toSectionDocument<Item>(
  { items, count, isCut, unread }: TonightSection<Item>,
  toItem: (item: Item) => unknown,
) {
  return { count, isCut, items: items.map(toItem), unread: [...new Set(unread)] };
}

function toInstanceDocument({ instance, outages, nextTryMs, unread }: InstanceState) {
  return {
    instance,
    outages: outages.map(({ outage, fromMs, untilMs, reason }) => ({
      kind: outage,
      since: new Date(fromMs),
      ...(untilMs !== undefined && { until: new Date(untilMs) }),
      ...(nextTryMs !== undefined &&
        outage !== 'maintenance' && { nextTryAt: new Date(nextTryMs) }),
      reason,
    })),
    unread,
  };
}

function toOpenRunDocument({ run, runsForMs, expectedEndMs, earlier, slow }: JudgedRun) {
  return {
    ...toRunDocument(run),
    runsForSeconds: toSeconds(runsForMs),
    ...(expectedEndMs !== undefined && { expectedEndAt: new Date(expectedEndMs) }),
    ...(earlier && {
      earlierRuns: { count: earlier.count, longestSeconds: toSeconds(earlier.longestMs) },
    }),
    slow,
  };
}

function toLaunchDocument({ key, launch }: OpenLaunch) {
  const { identity, target, name, aws, requestedMs, stop, watch } = launch;
  return {
    key,
    subject: describeIdentity(identity),
    ...(identity.kind === 'jobTry' && { instance: identity.instance, job: identity.job }),
    target,
    run: name,
    ...(aws && { aws: aws.id }),
    state: toLaunchState(launch),
    requestedAt: new Date(requestedMs),
    ...(stop && { stop: { state: stop.state, by: stop.by, text: stop.text } }),
    ...(watch && { commandSeenAt: new Date(watch.seenMs) }),
  };
}

function toSeconds(ms: number): number {
  return Math.round(ms / 1_000);
}
