import { executionStatuses } from '../lambda/contract.ts';
import type { ExecutionOrigin, Route, Selector } from '../lambda/shared/routes.ts';
import { type Clause, type Matcher, toWhereabouts } from './clause.ts';

/** What a route asks of Step Functions: the executions it hears, their beginning always, and children of Distributed Maps. */
export function toExecutionClauses(route: Route, from: ExecutionOrigin): readonly Clause[] {
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
