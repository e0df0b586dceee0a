import { isCombined, type RouteAtPath } from './conflicts.ts';
import { findKnownDimensions } from './dimension-fields.ts';
import type { Faults } from './faults.ts';
import { groupBy } from './group-by.ts';
import { isConstrained, readDimension } from './name-pattern.ts';
import { canMeet } from './name-tokens.ts';
import { checkSeveralWorkloads } from './several-workloads.ts';
import { findTargetUses, type TargetUse } from './targets.ts';
import { canDiffer, isExcepted, ownLocation, type Workloads } from './workloads.ts';

interface Findings {
  readonly faults: Faults;
  readonly warnings: Faults;
}

/**
 * Rejects targets that several workloads set, unless each route with such a target has `combine:
 * latest`.
 *
 * The ledger has one entry for each target, and the run that began last decides. A FAILED of one
 * workload would be discarded, invisibly in AutoSys, when a run of another workload that began
 * later succeeds. One-shot effects have no persistent target.
 */
export function checkSharedTargets(placed: readonly RouteAtPath[], findings: Findings): void {
  const used = new Set<RouteAtPath>();
  const uses = placed.flatMap((one) => {
    const own = findTargetUses(one);
    if (checkSeveralWorkloads(one, own, findings)) used.add(one);
    return own;
  });
  const groups = groupBy(uses, ({ property, placed: { route } }) => `${property} ${route.to}`);
  for (const group of groups.values()) checkPairs(group, used, findings);
  const usedPaths = new Set([...used].map(({ path }) => path));
  // A route to several instances has one path.
  for (const path of new Set(placed.filter(isCombined).map((one) => one.path))) {
    if (usedPaths.has(path)) continue;
    findings.warnings.at(
      [...path, 'combine'],
      'combine has no effect: this route matches one workload, and no other route sets its variables or jobs; remove it',
    );
  }
}

/**
 * Finds routes with different workloads that can set the same target.
 *
 * The uses are sorted by the known beginning of the name. Each use is compared only with uses whose
 * names begin with the same text.
 */
function checkPairs(uses: readonly TargetUse[], used: Set<RouteAtPath>, findings: Findings) {
  const sorted = uses.toSorted((one, other) => compareTexts(one.pattern.head, other.pattern.head));
  const reported = { refused: new Set<RouteAtPath>(), doubtful: new Set<RouteAtPath>() };
  const isSettled = ({ placed }: TargetUse) =>
    used.has(placed) && (isCombined(placed) || reported.refused.has(placed));
  for (const [at, one] of sorted.entries()) {
    for (let next = at + 1; next < sorted.length; next += 1) {
      const other = sorted[next];
      if (other === undefined || !other.pattern.head.startsWith(one.pattern.head)) break;
      if (one.placed === other.placed || (isSettled(one) && isSettled(other))) continue;
      const sharing = findSharing(one, other);
      if (sharing === 'none') continue;
      used.add(one.placed).add(other.placed);
      if (isCombined(one.placed) && isCombined(other.placed)) continue;
      const [first, second] = isBefore(one, other) ? [one, other] : [other, one];
      if (reported[sharing].has(second.placed)) continue;
      reported[sharing].add(second.placed);
      const to = sharing === 'refused' ? findings.faults : findings.warnings;
      to.at([...second.placed.path, 'name'], describe(first, second, findings.faults));
    }
  }
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function isBefore(one: TargetUse, other: TargetUse): boolean {
  return Number(one.placed.path.at(-1)) < Number(other.placed.path.at(-1));
}

/**
 * Whether two different workloads, one of each route, can have the same target.
 *
 * - `refused`: the file shows it
 * - `doubtful`: only if a field that the file does not restrict happens to equal the name of the
 *   other route
 */
function findSharing(one: TargetUse, other: TargetUse): 'refused' | 'doubtful' | 'none' {
  if (!canMeet(one.pattern.tokens, other.pattern.tokens)) return 'none';
  if (one.spelling === other.spelling) return isSharedAlike(one, other) ? 'refused' : 'none';
  const [mine, theirs] = [narrow(one, other), narrow(other, one)];
  if (mine === undefined || theirs === undefined) return 'none';
  if (!canDiffer(mine, theirs, new Set())) return 'none';
  const isDoubtful =
    (one.pattern.isKnown && isByChance(other, theirs, mine)) ||
    (other.pattern.isKnown && isByChance(one, mine, theirs));
  return isDoubtful ? 'doubtful' : 'refused';
}

function isSharedAlike(one: TargetUse, other: TargetUse): boolean {
  const known = findKnownDimensions(one.name, one.placed.route.from);
  const otherKnown = findKnownDimensions(other.name, other.placed.route.from);
  if (known === 'run' || otherKnown === 'run') return false;
  const alike = new Set([...known].filter((dimension) => otherKnown.has(dimension)));
  return canDiffer(one.workloads, other.workloads, alike);
}

/**
 * True if an open name equals a known name by chance only: neither the text of a glob nor the name
 * of a workload suggests it.
 */
function isByChance({ pattern }: TargetUse, narrowed: Workloads, known: Workloads): boolean {
  if (pattern.isKnown || isConstrained(pattern)) return false;
  const [mine, theirs] = [narrowed.ranges.name, known.ranges.name];
  return !(
    mine.kind === 'listed' &&
    theirs.kind === 'listed' &&
    mine.texts.some((text) => theirs.texts.includes(text))
  );
}

/**
 * Restricts the workloads of one use to those that produce the known name of the other. Returns
 * `undefined` if there are none.
 */
function narrow(
  { pattern, workloads }: TargetUse,
  { pattern: other }: TargetUse,
): Workloads | undefined {
  const reading = other.isKnown ? readDimension(pattern, other.head) : undefined;
  if (reading === undefined) return workloads;
  if (reading === 'impossible') return undefined;
  const [dimension, text] = reading;
  if (isExcepted(text, workloads.ranges[dimension])) return undefined;
  return {
    ...workloads,
    ranges: { ...workloads.ranges, [dimension]: { kind: 'listed', texts: [text] } },
  };
}

function describe(first: TargetUse, second: TargetUse, faults: Faults): string {
  const { route, path } = first.placed;
  const otherRoute = `route ${route.name} (line ${faults.lineOf([...path, 'name'])})`;
  const same =
    first.text === second.text
      ? `also sets ${second.text} of ${route.to}`
      : `sets ${first.text} of ${route.to}, which can be the same as ${second.text}`;
  const lacking = [first, second].filter(({ placed }) => !isCombined(placed));
  const where =
    lacking.length === 2
      ? 'both routes'
      : lacking[0] === first
        ? `route ${route.name} as well`
        : 'this route as well';
  const hint = isPlaceUnknown(first, second)
    ? `; a route without account or region matches those of the stack: if both routes mean the same workload, give account and region in both routes, or in neither`
    : '';
  return `${otherRoute} ${same}, for another workload: a FAILED of one is discarded when a run of the other that began later succeeds; use different names, or add combine: latest to ${where} if the run that began last should decide${hint}`;
}

/**
 * True if the account or Region of the stack determines whether both routes match the same
 * workload.
 */
function isPlaceUnknown(first: TargetUse, second: TargetUse): boolean {
  return (['account', 'region'] as const).some((dimension) => {
    const owns = [first, second].map(({ workloads }) => {
      const range = workloads.ranges[dimension];
      return range.kind === 'listed' && range.texts.includes(ownLocation);
    });
    return owns[0] !== owns[1];
  });
}
