import { joinBasePath } from '../../autosys/client/endpoint.ts';
import type { WireProfile } from '../../autosys/client/index.ts';
import { parseEndpoint } from '../../autosys/client/index.ts';
import { fillRequest, toFields } from '../../autosys/client/request.ts';
import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import type { RouteIndex } from '../../lambda/routing/routes.ts';
import { type Effect, translate } from '../../lambda/routing/translate.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { describeRun, type WorkloadEvent } from '../../lambda/workload/workload.ts';
import { describeAssumedHome } from './assumed-home.ts';
import type { FoundEvent } from './find-events.ts';
import { type Today, toOwnTime, toToday } from './today.ts';

/** The request AutoSys would get, but for host and login. */
export interface RequestDocument {
  readonly method: string;
  /** From the root of the host. */
  readonly path: string;
  readonly body?: unknown;
  /** How well the request is known; what is `inferred` a site should try first. */
  readonly evidence: string;
}

/** One thing a route asks for. */
export type ActionDocument = {
  readonly route: string;
  readonly instance: AutosysInstance;
} & (
  | {
      readonly said: true;
      /** The event as a command line. */
      readonly sendevent: string;
      /** Absent where the profile has no request for it. */
      readonly request?: RequestDocument;
      /** What a repetition would do, which is why it is, or is not, sent again after a doubt. */
      readonly repetition: string;
      /** An event above says the very same of the same run: the bridge brings it about once. */
      readonly sameAs?: string;
    }
  | { readonly said: false; readonly reason: string }
);

/** What the bridge would make of one event. */
export type Explanation = { readonly place: string } & (
  | {
      readonly outcome: 'told';
      readonly workload: WorkloadDocument;
      readonly routes: readonly string[];
      /** On which account and Region of the stack it depends that they match. */
      readonly assumes?: string;
      readonly says: readonly ActionDocument[];
      /** What the bridge would do with it now instead, for an event that is old, a replay or ahead of the clock. */
      readonly today?: string;
    }
  | { readonly outcome: 'ignored'; readonly workload?: WorkloadDocument; readonly reason: string }
  | {
      readonly outcome: 'refused';
      /** The field of the event that is wrong; absent where it is no event at all. */
      readonly path?: string;
      readonly reason: string;
    }
);

/** What happened on AWS, without anything that the event carries beside it. */
export interface WorkloadDocument {
  readonly run: string;
  readonly status: string;
  readonly changedAt: string;
  readonly account: string;
  readonly region: string;
  readonly eventId: string;
  /** Of an account that the file leaves out where it names others: on what it depends whether it may speak. */
  readonly admission?: string;
}

/** How an instance is spoken to. */
export interface SourceExplanation {
  readonly profile: WireProfile;
  readonly endpoint: string;
}

/** What an explanation is made from. */
export interface ExplainOptions {
  readonly index: RouteIndex;
  /** The accounts that the route file names. */
  readonly accounts: readonly string[];
  /** The Regions that its routes name. */
  readonly regions: readonly string[];
  readonly speechOf: (instance: AutosysInstance) => SourceExplanation | undefined;
  /** When an instance parks an event as old. */
  readonly ageOf: Today['ageOf'];
  readonly now: () => Date;
}

/**
 * Explains events one after the other; it remembers what was said, as a second announcement changes nothing.
 *
 * Each is judged as of its own time, so that a recorded event is explained as it was when AWS emitted it.
 */
export function createExplain({
  index,
  accounts,
  regions,
  speechOf,
  ageOf,
  now,
}: ExplainOptions): (found: FoundEvent) => Explanation {
  const placeByKey = new Map<string, string>();
  return (given) => {
    const { place } = given;
    if (given.kind === 'fault') return { place, outcome: 'refused', reason: given.reason };
    const reading = readWorkloadEvent(given.event, toOwnTime(given.event) ?? now());
    if (reading.kind === 'ignored') return { place, outcome: 'ignored', reason: reading.reason };
    if (reading.kind === 'invalid') {
      const { path, message } = reading.error;
      return { place, outcome: 'refused', ...(path !== '' && { path }), reason: message };
    }
    const workload = toDocument(reading.event, accounts);
    const translation = translate(reading.event, index);
    if (translation.kind === 'ignored') {
      return { place, outcome: 'ignored', workload, reason: translation.reason };
    }
    const says = translation.effects.flatMap((effect): ActionDocument[] => {
      const { kind, route, to: instance } = effect;
      if (kind === 'repeat') return [];
      if (kind === 'invalidEffect')
        return [{ route, instance, said: false, reason: effect.reason }];
      const sameAs = placeByKey.get(effect.key);
      placeByKey.set(effect.key, sameAs ?? place);
      return [toSaying(effect, speechOf(instance), sameAs)];
    });
    const { matchedBy: matching } = translation;
    const assumes = describeAssumedHome(matching, reading.event, { accounts, regions });
    const routes = matching.map(({ name }) => name);
    const instances = new Set(says.flatMap(({ said, instance }) => (said ? [instance] : [])));
    const today = toToday(given.event, reading.event, { instances, ageOf, now: now() });
    return {
      place,
      outcome: 'told',
      workload,
      routes,
      says,
      ...(assumes && { assumes }),
      ...(today !== undefined && { today }),
    };
  };
}

function toDocument(event: WorkloadEvent, accounts: readonly string[]): WorkloadDocument {
  const { status, account, region, eventId } = event;
  const changedAt = event.changedAt.toISOString();
  // A file that names nobody is about the account of the bridge, which only the deployment knows.
  const isNamed = accounts.length === 0 || accounts.includes(account);
  const admission = `refused unless the bridge runs in account ${account}, which the route file does not name`;
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

function toSaying(
  { route, to: instance, event }: Effect,
  speech: SourceExplanation | undefined,
  sameAs: string | undefined,
): ActionDocument {
  const { repeatable, because } = toTrait(event.kind);
  const request = speech && toRequest(event, speech);
  return {
    route,
    instance,
    said: true,
    sendevent: printSendevent(event, { instance }),
    ...(request && { request }),
    repetition: repeatable ? `harmless: ${because}` : `not harmless: ${because}`,
    ...(sameAs !== undefined && { sameAs }),
  };
}

function toRequest(
  event: AutosysEvent,
  { profile, endpoint }: SourceExplanation,
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
