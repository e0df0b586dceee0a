import { nameRules } from '../autosys/names.ts';
import type { Origin } from '../lambda/routing/routes.ts';
import type { Placeholder, Template } from '../lambda/routing/template.ts';
import { findKnownDimensions, readDimensionOf, toField, toLeastCut } from './dimension-fields.ts';
import { fitTemplate } from './template-fit.ts';
import { type Dimension, findOpenDimensions, toWorkloads } from './workloads.ts';

/**
 * Changes a name so that its longest text fits, and so that it distinguishes the workloads of the
 * route.
 *
 * Messages suggest the result, so it must pass every check of a name.
 *
 * @returns `undefined` if no cut leaves enough of the fields
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

/**
 * Cuts the fields of a name so that its longest text fits, and each field still distinguishes the
 * workloads. Returns `undefined` if that is impossible.
 */
export function fitName(name: Template, from: Origin): Template | undefined {
  return fitTemplate(name, from.kind, {
    max: nameRules.globalVariable.max,
    toLeast: (field) => toLeastCut(field, from),
  });
}

/** Removes the limits of the chosen fields. */
export function withoutCuts(name: Template, isChosen: (field: Placeholder) => boolean): Template {
  return name.map((piece) => {
    if (typeof piece === 'string' || !isChosen(piece)) return piece;
    const { max: _, ...whole } = piece;
    return whole;
  });
}

/** Returns the open dimensions that a name does not contain. */
export function findMissing(name: Template, from: Origin): readonly Dimension[] {
  const known = findKnownDimensions(name, from);
  if (known === 'run') return [];
  return findOpenDimensions(toWorkloads(from)).filter((dimension) => !known.has(dimension));
}

/**
 * Appends a field to a name. After another field, the separator is a dot, which Batch allows in no
 * name.
 */
export function append(name: Template, field: Placeholder): Template {
  const isFollowing = name.some((piece) => typeof piece !== 'string');
  const last = name.at(-1);
  const isParted = typeof last === 'string' && /[._-]$/.test(last);
  return [...name, ...(isParted ? [] : [isFollowing ? '.' : '_']), field];
}

/**
 * Replaces an execution ARN by its parts. An ARN is longer than any name, and its beginning is the
 * same for all executions.
 */
function withoutArns(name: Template, kind: Origin['kind']): Template {
  if (kind !== 'execution') return name;
  return name.flatMap((piece) =>
    typeof piece !== 'string' && ['runId', 'executionArn'].includes(piece.field)
      ? [{ field: 'stateMachine' }, '.', { field: 'executionName' }]
      : [piece],
  );
}
