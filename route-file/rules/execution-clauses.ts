import { executionStatuses } from '../../lambda/contract.ts';
import type { ExecutionOrigin, Route, Selector } from '../../lambda/routing/routes.ts';
import { type RuleBus, toArnHead } from './bus.ts';
import type { Clause, Matcher, Where } from './clause.ts';
import { beginning, type ChosenForm, chooseForm, type Form, readGlob } from './forms.ts';

/** A clause, and why it matches more than its route asks for. */
export type WidenedClause = Clause & Pick<ChosenForm, 'wide'>;

/** What a route asks of Step Functions: the executions it matches, their beginning always, and children of Distributed Maps. */
export function toExecutionClauses(
  route: Route,
  from: ExecutionOrigin,
  { bus, where }: { readonly bus: RuleBus; readonly where: Where },
): readonly WidenedClause[] {
  const status = executionStatuses.filter((one) => one === 'RUNNING' || route.say[one]);
  const base = { source: 'execution', where } as const;
  const toWholes = (): WidenedClause => ({
    ...base,
    ...toStateMachineForm(from.stateMachine, bus),
    detail: { status, executionArn: [{ 'anything-but': { wildcard: '*/*' } }] },
  });
  // A Distributed Map child's ARNs read …:STATE_MACHINE/LABEL…; no name of Step Functions holds a slash.
  const toChildren = (): WidenedClause => ({
    ...base,
    ...toMapChildForm(from.stateMachine, bus),
    detail: { status, executionArn: [{ wildcard: '*/*' }] },
  });
  switch (from.mapChildren) {
    case 'ignore':
      return [toWholes()];
    case 'only':
      return [toChildren()];
    case 'include':
      return [toWholes(), toChildren()];
    default:
      return from.mapChildren satisfies never;
  }
}

/**
 * A qualified ARN in the field for the state machine. Inferred: AWS documents separate fields for version and alias, and no
 * recording has a qualified ARN here; should one come, the function decides.
 */
const anyQualified: Matcher = { wildcard: '*:stateMachine:*:*' };

function toStateMachineForm({ by, text }: Selector, bus: RuleBus): ChosenForm {
  const arnHead = toArnHead(bus, 'states');
  switch (by) {
    case 'name': {
      const matchers = arnHead
        ? unqualified(`${arnHead}stateMachine:${text}`)
        : [{ suffix: `:stateMachine:${text}` }, anyQualified];
      return { field: 'stateMachineArn', matchers };
    }
    case 'glob':
      return toGlobForm(text, arnHead);
    case 'arn':
      return isQualified(text)
        ? { field: 'qualified', matchers: [text] }
        : { field: 'stateMachineArn', matchers: unqualified(text) };
    default:
      return by satisfies never;
  }
}

function toGlobForm(glob: string, arnHead: string | undefined): ChosenForm {
  const { head, isPrefix } = readGlob(glob);
  // A glob also sees `name:qualifier`; a star at the end takes in any by itself, others must look at where AWS names them.
  const field = isPrefix && !head.includes(':') ? 'stateMachineArn' : 'qualified';
  if (isPrefix && arnHead) return { field, matchers: [beginning(arnHead, `stateMachine:${head}`)] };
  if (glob === '*') return { field: 'none', matchers: [] };
  const narrow = isPrefix ? [glob] : [glob, `${glob}:*`];
  return chooseForm({
    narrow: { field, matchers: narrow.map((one) => rooted(arnHead, `stateMachine:${one}`)) },
    ...toWider(head.split(':')[0] ?? '', arnHead),
  });
}

function toMapChildForm({ by, text }: Selector, bus: RuleBus): ChosenForm {
  if (by === 'arn') return { field: 'stateMachineArn', matchers: [{ prefix: `${text}/` }] };
  const arnHead = toArnHead(bus, 'states');
  // The qualifier of a child's run stands in fields of their own, if anywhere.
  const name = text.split(':')[0] ?? '';
  const narrow =
    arnHead && !name.includes('*')
      ? { prefix: `${arnHead}stateMachine:${name}/` }
      : rooted(arnHead, `stateMachine:${name}/*`);
  return chooseForm({
    narrow: { field: 'stateMachineArn', matchers: [narrow] },
    ...toWider(name.split('*')[0] ?? '', arnHead),
  });
}

function toWider(head: string, arnHead: string | undefined) {
  const wider: Form =
    head === '' && arnHead === undefined
      ? { field: 'none', matchers: [] }
      : {
          field: 'stateMachineArn',
          matchers: [beginning(arnHead, `${arnHead ? '' : ':'}stateMachine:${head}`)],
        };
  return { wider, head };
}

function rooted(arnHead: string | undefined, resource: string): Matcher {
  return { wildcard: arnHead ? `${arnHead}${resource}` : `*:${resource}` };
}

/** The ARN itself, and any version or alias of it should AWS name one there. */
function unqualified(arn: string): readonly Matcher[] {
  return [arn, { prefix: `${arn}:` }];
}

/** Whether a state machine's ARN names a version or an alias: one part more than `arn:P:states:R:A:stateMachine:NAME`. */
function isQualified(arn: string): boolean {
  return arn.split(':').length > 7;
}
