import type { ExecutionData, WorkloadEvent } from '../workload/workload.ts';
import { type DateText, formatDateText } from './date-text.ts';
import { findTemplateField, readFieldValue } from './template-fields.ts';

export { templateFields } from './template-fields.ts';

/** A field of the AWS event in a template: `${cause:80|none}`. */
export interface Placeholder {
  /** A name of `templateFields`, or `output.` or `input.` and a path into these data. */
  readonly field: string;
  /** For `date`: the day on which the run began, instead of the UTC day of the change. */
  readonly day?: DateText;
  /** Maximum characters. The rest is cut off. @default - no maximum */
  readonly max?: number;
  /** Fallback text if the event has no such field. */
  readonly otherwise?: string;
}

/** A parsed text of the route file: literal pieces and placeholders in order. */
export type Template = readonly (string | Placeholder)[];

/** A template filled from one event, or the first field that the event does not have. */
export type Filled =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing'; readonly field: string; readonly why: string };

type Missing = Extract<Filled, { kind: 'missing' }>;
/** Text of a field, or why the event has none. */
type Found = { readonly text: string } | { readonly why: string };

/**
 * Fills a template from one event.
 *
 * Control characters and line breaks become single blanks, because AutoSys accepts one line. A
 * blank field counts as absent. Length and characters of the whole text are not checked here, but
 * when it becomes an AutoSys name or value.
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
  const { field, day, max, otherwise } = placeholder;
  if (day !== undefined) return formatDateText(event.beganAt, day);
  const data = toDataOf(field);
  const found = data === undefined ? readField(field, event) : readData(data, field, event);
  if ('text' in found) return max === undefined ? found.text : truncate(found.text, max);
  return otherwise ?? { kind: 'missing', field, why: found.why };
}

function readField(name: string, event: WorkloadEvent): Found {
  const field = findTemplateField(name);
  if (field === undefined) return { why: `there is no field ${name}` };
  if (field[event.kind] === undefined) return { why: `${toOwner(event)} has no ${name}` };
  const text = toTemplateLine(String(readFieldValue(name, event) ?? ''));
  return text.trim() === '' ? { why: `the event has no ${name}` } : { text };
}

/** The data of an execution that a field points into: `output.total`, `input.files[0].name`. */
export function toDataOf(field: string): 'input' | 'output' | undefined {
  if (/^output[.[]/.test(field)) return 'output';
  return /^input[.[]/.test(field) ? 'input' : undefined;
}

function readData(of: 'input' | 'output', field: string, event: WorkloadEvent): Found {
  if (event.kind !== 'execution') return { why: `a Batch job has no ${of}` };
  const data = event[of];
  if (data.kind !== 'json') return { why: describeNoData(of, data, event.status) };
  let value = data.value;
  for (const [step, key, index] of field.matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    const next = key === undefined ? getItem(value, Number(index)) : getProperty(value, key);
    if (next === undefined) return { why: `the ${of} has no ${step} (path: ${field})` };
    value = next;
  }
  if (typeof value === 'string') return { text: toTemplateLine(value) };
  if (typeof value === 'number' || typeof value === 'boolean') return { text: String(value) };
  return {
    why: `found ${describeShape(value)} at ${field}, allowed: a text, a number, true or false`,
  };
}

/** Why an event does not show the input or output of its execution. */
export function describeNoData(
  of: 'input' | 'output',
  data: Exclude<ExecutionData, { kind: 'json' }>,
  status: string,
): string {
  switch (data.kind) {
    case 'leftOut':
      return of === 'output'
        ? 'the output is larger than an event may be (248 KiB), so AWS left it out'
        : 'input and output are larger than an event may be (248 KiB), so AWS left out the input';
    case 'unreadable':
      return `the ${of} is not JSON`;
    case 'none':
      return of === 'input' || status === 'SUCCEEDED'
        ? `the execution has no ${of}`
        : `only a SUCCEEDED execution has an output, this one is ${status}`;
    default:
      return data satisfies never;
  }
}

function getProperty(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

function getItem(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : undefined;
}

function describeShape(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : 'an object';
}

function toOwner(event: WorkloadEvent): string {
  return event.kind === 'execution' ? 'an execution' : 'a Batch job';
}

/**
 * The text in one line. Blanks with a line break or another control character become one blank, and
 * are removed at both ends.
 */
export function toTemplateLine(text: string): string {
  return text.toWellFormed().replace(/[\s\p{Cc}]+/gu, (blanks, start: number, whole: string) => {
    if (!/[\p{Cc}\u2028\u2029]/u.test(blanks)) return blanks;
    return start === 0 || start + blanks.length === whole.length ? '' : ' ';
  });
}

/** At most `max` UTF-16 code units, without splitting a surrogate pair. */
export function truncate(text: string, max: number): string {
  const head = text.slice(0, max);
  return head.isWellFormed() ? head : head.slice(0, -1);
}
