import { findKnownDimensions } from './dimension-fields.ts';
import type { Faults } from './faults.ts';
import { isConstrained, readDimension } from './name-pattern.ts';
import { canMeet } from './name-tokens.ts';
import { isCombined, type RouteAtPath } from './rivalry.ts';
import { checkSeveralWorkloads } from './several-workloads.ts';
import { findTargetUses, type TargetUse } from './targets.ts';
import { canDiffer, ownLocation, type Workloads } from './workloads.ts';

interface Findings {
  readonly faults: Faults;
  readonly warnings: Faults;
}

/**
 * Refuses targets that several workloads set, unless each route that names one says `combine: latest`.
 *
 * The ledger keeps one entry for each target, in which the run that began last decides: a FAILED of one workload would be
 * discarded without a trace in AutoSys when another one, begun later, succeeds. One-shots are no targets.
 */
export function checkSharedTargets(placed: readonly RouteAtPath[], findings: Findings): void {
  const used = new Set<RouteAtPath>();
  const uses = placed.flatMap((one) => {
    const own = findTargetUses(one);
    if (checkSeveralWorkloads(one, own, findings)) used.add(one);
    return own;
  });
  const groups = Map.groupBy(uses, ({ property, placed: { route } }) => `${property} ${route.to}`);
  for (const group of groups.values()) checkPairs(group, used, findings);
  for (const one of placed) {
    if (!isCombined(one) || used.has(one)) continue;
    findings.warnings.at(
      [...one.path, 'combine'],
      'combine has no effect: this route matches one workload, and no other route names its variables or jobs; remove it',
    );
  }
}

/**
 * Looks for routes with different workloads that can name the same target.
 *
 * Sorted by the known beginnings of their names, each use need be compared only with those that begin as it does.
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
 * How sure it is that two different workloads, one of each side, come to one name.
 *
 * - `refused`: by what the file says
 * - `doubtful`: only where a field, of which the file says nothing, happens to be the other route's text
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
  const told = findKnownDimensions(one.name, one.placed.route.from);
  const itsTold = findKnownDimensions(other.name, other.placed.route.from);
  if (told === 'run' || itsTold === 'run') return false;
  const alike = new Set([...told].filter((dimension) => itsTold.has(dimension)));
  return canDiffer(one.workloads, other.workloads, alike);
}

/** Whether nothing but chance brings an open name to a known one: no text of a glob, and no workload of that name. */
function isByChance({ pattern }: TargetUse, narrowed: Workloads, known: Workloads): boolean {
  if (pattern.isKnown || isConstrained(pattern)) return false;
  const [mine, theirs] = [narrowed.ranges.name, known.ranges.name];
  return !(
    mine.kind === 'listed' &&
    theirs.kind === 'listed' &&
    mine.texts.some((text) => theirs.texts.includes(text))
  );
}

/** The workloads of the one that come to the name of the other, where that name is known; `undefined` for none. */
function narrow(
  { pattern, workloads }: TargetUse,
  { pattern: other }: TargetUse,
): Workloads | undefined {
  const told = other.isKnown ? readDimension(pattern, other.head) : undefined;
  if (told === undefined) return workloads;
  if (told === 'impossible') return undefined;
  const [dimension, text] = told;
  return {
    ...workloads,
    ranges: { ...workloads.ranges, [dimension]: { kind: 'listed', texts: [text] } },
  };
}

function describe(first: TargetUse, second: TargetUse, faults: Faults): string {
  const { route, path } = first.placed;
  const rival = `route ${route.name} (line ${faults.lineOf([...path, 'name'])})`;
  const same =
    first.text === second.text
      ? `sets ${second.text} of ${route.to} too`
      : `sets ${first.text} of ${route.to}, which can be the same as ${second.text}`;
  const lacking = [first, second].filter(({ placed }) => !isCombined(placed));
  const where =
    lacking.length === 2
      ? 'both routes'
      : lacking[0] === first
        ? `route ${route.name} as well`
        : 'this route as well';
  const hint = isPlaceUnknown(first, second)
    ? `; a route without account or region means the stack's own, so name them in both routes, or in neither, if both mean one workload`
    : '';
  return `${rival} ${same}, for another workload: a FAILED of one is discarded when the other, begun later, succeeds; give each a name of its own, or add combine: latest to ${where} if the run that began last is to decide${hint}`;
}

/** Whether the two may be one workload, which depends on the account and Region of the stack. */
function isPlaceUnknown(first: TargetUse, second: TargetUse): boolean {
  return (['account', 'region'] as const).some((dimension) => {
    const owns = [first, second].map(({ workloads }) => {
      const range = workloads.ranges[dimension];
      return range.kind === 'listed' && range.texts.includes(ownLocation);
    });
    return owns[0] !== owns[1];
  });
}
