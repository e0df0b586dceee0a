import { batchJobStatuses, executionStatuses, sources } from '../lambda/contract.ts';
import type { BatchJobOrigin, ExecutionOrigin, Route, Selector } from '../lambda/shared/routes.ts';

/** One matcher of an EventBridge pattern: a text as it stands, or a content filter. */
type Matcher = string | Readonly<Record<string, unknown>>;

/** An EventBridge pattern that asks for one kind of workload. */
export interface WorkloadPattern {
  readonly source: readonly [string];
  readonly 'detail-type': readonly [string];
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** EventBridge takes patterns of at most so many characters (quota, may be raised). */
export const maxPatternCharacters = 2_048;

/**
 * One thing that some routes ask for: everything in `pattern`, and in `field` one of the `matchers`.
 *
 * Clauses that differ in nothing but their matchers become one rule.
 */
interface Clause {
  readonly source: keyof typeof sources;
  readonly whereabouts: Pick<WorkloadPattern, 'account' | 'region'>;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly toDetail: 'stateMachineArn' | 'qualified' | 'jobName' | 'jobDefinition' | 'jobQueue';
  readonly matchers: readonly Matcher[];
}

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

function toExecutionClauses(route: Route, from: ExecutionOrigin): readonly Clause[] {
  const base = {
    source: 'execution',
    whereabouts: toWhereabouts(from),
    detail: {
      status: executionStatuses.filter((status) => status === 'RUNNING' || route.say[status]),
    },
  } as const;
  const wholes = {
    ...base,
    ...toStateMachineMatchers(from.stateMachine),
    detail: { ...base.detail, executionArn: [{ 'anything-but': { wildcard: '*/*' } }] },
  };
  // A Distributed Map child's ARNs read …:STATE_MACHINE/LABEL…; no name of Step Functions holds a slash.
  const children = {
    ...base,
    toDetail: 'stateMachineArn',
    matchers: toMapChildMatchers(from.stateMachine),
    detail: { ...base.detail, executionArn: [{ wildcard: '*/*' }] },
  } as const;
  switch (from.mapChildren) {
    case 'ignore':
      return [wholes];
    case 'only':
      return [children];
    case 'include':
      return [wholes, children];
    default:
      return from.mapChildren satisfies never;
  }
}

function toStateMachineMatchers({ by, text }: Selector): Pick<Clause, 'toDetail' | 'matchers'> {
  const tail = `:stateMachine:${text}`;
  switch (by) {
    case 'name':
      return {
        toDetail: 'stateMachineArn',
        matchers: [{ suffix: tail }, { wildcard: `*${tail}:*` }],
      };
    case 'glob': {
      const matchers = [{ wildcard: `*${tail}` }, { wildcard: `*${tail}:*` }];
      // One star at the end takes in any version or alias by itself; others must look at where AWS names them.
      return text.indexOf('*') === text.length - 1 && !text.includes(':')
        ? { toDetail: 'stateMachineArn', matchers: matchers.slice(0, 1) }
        : { toDetail: 'qualified', matchers };
    }
    case 'arn':
      return isQualified(text)
        ? { toDetail: 'qualified', matchers: [text] }
        : { toDetail: 'stateMachineArn', matchers: [text, { prefix: `${text}:` }] };
    default:
      return by satisfies never;
  }
}

function toMapChildMatchers({ by, text }: Selector): readonly Matcher[] {
  return by === 'arn' ? [{ prefix: `${text}/` }] : [{ wildcard: `*:stateMachine:${text}/*` }];
}

/** Whether a state machine's ARN names a version or an alias: one part more than `arn:P:states:R:A:stateMachine:NAME`. */
function isQualified(arn: string): boolean {
  return arn.split(':').length > 7;
}

function toBatchJobClause(route: Route, from: BatchJobOrigin): Clause {
  const { jobQueue, jobDefinition, batchJobName } = from;
  const asked = [
    ...(batchJobName ? [['jobName', toNameMatchers(batchJobName)] as const] : []),
    ...(jobDefinition ? [['jobDefinition', toJobDefinitionMatchers(jobDefinition)] as const] : []),
    ...(jobQueue ? [['jobQueue', toJobQueueMatchers(jobQueue)] as const] : []),
  ];
  const [merged, ...fixed] = asked;
  if (merged === undefined)
    throw new Error(`route ${route.name} names no queue, definition or job`);
  const jobId = toPartMatchers(from);
  return {
    source: 'batchJob',
    whereabouts: toWhereabouts(from),
    detail: {
      status: batchJobStatuses.filter((status) => route.say[status]),
      ...(jobId && { jobId }),
      ...Object.fromEntries(fixed),
    },
    toDetail: merged[0],
    matchers: merged[1],
  };
}

function toNameMatchers({ by, text }: Selector): readonly Matcher[] {
  return [by === 'glob' ? { wildcard: text } : text];
}

function toJobQueueMatchers({ by, text }: Selector): readonly Matcher[] {
  const tail = `:job-queue/${text}`;
  if (by === 'arn') return [text];
  return [by === 'glob' ? { wildcard: `*${tail}` } : { suffix: tail }];
}

/** Events name the definition with its revision; a route may leave the revision open. */
function toJobDefinitionMatchers({ by, text }: Selector): readonly Matcher[] {
  const revised = /:\d+$/.test(text);
  if (by === 'arn') return revised ? [text] : [{ prefix: `${text}:` }];
  const tail = `:job-definition/${text}`;
  return [revised ? { suffix: tail } : { wildcard: `*${tail}:*` }];
}

/** A child's job id reads `UUID:index`, a node's `UUID#node`; a whole job's is a bare UUID. */
function toPartMatchers({ arrayChildren, nodes }: BatchJobOrigin): readonly Matcher[] | undefined {
  const parts = [
    { wildcard: '*:*', heard: arrayChildren !== 'ignore' },
    { wildcard: '*#*', heard: nodes !== 'ignore' },
  ];
  const heard = parts.filter((part) => part.heard).map(({ wildcard }) => ({ wildcard }));
  if (arrayChildren === 'only' || nodes === 'only') return heard;
  const unheard = parts.filter((part) => !part.heard).map(({ wildcard }) => wildcard);
  return unheard.length === 0 ? undefined : [{ 'anything-but': { wildcard: unheard } }];
}

function toWhereabouts({ accounts, regions }: Pick<ExecutionOrigin, 'accounts' | 'regions'>) {
  return { ...(accounts && { account: accounts }), ...(regions && { region: regions }) };
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
