import { sources } from '../../lambda/contract.ts';
import type { MatchedRoute } from '../../lambda/routing/routes.ts';
import { toBatchJobClause } from './batch-job-clause.ts';
import type { RuleBus } from './bus.ts';
import { toExecutionClauses, type WidenedClause } from './execution-clauses.ts';
import type { Widening } from './forms.ts';
import { packClauses, type WorkloadPattern } from './pack.ts';
import { toWhere } from './where.ts';

/**
 * A route whose exact pattern EventBridge would not accept, so that its pattern also matches other
 * events.
 */
export type WideRoute = Widening & { readonly route: string };

/** The patterns of one bus, and the routes whose patterns are wider than the route. */
export interface RulePlan {
  readonly patterns: readonly WorkloadPattern[];
  readonly wide: readonly WideRoute[];
}

export interface RulePlanOptions {
  /**
   * Whether the patterns of a default bus omit the accounts that routes name. For a bus whose
   * account is known at deployment only.
   *
   * @default false
   */
  readonly dropAccounts?: boolean;
}

/**
 * Derives the patterns of a bus from the routes. Together they match every event that a route acts
 * on, and the RUNNING of every execution that a route matches, even if the route does not act on
 * RUNNING.
 *
 * Step Functions delivers events on a best-effort basis, so the end of an execution may be lost
 * (AWS, service events of EventBridge). The sweep can look up only runs that it knows. AWS Batch
 * delivers at least once and needs no lookup.
 *
 * Each pattern is within the size and complexity limits of EventBridge. If a selector exceeds them,
 * its pattern is wider, and the function discards events that no route matches.
 */
export function planRules(
  routes: readonly MatchedRoute[],
  bus: RuleBus,
  { dropAccounts = false }: RulePlanOptions = {},
): RulePlan {
  const named = toNamedClauses(routes, bus, dropAccounts);
  return {
    patterns: packClauses(named.map(({ clause: { wide: _, ...clause } }) => clause)),
    wide: toWideRoutes(named),
  };
}

/** The wide routes of {@link planRules}. Faster, because no patterns are packed. */
export function findWide(routes: readonly MatchedRoute[], bus: RuleBus): readonly WideRoute[] {
  return toWideRoutes(toNamedClauses(routes, bus, false));
}

/** A clause, and the name of its route. */
interface NamedClause {
  readonly route: string;
  readonly clause: WidenedClause;
}

function toNamedClauses(
  routes: readonly MatchedRoute[],
  bus: RuleBus,
  dropAccounts: boolean,
): readonly NamedClause[] {
  return routes.flatMap((route) =>
    toClauses(route, bus, dropAccounts).map((clause) => ({ route: route.name, clause })),
  );
}

function toWideRoutes(named: readonly NamedClause[]): readonly WideRoute[] {
  const wide = named.flatMap(({ route, clause }) =>
    clause.wide ? [{ route, ...clause.wide }] : [],
  );
  return [...new Map(wide.map((one) => [one.route, one])).values()];
}

function toClauses(
  route: MatchedRoute,
  bus: RuleBus,
  dropAccounts: boolean,
): readonly WidenedClause[] {
  const where = toWhere(route.from, bus);
  if (where === undefined) return [];
  const { account, ...elsewhere } = where;
  const isDropped = dropAccounts && bus.kind !== 'own';
  const location = { bus, where: isDropped || account === undefined ? elsewhere : where };
  return route.from.kind === 'execution'
    ? toExecutionClauses(route, route.from, location)
    : [toBatchJobClause(route, route.from, location)];
}

/** One pattern for each source that routes use: with statuses, without names. */
export function toWidePatterns(
  routes: readonly MatchedRoute[],
  bus: RuleBus,
): readonly WorkloadPattern[] {
  const clauses = routes.flatMap((route) => toClauses(route, bus, true));
  return (['execution', 'batchJob'] as const).flatMap((source) => {
    const own = clauses.filter((clause) => clause.source === source);
    return own.length === 0
      ? []
      : [
          {
            source: [sources[source].source],
            'detail-type': [sources[source].detailType],
            detail: toCommonDetail(own),
          } as const,
        ];
  });
}

/** All statuses, and the conditions on parts of a workload that all clauses share. */
function toCommonDetail(clauses: readonly WidenedClause[]): Readonly<Record<string, unknown>> {
  const status = [...new Set(clauses.flatMap(({ detail }) => detail['status']))];
  const parts = ['executionArn', 'jobId'].flatMap((field) => {
    const [first, ...others] = new Set(clauses.map(({ detail }) => JSON.stringify(detail[field])));
    return first === undefined || others.length > 0 ? [] : [[field, JSON.parse(first)] as const];
  });
  return { status, ...Object.fromEntries(parts) };
}
