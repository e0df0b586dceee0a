import { nameRules } from '../autosys/names.ts';
import type { Origin } from '../lambda/routing/routes.ts';
import type { Placeholder, Template } from '../lambda/routing/template.ts';
import { findKnownDimensions, readDimensionOf, toField, toLeastCut } from './dimension-fields.ts';
import { fitTemplate } from './template-fit.ts';
import { type Dimension, findOpenDimensions, toWorkloads } from './workloads.ts';

/**
 * A name like the given one that fits at its longest and tells the workloads of the route apart.
 *
 * Messages print it, so it must pass every check of a name.
 *
 * @returns `undefined` where no cut leaves enough of the fields
 */
export function toDistinctName(name: Template, from: Origin): Template | undefined {
  const spelled = withoutArns(name, from.kind);
  const missing = findMissing(spelled, from);
  const restored = withoutCuts(spelled, ({ field }) => {
    const dimension = readDimensionOf(field, from.kind);
    return dimension !== undefined && missing.includes(dimension);
  });
  const added = findMissing(restored, from).map((dimension) => ({
    field: toField(dimension, from.kind),
  }));
  return fitName(added.reduce(append, restored), from);
}

/** The name cut so that it fits at its longest and still tells what it can; `undefined` where no cut does. */
export function fitName(name: Template, from: Origin): Template | undefined {
  return fitTemplate(name, from.kind, {
    max: nameRules.globalVariable.max,
    toLeast: (field) => toLeastCut(field, from),
  });
}

/** The name with the chosen fields at their whole length. */
export function withoutCuts(name: Template, isChosen: (field: Placeholder) => boolean): Template {
  return name.map((piece) => {
    if (typeof piece === 'string' || !isChosen(piece)) return piece;
    const { max: _, ...whole } = piece;
    return whole;
  });
}

/** The open dimensions that a name does not tell. */
export function findMissing(name: Template, from: Origin): readonly Dimension[] {
  const told = findKnownDimensions(name, from);
  if (told === 'run') return [];
  return findOpenDimensions(toWorkloads(from)).filter((dimension) => !told.has(dimension));
}

/** Puts a field at the end of a name; behind another field with a dot, which Batch allows in no name. */
export function append(name: Template, field: Placeholder): Template {
  const isFollowing = name.some((piece) => typeof piece !== 'string');
  const last = name.at(-1);
  const isParted = typeof last === 'string' && /[._-]$/.test(last);
  return [...name, ...(isParted ? [] : [isFollowing ? '.' : '_']), field];
}

/** An ARN is longer than any name, and its beginning is alike for all executions: its parts take its place. */
function withoutArns(name: Template, kind: Origin['kind']): Template {
  if (kind !== 'execution') return name;
  return name.flatMap((piece) =>
    typeof piece !== 'string' && ['runId', 'executionArn'].includes(piece.field)
      ? [{ field: 'stateMachine' }, '.', { field: 'executionName' }]
      : [piece],
  );
}
