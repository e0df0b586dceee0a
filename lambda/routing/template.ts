import type { ExecutionOutput, WorkloadEvent } from '../workload/workload.ts';
import { findTemplateField } from './template-fields.ts';

export { templateFields } from './template-fields.ts';

/** A field of the AWS event in a template: `${cause:80|none}`. */
export interface Placeholder {
  /** A name of `templateFields`, or `output.` and a path into the execution's output. */
  readonly field: string;
  /** At most so many characters are taken. */
  readonly max?: number;
  /** Stands in where the event has no such field. */
  readonly otherwise?: string;
}

/** A text of the route file, read: literal pieces and placeholders in order. */
export type Template = readonly (string | Placeholder)[];

/** A template with the facts of one event in it, or the first field the event cannot give. */
export type Filled =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing'; readonly field: string; readonly why: string };

type Missing = Extract<Filled, { kind: 'missing' }>;
/** A field's text, or why there is none. */
type Found = { readonly text: string } | { readonly why: string };

/**
 * Fills a template with the facts of one event.
 *
 * Control characters and line breaks become single blanks, as AutoSys takes one line; a blank field counts as absent.
 * Lengths and characters of the whole are checked where the text becomes an AutoSys name or value, not here.
 */
export function fillTemplate(template: Template, event: WorkloadEvent): Filled {
  let text = '';
  for (const piece of template) {
    const filled = typeof piece === 'string' ? piece : fillPlaceholder(piece, event);
    if (typeof filled !== 'string') return filled;
    text += filled;
  }
  return { kind: 'text', text };
}

function fillPlaceholder(placeholder: Placeholder, event: WorkloadEvent): string | Missing {
  const { field, max, otherwise } = placeholder;
  const found = isOutputField(field) ? readOutput(field, event) : readField(field, event);
  if ('text' in found) return max === undefined ? found.text : truncate(found.text, max);
  return otherwise ?? { kind: 'missing', field, why: found.why };
}

function readField(name: string, event: WorkloadEvent): Found {
  const field = findTemplateField(name);
  if (field === undefined) return { why: `there is no field ${name}` };
  if (field[event.kind] === undefined) return { why: `${toOwner(event)} has no ${name}` };
  const value =
    event.kind === 'execution' ? field.execution?.read(event) : field.batchJob?.read(event);
  const text = value instanceof Date ? toWholeSeconds(value) : toTemplateLine(String(value ?? ''));
  return text.trim() === '' ? { why: `the event carries no ${name}` } : { text };
}

/** Whether a field points into the execution's output: `output.total`, `output.files[0].name`. */
export function isOutputField(field: string): boolean {
  return /^output[.[]/.test(field);
}

function readOutput(field: string, event: WorkloadEvent): Found {
  if (event.kind !== 'execution') return { why: 'a Batch job has no output' };
  if (event.output.kind !== 'json') return { why: whyNoOutput(event.output, event.status) };
  let value = event.output.value;
  for (const [step, key, index] of field.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    const next = key === undefined ? at(value, Number(index)) : get(value, key);
    if (next === undefined) return { why: `the output has no ${step} on the way to ${field}` };
    value = next;
  }
  if (typeof value === 'string') return { text: toTemplateLine(value) };
  if (typeof value === 'number' || typeof value === 'boolean') return { text: String(value) };
  return { why: `found ${nameShape(value)} at ${field}, allowed: a text, a number, true or false` };
}

function whyNoOutput(output: Exclude<ExecutionOutput, { kind: 'json' }>, status: string): string {
  switch (output.kind) {
    case 'leftOut':
      return 'the output is larger than an event may carry (248 KiB), so AWS left it out';
    case 'unreadable':
      return 'the output is not JSON';
    case 'none':
      return status === 'SUCCEEDED'
        ? 'the execution put out nothing'
        : `only a SUCCEEDED execution has an output, this one is ${status}`;
    default:
      return output satisfies never;
  }
}

function get(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function at(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : undefined;
}

function nameShape(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : 'an object';
}

function toOwner(event: WorkloadEvent): string {
  return event.kind === 'execution' ? 'an execution' : 'a Batch job';
}

function toWholeSeconds(at: Date): string {
  return at.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Blanks that hold a line break or another control character become one blank, at the ends none. */
export function toTemplateLine(text: string): string {
  return text.toWellFormed().replace(/[\s\p{Cc}]+/gu, (blanks, start: number, whole: string) => {
    if (!/[\p{Cc}\u2028\u2029]/u.test(blanks)) return blanks;
    return start === 0 || start + blanks.length === whole.length ? '' : ' ';
  });
}

/** At most `max` characters, and never half of a character that takes two places. */
export function truncate(text: string, max: number): string {
  const head = text.slice(0, max);
  return head.isWellFormed() ? head : head.slice(0, -1);
}
