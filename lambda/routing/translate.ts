import { createAutosysEvent } from '../../autosys/create-event.ts';
import { NameError } from '../../autosys/errors.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import { type AutosysInstance, nameRules } from '../../autosys/names.ts';
import { toShortFailure } from '../workload/explain-failure.ts';
import { toVersion } from '../workload/version.ts';
import { toVersionKey } from '../workload/version-key.ts';
import { describeRun, isOver, type WorkloadEvent } from '../workload/workload.ts';
import { toEventSignature } from './event-signature.ts';
import {
  type AnyRoute,
  type EventTemplate,
  isRoute,
  type Route,
  type RouteIndex,
} from './routes.ts';
import { fillTemplate, toTemplateLine, truncate } from './template.ts';
import { judgeWhen } from './when.ts';

interface EffectBase {
  /** Name of the route that requests it. */
  readonly route: string;
  readonly to: AutosysInstance;
}

/** One event that a route requests to be sent to AutoSys. */
export interface Effect extends EffectBase {
  readonly kind: 'effect';
  /**
   * Identifies the effect of one status change: instance, run, attempt or redrive, status and event
   * signature. It is the same if AWS reports the change again.
   */
  readonly key: string;
  readonly event: AutosysEvent;
}

/** A requested effect that is invalid: a field is missing, or a name or value is not allowed. */
export interface InvalidEffect extends EffectBase {
  readonly kind: 'invalidEffect';
  readonly reason: string;
}

/**
 * An effect that an earlier route requests too. It is sent once, and later effects of both routes
 * wait for it.
 */
export interface Repeat extends EffectBase {
  readonly kind: 'repeat';
  /** Key of the effect. */
  readonly key: string;
}

/** The effects that a workload event requests. */
export type Translation = {
  /**
   * Routes, launch targets and groups that match the workload, including those without actions for
   * this status.
   */
  readonly matchedBy: readonly AnyRoute[];
} & (
  | { readonly kind: 'effects'; readonly effects: readonly (Effect | Repeat | InvalidEffect)[] }
  /** A launch target or group matches, and no route requests an effect. The run is recorded. */
  | { readonly kind: 'recorded'; readonly reason: string }
  | { readonly kind: 'ignored'; readonly reason: string }
);

/** Translates a workload event into requested effects. Pure; never throws. */
export function translate(event: WorkloadEvent, index: RouteIndex): Translation {
  const matchedBy = index.find(event);
  if (matchedBy.length === 0)
    return { kind: 'ignored', matchedBy, reason: index.explainMiss(event) };
  const ofRoutes = (observed: boolean) =>
    matchedBy.flatMap((route) =>
      isRoute(route) && (route.observe !== undefined) === observed
        ? toRouteEffects(event, route)
        : [],
    );
  // The same effect of an observed route and a live one: the live one is sent.
  const effects = [...withRepeats(ofRoutes(false)), ...ofRoutes(true)];
  if (effects.length > 0) return { kind: 'effects', matchedBy, effects };
  const status = `${describeRun(event)} is ${event.status}`;
  const recordedFor = matchedBy.flatMap((route) => {
    if ('target' in route) return [`launch target ${route.target}`];
    return 'group' in route ? [`group ${route.group.name}`] : [];
  });
  if (recordedFor.length > 0) {
    const reason = `${status}; recorded for ${recordedFor.join(', ')}, nothing is sent to AutoSys`;
    return { kind: 'recorded', matchedBy, reason };
  }
  const toNames = (routes: Translation['matchedBy']) =>
    [...new Set(routes.map((route) => route.name))].join(', ');
  const acting = matchedBy.filter(({ actions }) => actions[event.status]?.length);
  const reason =
    acting.length > 0
      ? `when does not hold in the route ${toNames(acting)}`
      : `no matching route has an action for this status (matched: ${toNames(matchedBy)})`;
  return { kind: 'ignored', matchedBy, reason: `${status}; ${reason}` };
}

/** The effects of a route on an event, in its order. None if its condition does not hold. */
function toRouteEffects(event: WorkloadEvent, route: Route): readonly (Effect | InvalidEffect)[] {
  const { name, to, when } = route;
  const templates = route.actions[event.status] ?? [];
  const judged = when && templates.length > 0 ? judgeWhen(when, event) : undefined;
  if (judged?.kind === 'fails') return [];
  return templates.map((template) => {
    if (judged?.kind !== 'unknown') return toEffect(event, route, template);
    const reason = `${template.kind}: when ${when?.text} cannot be judged, because ${judged.why}`;
    return { kind: 'invalidEffect', route: name, to, reason };
  });
}

/** Fills one action of a route with the facts of an event. */
export function toEffect(
  event: WorkloadEvent,
  route: Pick<Route, 'name' | 'to'>,
  template: EventTemplate,
): Effect | InvalidEffect {
  const base = { route: route.name, to: route.to };
  const fields: Record<string, string> = { comment: toComment(event) };
  for (const [name, text] of Object.entries(template.fields)) {
    const filled = fillTemplate(text, event);
    if (filled.kind === 'missing') {
      const reason = `${template.kind}: ${name} needs \${${filled.field}}, ${filled.why}`;
      return { kind: 'invalidEffect', ...base, reason };
    }
    fields[name] = filled.text;
  }
  try {
    const autosysEvent = createAutosysEvent(template.kind, fields);
    const key = toKey(event, route.to, autosysEvent);
    return { kind: 'effect', ...base, event: autosysEvent, key };
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return { kind: 'invalidEffect', ...base, reason: `${template.kind}: ${error.message}` };
  }
}

/**
 * Comment that shows an operator the AWS run and the EventBridge event of a job's event, and in a few
 * words why the run failed, as far as there is room.
 *
 * The id of the event comes first: a read-back finds our event by it (decision 0010).
 */
function toComment(event: WorkloadEvent): string {
  const run =
    event.group?.run ?? (event.kind === 'execution' ? event.executionName : event.batchJobId);
  // AutoSys accepts one line. An id with a control character must not make the comment invalid.
  const comment = toTemplateLine(`AWS ${run} ${event.status}, event ${event.eventId}`);
  const { max } = nameRules.comment;
  const failure = toFailureText(event);
  const room = max - comment.length - 2;
  if (failure === '' || room < minFailure) return truncate(comment, max);
  return `${comment}: ${failure.length <= room ? failure : `${truncate(failure, room - 1)}…`}`;
}

/** Minimum characters for the reason of a failure; with fewer it would say nothing. */
const minFailure = 20;

/** `autorep -d` shows a comment in angle brackets, so the reason has none. */
function toFailureText(event: WorkloadEvent): string {
  if (!isOver(event.status) || event.status === 'SUCCEEDED') return '';
  const text = toTemplateLine(toShortFailure(event) ?? '');
  return text.replaceAll('<', '(').replaceAll('>', ')').trim();
}

function toKey(event: WorkloadEvent, to: AutosysInstance, autosysEvent: AutosysEvent): string {
  return `${to} ${toVersionKey(toVersion(event))} ${toEventSignature(autosysEvent)}`;
}

/** Replaces an effect that an earlier route requests too by a repeat, so that it is sent once. */
function withRepeats(
  effects: readonly (Effect | InvalidEffect)[],
): readonly (Effect | Repeat | InvalidEffect)[] {
  const seen = new Set<string>();
  return effects.map((effect) => {
    if (effect.kind === 'invalidEffect') return effect;
    const { route, to, key } = effect;
    if (seen.has(key)) return { kind: 'repeat', route, to, key };
    seen.add(key);
    return effect;
  });
}
