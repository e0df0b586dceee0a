import type { Origin } from '../lambda/routing/origin.ts';
import type { Placeholder, Template } from '../lambda/routing/template.ts';
import { findKnownDimensions, isCut, readDimensionOf } from './dimension-fields.ts';
import { fitName, withoutCuts } from './fitting-name.ts';
import type { TargetUse } from './targets.ts';
import { toLongestLength } from './template-fit.ts';
import { printTemplate } from './template-print.ts';
import { type Dimension, findOpenDimensions } from './workloads.ts';

/** Warnings about a name that distinguishes most workloads of a route, but not all. */
export function findNameWarnings({ name, text, placed, workloads }: TargetUse): readonly string[] {
  const { from, to } = placed.route;
  const open = findOpenDimensions(workloads);
  if (open.length === 0 || findKnownDimensions(name, from) === 'run') return [];
  const cut = findCutFields(name, from, open);
  const alike = cut.map(({ max, field }) => `in the first ${max} characters of ${field}`);
  return [
    ...(cut.length === 0
      ? []
      : [
          `two workloads with the same text ${alike.join(' and ')} set the same target ${text} of ${to}, and the run that began last decides; ${adviseCut(name, cut, from)}`,
        ]),
    ...(open.includes('name') && open.includes('queue') && !hasDotBetween(name)
      ? [
          `two workloads can set the same target ${text} of ${to}, because queue and job name together may be the same text; put a dot between the fields, because Batch allows no dot in either${exampleOf(withDot(name), from)}`,
        ]
      : []),
  ];
}

/** Advises a longer cut only if the name has room for it. */
function adviseCut(name: Template, cut: readonly Placeholder[], from: Origin): string {
  const longer = fitName(
    withoutCuts(name, (field) => cut.includes(field)),
    from,
  );
  const rename = 'use workload names that begin differently';
  const isLonger =
    longer !== undefined && toLongestLength(longer, from.kind) > toLongestLength(name, from.kind);
  return isLonger ? `cut less, as in ${printTemplate(longer)}, or ${rename}` : rename;
}

function exampleOf(name: Template, from: Origin): string {
  const fitting = fitName(name, from);
  return fitting === undefined ? '' : `, as in ${printTemplate(fitting)}`;
}

/** Finds fields that are cut and are the only ones that contain an open dimension. */
function findCutFields(
  name: Template,
  from: Origin,
  open: readonly Dimension[],
): readonly Placeholder[] {
  return (['name', 'queue'] as const).flatMap((dimension) => {
    if (!open.includes(dimension)) return [];
    const fields = name.flatMap((piece) =>
      typeof piece !== 'string' && readDimensionOf(piece.field, from.kind) === dimension
        ? [piece]
        : [],
    );
    return fields.every((piece) => isCut(piece, from.kind)) ? fields.slice(0, 1) : [];
  });
}

/** Indexes of the fields that contain queue and job name. */
function findQueueAndName(name: Template): readonly [number, number] {
  const fields = name.flatMap((piece, at) =>
    typeof piece !== 'string' && ['jobQueue', 'batchJobName', 'run'].includes(piece.field)
      ? [at]
      : [],
  );
  const [first = 0, second = 0] = fields;
  return [first, second];
}

/** True if a dot separates the fields that contain queue and job name. */
function hasDotBetween(name: Template): boolean {
  return name
    .slice(...findQueueAndName(name))
    .some((piece) => typeof piece === 'string' && piece.includes('.'));
}

function withDot(name: Template): Template {
  const [first] = findQueueAndName(name);
  const isText = typeof name[first + 1] === 'string';
  return name.toSpliced(first + 1, isText ? 1 : 0, '.');
}
