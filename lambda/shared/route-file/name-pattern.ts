import type { Origin, Route, Selector } from '../routes.ts';
import type { Placeholder, Template } from '../template.ts';
import { findTemplateField } from '../template-fields.ts';
import type { WorkloadStatus } from '../workload.ts';
import {
  any,
  anyText,
  readHead,
  someDigits,
  someText,
  type Token,
  toDigits,
  toGlobTokens,
  toTextTokens,
} from './name-tokens.ts';
import {
  type Dimension,
  ownPlace,
  type Range,
  toPlaces,
  toRange,
  toWorkloads,
} from './workloads.ts';

/** A piece of a name: known text, or a field whose text depends on the event. */
type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly tokens: readonly Token[]; readonly dimension?: Dimension };

/** The names that a template can come to on one route and status. */
export interface NamePattern {
  readonly segments: readonly Segment[];
  readonly tokens: readonly Token[];
  /** The known text at its beginning; the whole name where all of it is known. */
  readonly head: string;
  readonly isKnown: boolean;
}

/** Works out which names a template can come to on one route and status. */
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
 * The dimension whose value a name gives away, where it has one open field only, and that field is a whole name.
 *
 * @param name what the pattern comes to
 */
export function readDimension(
  { segments }: NamePattern,
  name: string,
): readonly [Dimension, string] | undefined {
  const at = segments.findIndex(({ kind }) => kind === 'field');
  const field = segments[at];
  if (field?.kind !== 'field' || field.dimension === undefined) return undefined;
  const [before = 0, after = 0] = [segments.slice(0, at), segments.slice(at + 1)].map((some) =>
    some.reduce((sum, one) => sum + (one.kind === 'text' ? one.text.length : Number.NaN), 0),
  );
  // With a second open field nothing is given away.
  if (Number.isNaN(before + after)) return undefined;
  return [field.dimension, name.slice(before, name.length - after)];
}

/** Whether the file says something of its open fields: a character of a glob, or that they are digits. */
export function isConstrained({ segments }: NamePattern): boolean {
  return segments.some((one) => one.kind === 'field' && one.tokens.some(({ of }) => of !== any));
}

/** Fields that differ from run to run, so that a name with one of them is another one for each run. */
const runFields = new Set(['runId', 'executionArn', 'batchJobId', 'eventId']);

const dimensionByField: Readonly<Record<Origin['kind'], Readonly<Record<string, Dimension>>>> = {
  execution: { stateMachine: 'name', workload: 'name', account: 'account', region: 'region' },
  batchJob: {
    batchJobName: 'name',
    run: 'name',
    jobQueue: 'queue',
    account: 'account',
    region: 'region',
  },
};

/** What a template tells of the workload: every run has its own name, or the dimensions that are part of the name. */
export function findTold(template: Template, from: Origin): ReadonlySet<Dimension> | 'run' {
  const told = new Set<Dimension>();
  for (const piece of template) {
    if (typeof piece === 'string') continue;
    if (runFields.has(piece.field) && !isCut(piece, from.kind)) return 'run';
    const dimension = toDimension(piece, from);
    if (dimension !== undefined) told.add(dimension);
  }
  return told;
}

/** The dimension that a field tells; a cut that leaves the same text of all of them tells nothing. */
function toDimension({ field, max }: Placeholder, from: Origin): Dimension | undefined {
  const dimension = dimensionByField[from.kind][field];
  if (dimension === undefined || max === undefined) return dimension;
  const range = toWorkloads(from).ranges[dimension];
  if (range.kind === 'glob') return range.text.indexOf('*') < max ? dimension : undefined;
  const cut = new Set(range.texts.map((text) => text.slice(0, max)));
  return cut.size === range.texts.length ? dimension : undefined;
}

/** Whether a field may lose characters of its text. */
export function isCut({ field, max }: Placeholder, kind: Origin['kind']): boolean {
  const longest = findTemplateField(field)?.[kind]?.longest ?? Number.POSITIVE_INFINITY;
  return max !== undefined && max < longest;
}

/** What a field may be, where route and status tell. */
function toFieldRange(field: string, from: Origin, status: WorkloadStatus): Range | undefined {
  const { accounts, regions } = toPlaces(from);
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

/** One account or Region that is written out is known; the stack's own, and one of several, is not. */
function toListed(texts: readonly string[]): Range | undefined {
  return texts.length === 1 && texts[0] !== ownPlace ? { kind: 'listed', texts } : undefined;
}

function toSegment(piece: Placeholder, range: Range | undefined, from: Origin): Segment {
  const { field, max } = piece;
  if (range?.kind === 'listed') {
    return { kind: 'text', text: (range.texts[0] ?? '').slice(0, max) };
  }
  if (isCut(piece, from.kind)) {
    const head = range?.text.slice(0, range.text.indexOf('*')).slice(0, max) ?? '';
    return { kind: 'field', tokens: [...toTextTokens(head), ...anyText] };
  }
  const dimension = dimensionByField[from.kind][field];
  const tokens = range ? toGlobTokens(range.text) : toShape(piece, from.kind);
  return { kind: 'field', tokens, ...(dimension && { dimension }) };
}

/** How the text of a field looks that neither route nor status tells. */
function toShape({ field, otherwise }: Placeholder, kind: Origin['kind']): readonly Token[] {
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
      return someText;
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
