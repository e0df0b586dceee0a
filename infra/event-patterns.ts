import { sources } from '../lambda/contract.ts';
import type { Route } from '../lambda/shared/routes.ts';
import { toBatchJobClause } from './batch-job-clause.ts';
import type { Clause, Matcher, Whereabouts } from './clause.ts';
import { toExecutionClauses } from './execution-clauses.ts';

/** An EventBridge pattern that asks for one kind of workload. */
export interface WorkloadPattern extends Whereabouts {
  readonly source: readonly [string];
  readonly 'detail-type': readonly [string];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** EventBridge takes patterns of at most so many characters (quota, may be raised). */
export const maxPatternCharacters = 2_048;

/**
 * Derives the patterns from the routes: together they match every event that a route wants, and the beginning of every
 * execution that a route hears, whether or not it says anything on RUNNING; no other event.
 *
 * Step Functions announces as best it can, and may lose the end of an execution (AWS, service events of EventBridge): only
 * what was heard of once can be asked about. AWS Batch announces at least once, and needs no such help.
 *
 * Each pattern keeps within EventBridge's size; routes that ask alike share one.
 */
export function toEventPatterns(routes: readonly Route[]): readonly WorkloadPattern[] {
  const clauses = routes.flatMap((route) =>
    route.from.kind === 'execution'
      ? toExecutionClauses(route, route.from)
      : [toBatchJobClause(route, route.from)],
  );
  const groups = Map.groupBy(clauses, ({ matchers: _, ...rest }) => JSON.stringify(rest));
  return [...groups.values()].flatMap(toPatterns);
}

/** Fills patterns with the group's matchers, a new one whenever EventBridge's size would be passed. */
function toPatterns(group: readonly Clause[]): readonly WorkloadPattern[] {
  const [first] = group;
  if (first === undefined) return [];
  const matchers = uniqueBy(
    group.flatMap((clause) => clause.matchers),
    (matcher) => JSON.stringify(matcher),
  );
  const patterns: WorkloadPattern[] = [];
  let taken: Matcher[] = [];
  for (const matcher of matchers) {
    const grown = toPattern(first, [...taken, matcher]);
    if (JSON.stringify(grown).length > maxPatternCharacters && taken.length > 0) {
      patterns.push(toPattern(first, taken));
      taken = [matcher];
    } else taken.push(matcher);
  }
  return [...patterns, toPattern(first, taken)];
}

function toPattern(
  { source, whereabouts, detail, toDetail }: Clause,
  matchers: readonly Matcher[],
): WorkloadPattern {
  return {
    source: [sources[source].source],
    'detail-type': [sources[source].detailType],
    ...whereabouts,
    detail: {
      ...detail,
      ...(toDetail === 'qualified'
        ? {
            // Where a run was started by version or alias, AWS names them beside the state machine.
            $or: [
              { stateMachineArn: matchers },
              { stateMachineVersionArn: matchers },
              { stateMachineAliasArn: matchers },
            ],
          }
        : { [toDetail]: matchers }),
    },
  };
}

function uniqueBy<Value>(values: readonly Value[], toKey: (value: Value) => string) {
  return [...new Map(values.map((value) => [toKey(value), value])).values()];
}
