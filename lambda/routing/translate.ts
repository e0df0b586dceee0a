import { createAutosysEvent } from '../../autosys/create-event.ts';
import { NameError } from '../../autosys/errors.ts';
import type { AutosysEvent } from '../../autosys/event.ts';
import { type AutosysInstance, nameRules } from '../../autosys/names.ts';
import { toVersion } from '../workload/version.ts';
import { toVersionKey } from '../workload/version-key.ts';
import { describeRun, type WorkloadEvent } from '../workload/workload.ts';
import { toEventSignature } from './event-signature.ts';
import type { EventTemplate, Route, RouteIndex } from './routes.ts';
import { fillTemplate, toTemplateLine, truncate } from './template.ts';

interface Directed {
  /** The route that asked for it, by name. */
  readonly route: string;
  readonly to: AutosysInstance;
}

/** One thing AutoSys should be told. */
export interface Effect extends Directed {
  readonly kind: 'effect';
  /**
   * Names the effect of this AWS change, however often it is announced:
   * instance, run, attempt or redrive, status and what is said.
   */
  readonly key: string;
  readonly event: AutosysEvent;
}

/** One thing a route asked for that cannot be said: a field is missing, a name or value is unlawful. */
export interface InvalidEffect extends Directed {
  readonly kind: 'invalidEffect';
  readonly reason: string;
}

/** What another route asks for above, word for word: AutoSys is told once, and what stands below waits for it here too. */
export interface Repeat extends Directed {
  readonly kind: 'repeat';
  /** Of the effect. */
  readonly key: string;
}

/** What a workload event means for AutoSys. */
export type Translation = {
  /** The routes that hear the workload, whether or not they say anything on this status. */
  readonly matchedBy: readonly Route[];
} & (
  | { readonly kind: 'effects'; readonly effects: readonly (Effect | Repeat | InvalidEffect)[] }
  | { readonly kind: 'ignored'; readonly reason: string }
);

/** Turns what happened on AWS into what AutoSys should be told; pure and total. */
export function translate(event: WorkloadEvent, index: RouteIndex): Translation {
  const matchedBy = index.find(event);
  if (matchedBy.length === 0)
    return { kind: 'ignored', matchedBy, reason: index.explainMiss(event) };
  const effects = matchedBy.flatMap((route) =>
    (route.say[event.status] ?? []).map((template) => toEffect(event, route, template)),
  );
  if (effects.length > 0) return { kind: 'effects', matchedBy, effects: withRepeats(effects) };
  const names = matchedBy.map((route) => route.name).join(', ');
  return {
    kind: 'ignored',
    matchedBy,
    reason: `${describeRun(event)} is ${event.status}, on which no route says anything (matched: ${names})`,
  };
}

/** Fills in one thing that a route says. */
export function toEffect(
  event: WorkloadEvent,
  route: Pick<Route, 'name' | 'to'>,
  template: EventTemplate,
): Effect | InvalidEffect {
  const directed = { route: route.name, to: route.to };
  const fields: Record<string, string> = { comment: toComment(event) };
  for (const [name, text] of Object.entries(template.fields)) {
    const filled = fillTemplate(text, event);
    if (filled.kind === 'missing') {
      const reason = `${template.kind}: ${name} needs \${${filled.field}}, ${filled.why}`;
      return { kind: 'invalidEffect', ...directed, reason };
    }
    fields[name] = filled.text;
  }
  try {
    const said = createAutosysEvent(template.kind, fields);
    return { kind: 'effect', ...directed, event: said, key: toKey(event, route.to, said) };
  } catch (error) {
    if (!(error instanceof NameError)) throw error;
    return { kind: 'invalidEffect', ...directed, reason: `${template.kind}: ${error.message}` };
  }
}

/** So that an operator who reads the job's events finds the AWS run and the announcement. */
function toComment(event: WorkloadEvent): string {
  const run = event.kind === 'execution' ? event.executionName : event.batchJobId;
  // An id with a control character must not make the value unsendable: AutoSys takes one line.
  const comment = toTemplateLine(`AWS ${run} ${event.status}, event ${event.eventId}`);
  return truncate(comment, nameRules.comment.max);
}

function toKey(event: WorkloadEvent, to: AutosysInstance, said: AutosysEvent): string {
  return `${to} ${toVersionKey(toVersion(event))} ${toEventSignature(said)}`;
}

/** Two routes may ask for the very same; AutoSys is told once. */
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
