import { patternSizeLimit } from '../../event-pattern/index.ts';
import { sources } from '../../lambda/contract.ts';
import { groupBy } from '../group-by.ts';
import { toLongestLiteral } from './bus.ts';
import type { Clause, Matcher, Where } from './clause.ts';
import { hasWildcard, isTooComplex } from './forms.ts';

/** An EventBridge pattern for one kind of workload. */
export interface WorkloadPattern extends Where {
  readonly source: readonly [string];
  readonly 'detail-type': readonly [string];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Clauses that differ only in their matchers. One pattern can contain several of them. */
interface Group {
  readonly clause: Clause;
  readonly matchers: readonly Matcher[];
}

/** Maximum number of pieces that a list of accounts is split into, to leave room for names. */
const maxPieces = 12;

/** Packs clauses into as few patterns as the size and complexity limits of EventBridge allow. */
export function packClauses(clauses: readonly Clause[]): readonly WorkloadPattern[] {
  return toGroups(clauses).flatMap(packGroup);
}

/**
 * Merges equal matchers of several accounts into one, then groups clauses with the same accounts.
 */
function toGroups(clauses: readonly Clause[]): readonly Group[] {
  const single = clauses.flatMap((clause) =>
    clause.field === 'none'
      ? [{ ...clause, matchers: [] }]
      : clause.matchers.map((matcher) => ({ ...clause, matchers: [matcher] })),
  );
  const alike = groupByShape(single, ({ where: { account: _, ...where }, ...rest }) => ({
    ...rest,
    where,
  }));
  const merged = alike.map((same) => withAccounts(same));
  return groupByShape(merged, ({ matchers: _, ...rest }) => rest).map(([clause, ...others]) => ({
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

/**
 * Finds the best split of the accounts: many accounts in one pattern leave little room for names.
 */
function packGroup({ clause, matchers }: Group): readonly WorkloadPattern[] {
  const { account } = clause.where;
  const most = Math.min(maxPieces, account?.length ?? 1);
  const tries = Array.from({ length: most }, (_, at) => {
    const pieces = split(account, at + 1).map((piece): Clause => {
      return { ...clause, where: { ...clause.where, ...(piece && { account: piece }) } };
    });
    return pieces.map((piece) => packMatchers(piece, matchers));
  });
  const fitting = tries.filter((packed) => packed.flat().every(isWithinSize));
  const [best = tries.at(-1) ?? []] = fitting.toSorted((a, b) => a.flat().length - b.flat().length);
  return best.flat();
}

/**
 * Fills patterns one after another. Matchers without complexity are first, because they only need
 * space.
 */
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
            // For a run that was started by version or alias, AWS sends these ARNs beside the state
            // machine.
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

/**
 * Number of characters as EventBridge counts them, after CloudFormation has replaced placeholders.
 */
function sizeOf(value: unknown): number {
  return toLongestLiteral(JSON.stringify(value)).length;
}

/** Splits a list into a number of pieces of nearly the same length. */
function split<T>(
  list: readonly T[] | undefined,
  pieces: number,
): readonly (readonly T[] | undefined)[] {
  if (list === undefined) return [undefined];
  const size = Math.ceil(list.length / pieces);
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}

function groupByShape<T>(
  all: readonly T[],
  toKey: (one: T) => unknown,
): readonly (readonly [T, ...T[]])[] {
  const groups = groupBy(all, (one) => JSON.stringify(toKey(one)));
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );
}

function unique<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)];
}
