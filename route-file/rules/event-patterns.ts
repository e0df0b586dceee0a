import { sources } from '../../lambda/contract.ts';
import type { Route } from '../../lambda/routing/routes.ts';
import { toBatchJobClause } from './batch-job-clause.ts';
import type { RuleBus } from './bus.ts';
import { toExecutionClauses, type WidenedClause } from './execution-clauses.ts';
import type { Widening } from './forms.ts';
import { packClauses, type WorkloadPattern } from './pack.ts';
import { toWhere } from './where.ts';

/** A route whose events cannot be told from others by a pattern that EventBridge accepts. */
export interface WideRoute extends Widening {
  readonly route: string;
}

/** The patterns of one bus, and which routes match more there than they ask for. */
export interface RulePlan {
  readonly patterns: readonly WorkloadPattern[];
  readonly wide: readonly WideRoute[];
}

export interface RulePlanOptions {
  /**
   * Whether a default bus whose account is known at the deployment only leaves out the accounts that routes name.
   *
   * @default false
   */
  readonly dropAccounts?: boolean;
}

/**
 * Derives the patterns of a bus from the routes: together they match every event that a route wants, and the beginning of
 * every execution that a route matches, whether or not it acts on RUNNING.
 *
 * Step Functions emits as best it can, and may lose the end of an execution (AWS, service events of EventBridge): only what
 * is known can be looked up. AWS Batch emits at least once, and needs no such help.
 *
 * Each pattern keeps within EventBridge's size and complexity. Where a selector cannot, its pattern is wider: the function
 * discards what no route matches.
 */
export function planRules(
  routes: readonly Route[],
  bus: RuleBus,
  { dropAccounts = false }: RulePlanOptions = {},
): RulePlan {
  const named = toNamedClauses(routes, bus, dropAccounts);
  return {
    patterns: packClauses(named.map(({ clause: { wide: _, ...clause } }) => clause)),
    wide: toWideRoutes(named),
  };
}

/** The wide routes of {@link planRules}. No patterns are packed, which takes most of its time. */
export function findWide(routes: readonly Route[], bus: RuleBus): readonly WideRoute[] {
  return toWideRoutes(toNamedClauses(routes, bus, false));
}

/** A clause, and the name of the route that asks for it. */
interface NamedClause {
  readonly route: string;
  readonly clause: WidenedClause;
}

function toNamedClauses(
  routes: readonly Route[],
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

function toClauses(route: Route, bus: RuleBus, dropAccounts: boolean): readonly WidenedClause[] {
  const where = toWhere(route.from, bus);
  if (where === undefined) return [];
  const { account, ...elsewhere } = where;
  const isDropped = dropAccounts && bus.kind !== 'own';
  const place = { bus, where: isDropped || account === undefined ? elsewhere : where };
  return route.from.kind === 'execution'
    ? toExecutionClauses(route, route.from, place)
    : [toBatchJobClause(route, route.from, place)];
}

/** One pattern for each source that routes ask for: the statuses, and no names. */
export function toWidePatterns(routes: readonly Route[], bus: RuleBus): readonly WorkloadPattern[] {
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

/** All statuses, and what every clause asks of the parts of a workload. */
function toCommonDetail(clauses: readonly WidenedClause[]): Readonly<Record<string, unknown>> {
  const status = [...new Set(clauses.flatMap(({ detail }) => detail['status']))];
  const parts = ['executionArn', 'jobId'].flatMap((field) => {
    const [first, ...others] = new Set(clauses.map(({ detail }) => JSON.stringify(detail[field])));
    return first === undefined || others.length > 0 ? [] : [[field, JSON.parse(first)] as const];
  });
  return { status, ...Object.fromEntries(parts) };
}
