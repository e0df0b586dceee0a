import type { BatchJobOrigin, Origin } from '../origin.ts';
import type { Template } from '../template.ts';
import type { Faults } from './faults.ts';
import { findTold, isCut } from './name-pattern.ts';
import { canMeet } from './name-tokens.ts';
import type { PlacedRoute } from './rivalry.ts';
import type { TargetUse } from './targets.ts';
import { canDiffer, type Dimension, findOpenDimensions, toPlaces } from './workloads.ts';

/**
 * Refuses a route that can match several workloads and sets one target for all of them: a FAILED would be discarded as soon as
 * another workload, begun later, succeeds.
 *
 * Warned about are names that several workloads, or the children of one run, may come to share.
 *
 * @returns whether `combine` changes anything for this route
 */
export function checkSeveralWorkloads(
  placed: PlacedRoute,
  uses: readonly TargetUse[],
  { faults, warnings }: { readonly faults: Faults; readonly warnings: Faults },
): boolean {
  const { route } = placed;
  const spellings = [...new Map(uses.map((use) => [use.spelling, use])).values()];
  const shared = spellings.filter(isShared);
  const cautions = [
    ...spellings.filter((use) => !shared.includes(use)).flatMap(findCautions),
    ...findTwins(uses),
    ...findChildren(spellings, route.from),
  ];
  const path = [...placed.path, 'name'];
  if (route.combine === undefined) {
    if (shared.length > 0) faults.at(path, describeShared(placed, shared));
    for (const caution of cautions) warnings.at(path, caution);
  }
  return shared.length + cautions.length > 0;
}

function isShared({ name, placed, workloads }: TargetUse): boolean {
  const told = findTold(name, placed.route.from);
  return told !== 'run' && canDiffer(workloads, workloads, told);
}

function describeShared({ route }: PlacedRoute, shared: readonly TargetUse[]): string {
  const { from, to } = route;
  const [first] = shared;
  const open = first ? findOpenDimensions(first.workloads) : [];
  const reasons = open.map((dimension) => describeOpen(dimension, from));
  const fields = open.map((dimension) => `\${${toField(dimension, from)}}`);
  const names = shared.map(({ text }) => text).join(', ');
  return `route ${route.name} can match several workloads (${reasons.join(', ')}), and each of them sets ${names} of ${to}: a FAILED of one is discarded when another that began later succeeds; match one workload, put ${fields.join(' and ')} into the name, or add combine: latest to the route if the run that began last is to decide`;
}

function describeOpen(dimension: Dimension, from: Origin): string {
  const { accounts, regions } = toPlaces(from);
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

function toField(dimension: Dimension, from: Origin): string {
  if (dimension === 'queue') return 'jobQueue';
  if (dimension !== 'name') return dimension;
  return from.kind === 'execution' ? 'stateMachine' : 'batchJobName';
}

/** Names that tell workloads apart, yet not in every case. */
function findCautions({ name, text, placed, workloads }: TargetUse): readonly string[] {
  const { from, to } = placed.route;
  const open = findOpenDimensions(workloads);
  if (open.length === 0 || findTold(name, from) === 'run') return [];
  const cut = findCutName(name, from, open);
  return [
    ...(cut === undefined
      ? []
      : [
          `two workloads that are alike in the first ${cut.max} characters of ${cut.field} share ${text} of ${to}, and the run that began last decides; cut less, or keep the beginnings of their names apart`,
        ]),
    ...(open.includes('name') && open.includes('queue') && !hasDotBetween(name)
      ? [
          `two workloads can share ${text} of ${to}, as their queue and job name may come to one text; put a dot between the fields, which Batch allows in neither`,
        ]
      : []),
  ];
}

function findCutName(name: Template, from: Origin, open: readonly Dimension[]) {
  for (const piece of name) {
    if (typeof piece === 'string' || !isCut(piece, from.kind)) continue;
    const told = findTold([piece], from);
    if (told === 'run') continue;
    if ([...told].some((one) => open.includes(one) && (one === 'name' || one === 'queue'))) {
      return piece;
    }
  }
  return undefined;
}

/** Whether a dot parts the fields that tell queue and job name. */
function hasDotBetween(name: Template): boolean {
  const fields = name.flatMap((piece, at) =>
    typeof piece !== 'string' && ['jobQueue', 'batchJobName', 'run'].includes(piece.field)
      ? [at]
      : [],
  );
  const [first = 0, second = 0] = fields;
  return name
    .slice(first, second)
    .some((piece) => typeof piece === 'string' && piece.includes('.'));
}

/** Two templates of one route that come to one name for two of its workloads. */
function findTwins(uses: readonly TargetUse[]): readonly string[] {
  const [any] = uses;
  if (any === undefined || !canDiffer(any.workloads, any.workloads, new Set())) return [];
  return uses.flatMap((use, at) => {
    const twin = uses
      .slice(0, at)
      .find(
        (one) =>
          one.property === use.property &&
          one.spelling !== use.spelling &&
          canMeet(one.pattern.tokens, use.pattern.tokens),
      );
    const { to } = use.placed.route;
    return twin === undefined || twin.pattern.isKnown || use.pattern.isKnown
      ? []
      : [
          `${twin.text} and ${use.text} of ${to} can be the same name for two workloads; put the text that differs in front of the field`,
        ];
  });
}

/** Fields that tell children of one run apart. */
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
  const heard = Object.entries(settings).filter(([, parts]) => parts !== 'ignore');
  if (heard.length === 0) return [];
  const shared = uses.filter(({ name }) => {
    return !name.some(
      (piece) =>
        typeof piece !== 'string' &&
        (childFields.has(piece.field) || (from.kind === 'execution' && piece.field === 'run')),
    );
  });
  if (shared.length === 0) return [];
  const keys = heard.map(([key, parts]) => `${key}: ${parts}`).join(', ');
  const field = from.kind === 'execution' ? 'executionName' : 'index|0';
  return [
    `all children of a run set ${shared.map(({ text }) => text).join(', ')} of ${shared[0]?.placed.route.to} (${keys}): a FAILED of one is discarded when another that began later succeeds; put \${${field}} into the name, or add combine: latest to the route if the child that began last is to decide`,
  ];
}
