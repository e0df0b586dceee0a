import { patternSizeLimit } from '../../event-pattern/index.ts';
import { sources } from '../../lambda/contract.ts';
import { toLongestLiteral } from './bus.ts';
import type { Clause, Matcher, Where } from './clause.ts';
import { hasWildcard, isTooComplex } from './forms.ts';

/** An EventBridge pattern that asks for one kind of workload. */
export interface WorkloadPattern extends Where {
  readonly source: readonly [string];
  readonly 'detail-type': readonly [string];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Clauses that differ in nothing but their matchers, which one pattern may name together. */
interface Group {
  readonly clause: Clause;
  readonly matchers: readonly Matcher[];
}

/** Lists of accounts are cut into at most so many pieces, so that the names beside them find room. */
const mostPieces = 12;

/** Puts clauses together into as few patterns as EventBridge's size and complexity allow. */
export function packClauses(clauses: readonly Clause[]): readonly WorkloadPattern[] {
  return toGroups(clauses).flatMap(packGroup);
}

/** The same matcher in several accounts becomes one with all of them; then the same accounts become one group. */
function toGroups(clauses: readonly Clause[]): readonly Group[] {
  const single = clauses.flatMap((clause) =>
    clause.field === 'none'
      ? [{ ...clause, matchers: [] }]
      : clause.matchers.map((matcher) => ({ ...clause, matchers: [matcher] })),
  );
  const alike = groupBy(single, ({ where: { account: _, ...where }, ...rest }) => ({
    ...rest,
    where,
  }));
  const merged = alike.map((same) => withAccounts(same));
  return groupBy(merged, ({ matchers: _, ...rest }) => rest).map(([clause, ...others]) => ({
    clause,
    matchers: [clause, ...others].flatMap(({ matchers }) => matchers),
  }));
}

function withAccounts([first, ...others]: readonly [Clause, ...Clause[]]): Clause {
  const { account: _, ...where } = first.where;
  const all = [first, ...others].map((clause) => clause.where.account);
  const named = all.flatMap((accounts) => accounts ?? []);
  const isAny = all.includes(undefined);
  return { ...first, where: { ...(isAny ? {} : { account: unique(named).toSorted() }), ...where } };
}

/** Tries how the accounts are best cut: many at once leave little room for names. */
function packGroup({ clause, matchers }: Group): readonly WorkloadPattern[] {
  const { account } = clause.where;
  const most = Math.min(mostPieces, account?.length ?? 1);
  const tries = Array.from({ length: most }, (_, at) => {
    const pieces = cut(account, at + 1).map((piece): Clause => {
      return { ...clause, where: { ...clause.where, ...(piece && { account: piece }) } };
    });
    return pieces.map((piece) => packMatchers(piece, matchers));
  });
  const fitting = tries.filter((packed) => packed.flat().every(isWithinSize));
  const [best = tries.at(-1) ?? []] = fitting.toSorted((a, b) => a.flat().length - b.flat().length);
  return best.flat();
}

/** Fills patterns one after another; what costs no complexity comes first, as it needs room only. */
function packMatchers(clause: Clause, matchers: readonly Matcher[]): readonly WorkloadPattern[] {
  const ordered = [
    ...matchers.filter((one) => !hasWildcard(one)),
    ...matchers.filter((one) => hasWildcard(one)),
  ];
  const fixed = sizeOf(toPattern(clause, []));
  const copies = clause.field === 'qualified' ? 3 : 1;
  const filled: { readonly matchers: Matcher[]; size: number }[] = [];
  for (const matcher of ordered) {
    const size = copies * (sizeOf(matcher) + 1);
    const last = filled.at(-1);
    const fits =
      last !== undefined &&
      last.size + size <= patternSizeLimit &&
      !(hasWildcard(matcher) && isTooComplex([...last.matchers, matcher]));
    if (fits) {
      last.matchers.push(matcher);
      last.size += size;
    } else filled.push({ matchers: [matcher], size: fixed + size });
  }
  return filled.length === 0
    ? [toPattern(clause, [])]
    : filled.map((one) => toPattern(clause, one.matchers));
}

function toPattern({ source, where, detail, field }: Clause, matchers: readonly Matcher[]) {
  const { account, region } = where;
  return {
    source: [sources[source].source],
    'detail-type': [sources[source].detailType],
    ...(account && { account }),
    ...(region && { region }),
    detail: {
      ...detail,
      ...(field === 'qualified'
        ? {
            // Where a run was started by version or alias, AWS names them beside the state machine.
            $or: [
              { stateMachineArn: matchers },
              { stateMachineVersionArn: matchers },
              { stateMachineAliasArn: matchers },
            ],
          }
        : field !== 'none' && { [field]: matchers }),
    },
  } as const satisfies WorkloadPattern;
}

function isWithinSize(pattern: WorkloadPattern): boolean {
  return sizeOf(pattern) <= patternSizeLimit;
}

/** Characters as EventBridge counts them, once CloudFormation has filled in what is known at the deployment only. */
function sizeOf(value: unknown): number {
  return toLongestLiteral(JSON.stringify(value)).length;
}

/** Cuts a list into so many pieces of nearly the same length. */
function cut<T>(
  list: readonly T[] | undefined,
  pieces: number,
): readonly (readonly T[] | undefined)[] {
  if (list === undefined) return [undefined];
  const size = Math.ceil(list.length / pieces);
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}

function groupBy<T>(
  all: readonly T[],
  toKey: (one: T) => unknown,
): readonly (readonly [T, ...T[]])[] {
  const groups = Map.groupBy(all, (one) => JSON.stringify(toKey(one)));
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );
}

function unique<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)];
}
