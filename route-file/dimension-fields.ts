import type { Origin } from '../lambda/routing/routes.ts';
import type { Placeholder, Template } from '../lambda/routing/template.ts';
import { toLongestLength } from './template-fit.ts';
import { type Dimension, toWorkloads } from './workloads.ts';

/** Fields that are different in each run. A name with one of them is different for each run. */
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

/** Returns the dimension of a workload that a field contains. */
export function readDimensionOf(field: string, kind: Origin['kind']): Dimension | undefined {
  return dimensionByField[kind][field];
}

/** Returns the field that contains a dimension. */
export function toField(dimension: Dimension, kind: Origin['kind']): string {
  if (dimension === 'queue') return 'jobQueue';
  if (dimension !== 'name') return dimension;
  return kind === 'execution' ? 'stateMachine' : 'batchJobName';
}

/** Returns the dimensions that a name contains, or `run` if the name is different for each run. */
export function findKnownDimensions(
  template: Template,
  from: Origin,
): ReadonlySet<Dimension> | 'run' {
  const known = new Set<Dimension>();
  for (const piece of template) {
    if (typeof piece === 'string') continue;
    if (runFields.has(piece.field) && !isCut(piece, from.kind)) return 'run';
    const dimension = readDimensionOf(piece.field, from.kind);
    const { max = Number.POSITIVE_INFINITY } = piece;
    if (dimension !== undefined && max >= toLeastCut(piece.field, from)) known.add(dimension);
  }
  return known;
}

/** Minimum length of a cut field that still distinguishes the workloads of a route. */
export function toLeastCut(field: string, from: Origin): number {
  const dimension = readDimensionOf(field, from.kind);
  if (dimension === undefined) return 1;
  const range = toWorkloads(from).ranges[dimension];
  if (range.kind === 'glob') return range.text.indexOf('*') + 1;
  let least = 1;
  while (new Set(range.texts.map((text) => text.slice(0, least))).size < range.texts.length) {
    least += 1;
  }
  return least;
}

/** True if the limit of a field can remove characters of its text. */
export function isCut({ field, max }: Placeholder, kind: Origin['kind']): boolean {
  return max !== undefined && max < toLongestLength([{ field }], kind);
}
