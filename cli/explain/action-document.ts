import { joinBasePath } from '../../autosys/client/endpoint.ts';
import type { WireProfile } from '../../autosys/client/index.ts';
import { parseEndpoint } from '../../autosys/client/index.ts';
import { fillRequest, toFields } from '../../autosys/client/request.ts';
import { type AutosysEvent, toTrait } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import type { Effect, InvalidEffect, Repeat } from '../../lambda/routing/translate.ts';

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
  /** Present if the route only observes, so that nothing is sent: what it is compared with. */
  readonly observes?: string;
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

/** Wire profile and endpoint of an instance. */
export interface InstanceWire {
  readonly profile: WireProfile;
  readonly endpoint: string;
}

/**
 * Creates the actions of effects. It remembers earlier effects, because a repeated effect is not
 * sent again.
 */
export function createToActions(wireOf: (instance: AutosysInstance) => InstanceWire | undefined) {
  const locationByKey = new Map<string, string>();
  return function toActions(
    effect: Effect | Repeat | InvalidEffect,
    location: string,
    observes: string | undefined,
  ): readonly ActionDocument[] {
    const { kind, route, to: instance } = effect;
    if (kind === 'repeat') return [];
    const mode = observes === undefined ? {} : { observes };
    if (kind === 'invalidEffect') {
      return [{ route, instance, ...mode, valid: false, reason: effect.reason }];
    }
    if (observes !== undefined)
      return [{ ...toActionDocument(effect, wireOf(instance)), observes }];
    const sameAs = locationByKey.get(effect.key);
    locationByKey.set(effect.key, sameAs ?? location);
    return [toActionDocument(effect, wireOf(instance), sameAs)];
  };
}

function toActionDocument(
  { route, to: instance, event }: Effect,
  speech: InstanceWire | undefined,
  sameAs?: string,
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
