import { matchesPattern, type Pattern } from '../../event-pattern/match.ts';
import type { WorkloadEvent } from '../workload/workload.ts';
import { describeNoData, toDataOf } from './template.ts';
import { readFieldValue, templateFields } from './template-fields.ts';

/** A condition of a route on the fields of an event: an event pattern of EventBridge. */
export interface When extends Pattern {
  /** As the route file has it, for people. */
  readonly text: string;
}

/** Whether a condition holds, or why the event does not show it. */
export type WhenResult =
  | { readonly kind: 'holds' | 'fails' }
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Judges the condition of a route. Pure.
 *
 * It is unknown if AWS has left out an input or output on which it depends. Then the effect must not
 * be lost silently.
 */
export function judgeWhen(when: When, event: WorkloadEvent): WhenResult {
  const fields = toFields(event);
  if (matchesPattern(when, fields)) return { kind: 'holds' };
  if (event.kind !== 'execution') return { kind: 'fails' };
  for (const name of ['output', 'input'] as const) {
    const data = event[name];
    if (data.kind !== 'leftOut' && data.kind !== 'unreadable') continue;
    const others = when.combinations.map((steps) =>
      steps.filter(({ path }) => toDataOf(path) !== name),
    );
    const depends = others.filter((steps, at) => steps.length !== when.combinations[at]?.length);
    if (matchesPattern({ combinations: depends }, fields)) {
      return { kind: 'unknown', why: describeNoData(name, data, event.status) };
    }
  }
  return { kind: 'fails' };
}

/**
 * The fields of an event as a condition sees them: those of templates, and input and output. A field
 * that the event lacks is absent. Instants are texts.
 */
function toFields(event: WorkloadEvent): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(templateFields)) {
    const value = readFieldValue(name, event);
    if (value !== undefined) fields[name] = value;
  }
  if (event.kind !== 'execution') return fields;
  for (const name of ['input', 'output'] as const) {
    const data = event[name];
    if (data.kind === 'json') fields[name] = data.value;
  }
  return fields;
}
