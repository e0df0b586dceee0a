import type { AutosysInstance } from '../../autosys/names.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import { isRoute, type RouteIndex } from '../../lambda/routing/routes.ts';
import { translate } from '../../lambda/routing/translate.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { describeRun, type WorkloadEvent } from '../../lambda/workload/workload.ts';
import { type ActionDocument, createToActions, type InstanceWire } from './action-document.ts';
import { describeAssumedHome } from './assumed-home.ts';
import { findCallingEntries } from './calling-entries.ts';
import { explainGroups, type GroupDocument } from './explain-groups.ts';
import { findObserved } from './explain-observed.ts';
import type { FoundEvent } from './find-events.ts';
import { describeOutcomeToday, type TodayOptions, toEnvelopeTime } from './outcome-today.ts';
import { findRouteNames, isUnmet } from './route-conditions.ts';

/** What the bridge would do on one event. */
export type Explanation = { readonly location: string } & (
  | {
      readonly outcome: 'matched';
      readonly workload: WorkloadDocument;
      readonly routes: readonly string[];
      /** Those of them whose `when` does not hold, so that they have no effect on it. */
      readonly unmet?: readonly string[];
      /** Launch targets that match the event. It is recorded in the row of its run. */
      readonly targets: readonly string[];
      /** Those of them with a mirror. It shows the status if the bridge has started the run. */
      readonly mirrored?: readonly string[];
      /** Groups that the run belongs to. Absent if there is none. */
      readonly groups?: readonly GroupDocument[];
      /** Entries of `requests:` that name the state machine of the event as a caller. */
      readonly requests: readonly string[];
      /** The account and Region in which the stack must be for the routes to match. */
      readonly assumes?: string;
      readonly actions: readonly ActionDocument[];
      /** What the bridge would do now with an event that is old, replayed or ahead of the clock. */
      readonly today?: string;
    }
  | {
      readonly outcome: 'ignored';
      readonly workload?: WorkloadDocument;
      /** As above. Absent for an event without a status change. */
      readonly requests?: readonly string[];
      readonly reason: string;
    }
  | {
      readonly outcome: 'invalid';
      /** Path of the invalid field. Absent if the input is not an event. */
      readonly path?: string;
      readonly reason: string;
    }
);

/** The change in AWS, without input, output and other fields of the event. */
export interface WorkloadDocument {
  readonly run: string;
  readonly status: string;
  readonly changedAt: string;
  readonly account: string;
  readonly region: string;
  readonly eventId: string;
  /** When the event is allowed, if the route file names accounts and not this one. */
  readonly admission?: string;
}

/** Dependencies of {@link createExplain}. */
export interface ExplainOptions {
  readonly index: RouteIndex;
  /** What AWS processes may ask of AutoSys. */
  readonly requests: readonly RequestEntry[];
  /** The accounts that the route file names. */
  readonly accounts: readonly string[];
  /** The Regions that its routes name. */
  readonly regions: readonly string[];
  readonly wireOf: (instance: AutosysInstance) => InstanceWire | undefined;
  /** The settings by which an instance parks old events. */
  readonly agePolicyOf: TodayOptions['agePolicyOf'];
  readonly now: () => Date;
}

/**
 * Creates a function that explains events one after the other. It remembers earlier effects,
 * because a repeated effect is not sent again.
 *
 * Each event is evaluated at its own time, so that a recorded event has the same result as when AWS
 * emitted it.
 */
export function createExplain({
  index,
  requests: entries,
  accounts,
  regions,
  wireOf,
  agePolicyOf,
  now,
}: ExplainOptions): (found: FoundEvent) => Explanation {
  const toActions = createToActions(wireOf);
  return function explainEvent(given) {
    const { location } = given;
    if (given.kind === 'fault') return { location, outcome: 'invalid', reason: given.reason };
    const reading = readWorkloadEvent(given.event, toEnvelopeTime(given.event) ?? now());
    if (reading.kind === 'ignored') return { location, outcome: 'ignored', reason: reading.reason };
    if (reading.kind === 'invalid') {
      const { path, message } = reading.error;
      return { location, outcome: 'invalid', ...(path !== '' && { path }), reason: message };
    }
    const workload = toDocument(reading.event, accounts);
    const requests = findCallingEntries(reading.event, entries);
    const translation = translate(reading.event, index);
    if (translation.kind === 'ignored') {
      return { location, outcome: 'ignored', workload, requests, reason: translation.reason };
    }
    const effects = translation.kind === 'effects' ? translation.effects : [];
    const { matchedBy: matching } = translation;
    const actions = effects.flatMap((effect) =>
      toActions(effect, location, findObserved(effect, matching)),
    );
    const assumes = describeAssumedHome(matching, reading.event, { accounts, regions });
    const ofRoutes = matching.filter(isRoute);
    const routes = findRouteNames(ofRoutes, () => true);
    const unmet = findRouteNames(ofRoutes, ({ when, actions }) =>
      isUnmet(when, actions, reading.event),
    );
    const groups = explainGroups(matching, reading.event);
    const targets = matching.flatMap((route) => ('target' in route ? [route.target] : []));
    const mirrored = matching.flatMap((route) =>
      'target' in route && route.mirrored ? [route.target] : [],
    );
    const instances = new Set(actions.flatMap(({ valid, instance }) => (valid ? [instance] : [])));
    const today = describeOutcomeToday(given.event, reading.event, {
      instances,
      agePolicyOf,
      now: now(),
    });
    return {
      location,
      outcome: 'matched',
      workload,
      routes,
      ...(unmet.length > 0 && { unmet }),
      targets,
      ...(groups.length > 0 && { groups }),
      ...(mirrored.length > 0 && { mirrored }),
      requests,
      actions,
      ...(assumes && { assumes }),
      ...(today !== undefined && { today }),
    };
  };
}

function toDocument(event: WorkloadEvent, accounts: readonly string[]): WorkloadDocument {
  const { status, account, region, eventId } = event;
  const changedAt = event.changedAt.toISOString();
  // Without accounts in the file, only the account of the bridge is allowed. The deployment knows
  // it.
  const isNamed = accounts.length === 0 || accounts.includes(account);
  const admission = `allowed only if the bridge runs in account ${account}, because the route file does not name this account`;
  return {
    run: describeRun(event),
    status,
    changedAt,
    account,
    region,
    eventId,
    ...(!isNamed && { admission }),
  };
}
