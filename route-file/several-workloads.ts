import type { BatchJobOrigin, Origin } from '../lambda/routing/origin.ts';
import type { Placeholder } from '../lambda/routing/template.ts';
import { isCombined, type RouteAtPath } from './conflicts.ts';
import { findKnownDimensions, toField } from './dimension-fields.ts';
import type { Faults } from './faults.ts';
import { append, findMissing, fitName, toDistinctName } from './fitting-name.ts';
import { canMeet } from './name-tokens.ts';
import { findNameWarnings } from './name-warnings.ts';
import type { TargetUse } from './targets.ts';
import { printTemplate } from './template-print.ts';
import { canDiffer, type Dimension, findOpenDimensions, toLocations } from './workloads.ts';

/**
 * Rejects a route that can match several workloads and sets one target for all of them: a FAILED
 * would be discarded when a run of another workload that began later succeeds.
 *
 * Warns about names that may be the same for several workloads, or for the children of one run.
 *
 * @returns true if `combine` has an effect for this route
 */
export function checkSeveralWorkloads(
  placed: RouteAtPath,
  uses: readonly TargetUse[],
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): boolean {
  const { route } = placed;
  const spellings = [...new Map(uses.map((use) => [use.spelling, use])).values()];
  const shared = spellings.filter(isShared);
  const cautions = [
    ...spellings.filter((use) => !shared.includes(use)).flatMap(findNameWarnings),
    ...findDuplicateNames(uses),
    ...findChildren(spellings, route.from),
  ];
  const path = [...placed.path, 'name'];
  if (!isCombined(placed)) {
    if (shared.length > 0) faults.at(path, describeShared(placed, shared));
    for (const caution of cautions) warnings.at(path, caution);
  }
  return shared.length + cautions.length > 0;
}

function isShared({ name, placed, workloads }: TargetUse): boolean {
  const known = findKnownDimensions(name, placed.route.from);
  return known !== 'run' && canDiffer(workloads, workloads, known);
}

function describeShared({ route }: RouteAtPath, shared: readonly TargetUse[]): string {
  const { from, to } = route;
  const [first] = shared;
  const open = first ? findOpenDimensions(first.workloads) : [];
  const reasons = open.map((dimension) => describeOpen(dimension, from));
  const names = shared.map(({ text }) => text).join(', ');
  const remedies = ['match one workload', ...describeNameFix(shared, from)];
  return `route ${route.name} can match several workloads (${reasons.join(', ')}), and each of them sets ${names} of ${to}: a FAILED of one is discarded when another that began later succeeds; ${remedies.join(', ')}, or add combine: latest to the route if the run that began last should decide`;
}

/** Advises which fields to put into the name, if all names can be fixed in this way. */
function describeNameFix(shared: readonly TargetUse[], from: Origin): readonly string[] {
  const [first] = shared;
  const [example, ...others] = shared.map(({ name }) => toDistinctName(name, from));
  if (first === undefined || example === undefined || others.includes(undefined)) return [];
  const missing = findMissing(first.name, from);
  const fields = missing.map((dimension) => `\${${toField(dimension, from.kind)}}`);
  return [`put ${fields.join(' and ')} into the name, as in ${printTemplate(example)}`];
}

function describeOpen(dimension: Dimension, from: Origin): string {
  const { accounts, regions } = toLocations(from);
  if (dimension === 'account') return `account lists ${accounts.length} accounts`;
  if (dimension === 'region') return `region lists ${regions.length} Regions`;
  if (from.kind === 'execution') return `stateMachine ${from.stateMachine.text} is a pattern`;
  return describeOpenBatch(dimension, from);
}

function describeOpenBatch(
  dimension: 'name' | 'queue',
  { batchJobName, jobQueue }: BatchJobOrigin,
): string {
  const [key, selector] =
    dimension === 'name' ? (['jobName', batchJobName] as const) : (['jobQueue', jobQueue] as const);
  return selector === undefined ? `${key} is not given` : `${key} ${selector.text} is a pattern`;
}

/** Finds two templates of one route that can produce the same name for two of its workloads. */
function findDuplicateNames(uses: readonly TargetUse[]): readonly string[] {
  const [any] = uses;
  if (any === undefined || !canDiffer(any.workloads, any.workloads, new Set())) return [];
  return uses.flatMap((use, at) => {
    const duplicate = uses
      .slice(0, at)
      .find(
        (one) =>
          one.property === use.property &&
          one.spelling !== use.spelling &&
          canMeet(one.pattern.tokens, use.pattern.tokens),
      );
    const { to } = use.placed.route;
    return duplicate === undefined || duplicate.pattern.isKnown || use.pattern.isKnown
      ? []
      : [
          `${duplicate.text} and ${use.text} of ${to} can be the same name for two workloads; put the text that differs in front of the field`,
        ];
  });
}

/** Fields that are different for each child of one run. */
const childFields = new Set([
  'index',
  'runId',
  'executionArn',
  'executionName',
  'batchJobId',
  'eventId',
]);

function findChildren(uses: readonly TargetUse[], from: Origin): readonly string[] {
  const settings =
    from.kind === 'execution'
      ? { mapChildren: from.mapChildren }
      : { arrayChildren: from.arrayChildren, nodes: from.nodes };
  const included = Object.entries(settings).filter(([, parts]) => parts !== 'ignore');
  if (included.length === 0) return [];
  const shared = uses.filter(({ name }) => {
    return !name.some(
      (piece) =>
        typeof piece !== 'string' &&
        (childFields.has(piece.field) || (from.kind === 'execution' && piece.field === 'run')),
    );
  });
  if (shared.length === 0) return [];
  const keys = included.map(([key, parts]) => `${key}: ${parts}`).join(', ');
  const field: Placeholder =
    from.kind === 'execution' ? { field: 'executionName' } : { field: 'index', otherwise: '0' };
  const examples = shared.map(({ name }) => fitName(append(name, field), from));
  const [example] = examples;
  const put =
    example === undefined || examples.includes(undefined)
      ? ''
      : `put ${printTemplate([field])} into the name, as in ${printTemplate(example)}, or `;
  return [
    `all children of a run set ${shared.map(({ text }) => text).join(', ')} of ${shared[0]?.placed.route.to} (${keys}): a FAILED of one is discarded when another that began later succeeds; ${put}add combine: latest to the route if the child that began last should decide`,
  ];
}
