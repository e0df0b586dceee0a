import { joinBasePath } from '../../autosys/client/endpoint.ts';
import type { WireProfile } from '../../autosys/client/index.ts';
import { parseEndpoint } from '../../autosys/client/index.ts';
import { fillRequest, toFields } from '../../autosys/client/request.ts';
import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import { isRoute, type RouteIndex } from '../../lambda/routing/routes.ts';
import {
  type Effect,
  type InvalidEffect,
  type Repeat,
  translate,
} from '../../lambda/routing/translate.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { describeRun, type WorkloadEvent } from '../../lambda/workload/workload.ts';
import { describeAssumedHome } from './assumed-home.ts';
import { findCallingEntries } from './calling-entries.ts';
import { explainGroups, type GroupDocument } from './explain-groups.ts';
import type { FoundEvent } from './find-events.ts';
import { describeOutcomeToday, type TodayOptions, toEnvelopeTime } from './outcome-today.ts';
import { findRouteNames, isUnmet } from './route-conditions.ts';

/** The HTTP request to AutoSys, without host and login. */
export interface RequestDocument {
  readonly method: string;
  /** Path on the host, including the base path. */
  readonly path: string;
  readonly body?: unknown;
  /** How certain the request is. A site should test an `inferred` one first. */
  readonly evidence: string;
}

/** One effect that a route requests. */
export type ActionDocument = {
  readonly route: string;
  readonly instance: AutosysInstance;
} & (
  | {
      readonly valid: true;
      /** The AutoSys event as a sendevent command line. */
      readonly sendevent: string;
      /** Absent if the wire profile has no request for the event. */
      readonly request?: RequestDocument;
      /**
       * What a second send does. It decides whether the event is sent again if its outcome is
       * unknown.
       */
      readonly repetition: string;
      /** Location of an earlier event of the same run with the same effect, which is sent once. */
      readonly sameAs?: string;
    }
  | { readonly valid: false; readonly reason: string }
);

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

/** Wire profile and endpoint of an instance. */
export interface InstanceWire {
  readonly profile: WireProfile;
  readonly endpoint: string;
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
  const locationByKey = new Map<string, string>();
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
    const actions = effects.flatMap((effect) => toActions(effect, location));
    const { matchedBy: matching } = translation;
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

  function toActions(
    effect: Effect | Repeat | InvalidEffect,
    location: string,
  ): readonly ActionDocument[] {
    const { kind, route, to: instance } = effect;
    if (kind === 'repeat') return [];
    if (kind === 'invalidEffect') return [{ route, instance, valid: false, reason: effect.reason }];
    const sameAs = locationByKey.get(effect.key);
    locationByKey.set(effect.key, sameAs ?? location);
    return [toActionDocument(effect, wireOf(instance), sameAs)];
  }
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

function toActionDocument(
  { route, to: instance, event }: Effect,
  speech: InstanceWire | undefined,
  sameAs: string | undefined,
): ActionDocument {
  const { repeatable, because } = toTrait(event.kind);
  const request = speech && toRequest(event, speech);
  return {
    route,
    instance,
    valid: true,
    sendevent: printSendevent(event, { instance }),
    ...(request && { request }),
    repetition: repeatable ? `harmless: ${because}` : `not harmless: ${because}`,
    ...(sameAs !== undefined && { sameAs }),
  };
}

function toRequest(
  event: AutosysEvent,
  { profile, endpoint }: InstanceWire,
): RequestDocument | undefined {
  const template = profile.events[event.kind];
  if (!template) return undefined;
  const basePath = joinBasePath(parseEndpoint(endpoint).path, profile.basePath);
  const request = fillRequest(template, toFields(event, template), basePath);
  if (!request) return undefined;
  const { method, path, body } = request;
  const { evidence } = template;
  return { method, path, ...(body !== undefined && { body: JSON.parse(body) }), evidence };
}
