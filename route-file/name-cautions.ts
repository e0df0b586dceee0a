import type { Origin } from '../lambda/routing/origin.ts';
import type { Placeholder, Template } from '../lambda/routing/template.ts';
import { findKnownDimensions, isCut, readDimensionOf } from './dimension-fields.ts';
import { fitName, withoutCuts } from './fitting-name.ts';
import type { TargetUse } from './targets.ts';
import { toLongestLength } from './template-fit.ts';
import { printTemplate } from './template-print.ts';
import { type Dimension, findOpenDimensions } from './workloads.ts';

/** What is to be said of a name that tells workloads apart, yet not in every case. */
export function findCautions({ name, text, placed, workloads }: TargetUse): readonly string[] {
  const { from, to } = placed.route;
  const open = findOpenDimensions(workloads);
  if (open.length === 0 || findKnownDimensions(name, from) === 'run') return [];
  const cut = findCutFields(name, from, open);
  const alike = cut.map(({ max, field }) => `in the first ${max} characters of ${field}`);
  return [
    ...(cut.length === 0
      ? []
      : [
          `two workloads that are alike ${alike.join(' and ')} share ${text} of ${to}, and the run that began last decides; ${adviseCut(name, cut, from)}`,
        ]),
    ...(open.includes('name') && open.includes('queue') && !hasDotBetween(name)
      ? [
          `two workloads can share ${text} of ${to}, as their queue and job name may come to one text; put a dot between the fields, which Batch allows in neither${exampleOf(withDot(name), from)}`,
        ]
      : []),
  ];
}

/** Cutting less is advice only where the name has room for it. */
function adviseCut(name: Template, cut: readonly Placeholder[], from: Origin): string {
  const longer = fitName(
    withoutCuts(name, (field) => cut.includes(field)),
    from,
  );
  const keep = 'keep the beginnings of their names apart';
  const isLonger =
    longer !== undefined && toLongestLength(longer, from.kind) > toLongestLength(name, from.kind);
  return isLonger ? `cut less, as in ${printTemplate(longer)}, or ${keep}` : keep;
}

function exampleOf(name: Template, from: Origin): string {
  const fitting = fitName(name, from);
  return fitting === undefined ? '' : `, as in ${printTemplate(fitting)}`;
}

/** The cut fields that alone tell an open dimension of names. */
function findCutFields(
  name: Template,
  from: Origin,
  open: readonly Dimension[],
): readonly Placeholder[] {
  return (['name', 'queue'] as const).flatMap((dimension) => {
    if (!open.includes(dimension)) return [];
    const telling = name.flatMap((piece) =>
      typeof piece !== 'string' && readDimensionOf(piece.field, from.kind) === dimension
        ? [piece]
        : [],
    );
    return telling.every((piece) => isCut(piece, from.kind)) ? telling.slice(0, 1) : [];
  });
}

/** Places of the fields that tell queue and job name. */
function findQueueAndName(name: Template): readonly [number, number] {
  const fields = name.flatMap((piece, at) =>
    typeof piece !== 'string' && ['jobQueue', 'batchJobName', 'run'].includes(piece.field)
      ? [at]
      : [],
  );
  const [first = 0, second = 0] = fields;
  return [first, second];
}

/** Whether a dot parts the fields that tell queue and job name. */
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
