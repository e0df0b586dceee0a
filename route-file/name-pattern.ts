import type { Origin, Route, Selector } from '../lambda/routing/routes.ts';
import type { Placeholder, Template } from '../lambda/routing/template.ts';
import { findTemplateField } from '../lambda/routing/template-fields.ts';
import type { WorkloadStatus } from '../lambda/workload/workload.ts';
import { isCut, readDimensionOf } from './dimension-fields.ts';
import {
  any,
  anyText,
  canMeet,
  type NameToken,
  nonEmptyText,
  readHead,
  someDigits,
  toDigits,
  toGlobTokens,
  toTextTokens,
} from './name-tokens.ts';
import { type Dimension, ownLocation, type Range, toLocations, toRange } from './workloads.ts';

/** A piece of a name: known text, or a field whose text depends on the event. */
type Segment = { readonly kind: 'text'; readonly text: string } | OpenField;

interface OpenField {
  readonly kind: 'field';
  readonly tokens: readonly NameToken[];
  /** The text before the cut. The same as `tokens` if there is no cut. */
  readonly whole: readonly NameToken[];
  /** Maximum length of the cut field, in characters. */
  readonly max?: number;
  readonly dimension?: Dimension;
}

/** All names that a template can produce for one route and status. */
export interface NamePattern {
  readonly segments: readonly Segment[];
  readonly tokens: readonly NameToken[];
  /** The known text at the beginning; the whole name if all of it is known. */
  readonly head: string;
  readonly isKnown: boolean;
}

/** Determines which names a template can produce for one route and status. */
export function toNamePattern(
  template: Template,
  { from }: Pick<Route, 'from'>,
  status: WorkloadStatus,
): NamePattern {
  const segments = joinTexts(
    template.map((piece) =>
      typeof piece === 'string'
        ? { kind: 'text', text: piece }
        : toSegment(piece, toFieldRange(piece.field, from, status), from),
    ),
  );
  const tokens = segments.flatMap((one) =>
    one.kind === 'text' ? toTextTokens(one.text) : one.tokens,
  );
  return {
    segments,
    tokens,
    head: readHead(tokens),
    isKnown: segments.every(({ kind }) => kind === 'text'),
  };
}

/**
 * Derives a dimension of the workload from a known name, if the pattern has only one open field.
 *
 * A text that is shorter than the limit of its field was not cut, so it is the whole value.
 *
 * @param name a text that fits the tokens of the pattern
 * @returns the dimension and its value; `impossible` if the field cannot have that text;
 * `undefined` if the name does not determine a dimension
 */
export function readDimension(
  { segments }: NamePattern,
  name: string,
): readonly [Dimension, string] | 'impossible' | undefined {
  const at = segments.findIndex(({ kind }) => kind === 'field');
  const field = segments[at];
  if (field?.kind !== 'field') return undefined;
  const [before = 0, after = 0] = [segments.slice(0, at), segments.slice(at + 1)].map((some) =>
    some.reduce((sum, one) => sum + (one.kind === 'text' ? one.text.length : Number.NaN), 0),
  );
  // With a second open field, the text of each is unknown.
  if (Number.isNaN(before + after)) return undefined;
  const text = name.slice(before, name.length - after);
  if (!canHaveText(field, text)) return 'impossible';
  const isWhole = field.max === undefined || text.length < field.max;
  return field.dimension === undefined || !isWhole ? undefined : [field.dimension, text];
}

function canHaveText({ whole, max = Number.POSITIVE_INFINITY }: OpenField, text: string): boolean {
  if (text.length > max) return false;
  return canMeet(whole, [...toTextTokens(text), ...(text.length === max ? anyText : [])]);
}

/** True if the file restricts an open field: by a character of a glob, or to digits. */
export function isConstrained({ segments }: NamePattern): boolean {
  return segments.some((one) => one.kind === 'field' && one.whole.some(({ of }) => of !== any));
}

/** The possible values of a field, if route and status determine them. */
function toFieldRange(field: string, from: Origin, status: WorkloadStatus): Range | undefined {
  const { accounts, regions } = toLocations(from);
  switch (field) {
    case 'status':
      return toListed([status]);
    case 'workloadKind':
      return toListed([from.kind]);
    case 'account':
      return toListed(accounts);
    case 'region':
      return toListed(regions);
    default: {
      const selector = toSelector(field, from);
      return selector && toRange(selector);
    }
  }
}

function toSelector(field: string, from: Origin): Selector | undefined {
  if (from.kind === 'execution') {
    return field === 'stateMachine' || field === 'workload' ? from.stateMachine : undefined;
  }
  if (field === 'batchJobName' || field === 'run') return from.batchJobName;
  if (field === 'jobQueue') return from.jobQueue;
  return field === 'jobDefinition' || field === 'workload' ? from.jobDefinition : undefined;
}

/**
 * A single explicit account or Region is known. The one of the stack, and one of several, is not.
 */
function toListed(texts: readonly string[]): Range | undefined {
  return texts.length === 1 && texts[0] !== ownLocation ? { kind: 'listed', texts } : undefined;
}

function toSegment(piece: Placeholder, range: Range | undefined, from: Origin): Segment {
  const { field, max } = piece;
  if (range?.kind === 'listed') {
    return { kind: 'text', text: (range.texts[0] ?? '').slice(0, max) };
  }
  const whole = range ? toGlobTokens(range.text) : toShape(piece, from.kind);
  const dimension = readDimensionOf(field, from.kind);
  const open = { kind: 'field', whole, ...(dimension && { dimension }) } as const;
  if (max === undefined || !isCut(piece, from.kind)) return { ...open, tokens: whole };
  const head = range?.text.slice(0, range.text.indexOf('*')).slice(0, max) ?? '';
  return { ...open, tokens: [...toTextTokens(head), ...anyText], max };
}

/** The form of a field whose value neither route nor status determines. */
function toShape(
  { field, day, otherwise }: Placeholder,
  kind: Origin['kind'],
): readonly NameToken[] {
  if (day !== undefined) {
    const pieces = day.format.match(/yyyy|MM|dd|HH|mm|[-._]+/g) ?? [];
    return pieces.flatMap((piece) =>
      /[A-Za-z]/.test(piece) ? toDigits(piece.length) : toTextTokens(piece),
    );
  }
  if (otherwise !== undefined || findTemplateField(field)?.[kind]?.mayBeAbsent) return anyText;
  switch (field) {
    case 'account':
      return toDigits(12);
    case 'date':
      return [4, 2, 2].flatMap((count, at) => [
        ...toTextTokens(at === 0 ? '' : '-'),
        ...toDigits(count),
      ]);
    case 'attempt':
    case 'redriveCount':
      return someDigits;
    default:
      return nonEmptyText;
  }
}

function joinTexts(segments: readonly Segment[]): readonly Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (segment.kind === 'text' && last?.kind === 'text') {
      joined.splice(-1, 1, { kind: 'text', text: last.text + segment.text });
    } else joined.push(segment);
  }
  return joined;
}
