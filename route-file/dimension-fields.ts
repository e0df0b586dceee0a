import type { Origin } from '../lambda/routing/routes.ts';
import type { Placeholder, Template } from '../lambda/routing/template.ts';
import { toLongestLength } from './template-fit.ts';
import { type Dimension, toWorkloads } from './workloads.ts';

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

/** The dimension of a workload that a field is the value of. */
export function readDimensionOf(field: string, kind: Origin['kind']): Dimension | undefined {
  return dimensionByField[kind][field];
}

/** The field that is the value of a dimension. */
export function toField(dimension: Dimension, kind: Origin['kind']): string {
  if (dimension === 'queue') return 'jobQueue';
  if (dimension !== 'name') return dimension;
  return kind === 'execution' ? 'stateMachine' : 'batchJobName';
}

/** What a template tells of the workload: every run has its own name, or the dimensions that are part of the name. */
export function findKnownDimensions(
  template: Template,
  from: Origin,
): ReadonlySet<Dimension> | 'run' {
  const told = new Set<Dimension>();
  for (const piece of template) {
    if (typeof piece === 'string') continue;
    if (runFields.has(piece.field) && !isCut(piece, from.kind)) return 'run';
    const dimension = readDimensionOf(piece.field, from.kind);
    const { max = Number.POSITIVE_INFINITY } = piece;
    if (dimension !== undefined && max >= toLeastCut(piece.field, from)) told.add(dimension);
  }
  return told;
}

/** Characters that a cut must leave of a field, so that it can still tell the workloads of a route apart. */
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

/** Whether a field may lose characters of its text. */
export function isCut({ field, max }: Placeholder, kind: Origin['kind']): boolean {
  return max !== undefined && max < toLongestLength([{ field }], kind);
}
