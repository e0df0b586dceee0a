import type { AutosysInstance } from '../../autosys/names.ts';
import { describeOutcome } from '../delivery/outcome.ts';
import type { EffectResult, QueueMessage, ReportResult } from '../delivery/report-result.ts';
import { describeError } from '../errors.ts';
import type { Decision } from '../ledger/run.ts';
import { createRuns } from '../ledger/run-row.ts';
import { describeNotAllowed } from '../routing/allowed-accounts.ts';
import {
  type GroupRoute,
  isRoute,
  type Route,
  type RouteIndex,
  type TargetRoute,
} from '../routing/routes.ts';
import { type Translation, translate } from '../routing/translate.ts';
import { judgeEventAge } from '../workload/event-age.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { createPlanGroups } from './plan-groups.ts';
import type { ProcessEffectDeps } from './process-effect.ts';
import {
  createProcessEffects,
  type PlannedEffect,
  planEffect,
  planMirror,
} from './process-effects.ts';
import { readMessage } from './read-message.ts';

type MatchedBy = Translation['matchedBy'];

export interface ReportDeps extends ProcessEffectDeps {
  readonly routes: RouteIndex;
  /** Whether events of an AWS account may be reported to AutoSys. */
  readonly isAllowed: (account: string) => boolean;
  /**
   * The mirror of a run that the bridge has started. Rejects while its start is not settled. @default -
   * no run has a mirror
   */
  readonly findMirror?: (
    event: WorkloadEvent,
    route: TargetRoute,
    signal: AbortSignal,
  ) => Promise<{ readonly event: WorkloadEvent; readonly route: Route } | undefined>;
  /** A new lease owner for each message: a message in an execution environment holds the leases. */
  readonly newLeaseId: () => string;
}

/**
 * Creates the report of one queue message: read, check the account, translate, store the run,
 * record it in its groups, process the effects in route order, record the decisions. The caller emits log lines and metrics.
 *
 * When it resolves, every effect that the message requests is executed or stored in the ledger. A
 * stored effect is due for the drain, or parked for a person. The row of the run has the decisions.
 * A failure of one effect does not stop the other routes. At the end the promise rejects with that
 * failure, and SQS redelivers the message.
 *
 * Round trips to the ledger, if no other function works on the same rows:
 *
 * - an event that no route matches, or from an account that is not allowed: none
 * - the row of the run: one read, concurrent with the effects, and one write after them. There is
 *   no write if the row has all lines already
 * - each effect that is executed: one read and one write before AutoSys is called, and one write
 *   after its answer. The circuit breaker is read once in five seconds
 * - each effect that is discarded, or on which another function works: one read
 * - each group that the event belongs to: one read and one write before its effects. There is no
 *   write if the row has the event already
 * - the first effect for an instance in an execution environment: one read of the row of instance
 *   names before it. The first of all environments also writes it
 *
 * So AutoSys is called after two round trips (three in a new environment), and an event with one
 * effect takes five (six).
 */
export function createReport(deps: ReportDeps) {
  const { now, newLeaseId, routes, isAllowed } = deps;
  const openRunRow = createRuns(deps);
  const processEffects = createProcessEffects(deps);
  const planGroups = createPlanGroups(deps);

  return async function reportMessage(
    message: QueueMessage,
    signal: AbortSignal,
  ): Promise<ReportResult> {
    const reading = readMessage(message.body, now());
    if (reading.kind !== 'event') return reading;
    const { event } = reading;
    if (!isAllowed(event.account)) {
      return { kind: 'refused', event, reason: describeNotAllowed(event.account) };
    }

    const translation = translate(event, routes);
    const { matchedBy } = translation;
    if (matchedBy.length === 0 && translation.kind === 'ignored') {
      return { kind: 'ignored', event, reason: translation.reason };
    }
    const mirrored = await planMirrors(deps, { event, matchedBy }, signal);
    const run = openRunRow(event, matchedBy, isReplayFor(event, matchedBy, deps));
    const grouped = await planGroups(event, matchedBy);
    const effects = translation.kind === 'effects' ? translation.effects : [];
    const plan = [
      ...effects.map((effect) => planEffect(effect, event, matchedBy)),
      ...mirrored,
      ...grouped.effects,
    ];
    // Recorded before anything is sent. A function with an earlier event of this run then knows of
    // this event. A one-shot that such a function claimed before is found in the ledger.
    if (plan.some(({ predecessors }) => predecessors.length > 0)) await run.record([], true);

    const work = { event, run, leaseOwner: newLeaseId(), signal };
    const { results, failures } = await processEffects(plan, work);

    failures.unshift(...grouped.failures);
    const isPlanned = translation.kind === 'effects' || plan.length > 0;
    const decisions = [
      ...(isPlanned ? [] : [{ text: `${translation.kind}: ${translation.reason}` }]),
      ...grouped.decisions,
      ...results.map(toDecision),
      ...failures.map(toFailedDecision),
    ];
    await run
      .record(decisions, failures.length > 0)
      .catch((failure: unknown) => failures.push(failure));
    if (failures.length > 0) throw failures[0];
    return isPlanned
      ? { kind: 'reported', event, settled: results }
      : { kind: translation.kind, event, reason: translation.reason };
  };
}

/**
 * Whether the event is a replay that none of the instances of its routes and groups allows. No
 * instance allows it for a launch target.
 */
function isReplayFor(
  event: WorkloadEvent,
  matchedBy: MatchedBy,
  { autosysFor, now }: Pick<ReportDeps, 'autosysFor' | 'now'>,
): boolean {
  if (event.replayName === undefined) return false;
  return matchedBy.every(
    (route) =>
      'target' in route ||
      toReceivers(route).every(
        (to) => judgeEventAge(event, { ...autosysFor(to), now: now() }).kind === 'replay',
      ),
  );
}

function toReceivers(route: Route | GroupRoute): readonly AutosysInstance[] {
  return isRoute(route) ? [route.to] : route.group.to;
}

/** The effects of an event on the mirrors of its launch targets. */
async function planMirrors(
  { findMirror }: Pick<ReportDeps, 'findMirror'>,
  { event, matchedBy }: { readonly event: WorkloadEvent; readonly matchedBy: MatchedBy },
  signal: AbortSignal,
): Promise<readonly PlannedEffect[]> {
  const plans: PlannedEffect[] = [];
  for (const one of matchedBy) {
    if (!('target' in one) || !one.mirrored) continue;
    const mirror = await findMirror?.(event, one, signal);
    if (mirror) plans.push(...planMirror(mirror));
  }
  return plans;
}

function toDecision({
  to,
  eventText = 'invalid effect',
  route,
  key,
  outcome,
}: EffectResult): Decision {
  return { key, text: `${eventText} on ${to} (route ${route}): ${describeOutcome(outcome)}` };
}

function toFailedDecision(failure: unknown): Decision {
  return { text: `failed, will retry: ${describeError(failure).message}` };
}
