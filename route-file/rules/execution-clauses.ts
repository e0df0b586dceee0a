import { executionStatuses } from '../../lambda/contract.ts';
import type { ExecutionOrigin, MatchedRoute, Selector } from '../../lambda/routing/routes.ts';
import { type RuleBus, toArnHead } from './bus.ts';
import type { Clause, Matcher, Where } from './clause.ts';
import {
  beginning,
  type ChosenForm,
  chooseForm,
  type Form,
  isTooComplex,
  readGlob,
} from './forms.ts';

/** A clause, and the reason if it is wider than its route. */
export type WidenedClause = Clause & Pick<ChosenForm, 'wide'>;

/**
 * Converts a route on Step Functions to clauses: for the executions it matches, always with
 * RUNNING, and for children of Distributed Maps.
 */
export function toExecutionClauses(
  route: Pick<MatchedRoute, 'actions'>,
  from: ExecutionOrigin,
  { bus, where }: { readonly bus: RuleBus; readonly where: Where },
): readonly WidenedClause[] {
  const status = executionStatuses.filter((one) => one === 'RUNNING' || route.actions[one]);
  const base = { source: 'execution', where } as const;
  const { except = [] } = from.stateMachine;
  const toWholes = (): WidenedClause => {
    const form = toStateMachineForm(from.stateMachine, bus);
    const excepted = except.map((one) => toExecutionOf(one, ':*', bus));
    const exact = [{ 'anything-but': { wildcard: ['*/*', ...excepted] } }];
    const copies = form.field === 'qualified' ? 3 : 1;
    const isExact = except.length > 0 && !isTooComplex(exact, copies);
    const executionArn = isExact ? exact : [{ 'anything-but': { wildcard: '*/*' } }];
    return { ...base, ...form, detail: { status, executionArn }, ...toWide(form, isExact) };
  };
  // ARNs of a Distributed Map child contain …:STATE_MACHINE/LABEL…. No name of Step Functions
  // contains a slash.
  const toChildren = (): WidenedClause => {
    const form = toMapChildForm(from.stateMachine, bus);
    const excepted = except.map((one) => toExecutionOf(one, '/*', bus));
    const exact = [{ 'anything-but': { wildcard: excepted } }];
    // A wider form matches whole executions too, so it needs the slash.
    const isExact = except.length > 0 && form.wide === undefined && !isTooComplex(exact);
    const executionArn = isExact ? exact : [{ wildcard: '*/*' }];
    return { ...base, ...form, detail: { status, executionArn }, ...toWide(form, isExact) };
  };
  const toWide = ({ wide }: ChosenForm, isExact: boolean) =>
    wide === undefined && !isExact && except.length > 0 ? { wide: { except } } : {};
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
 * Matches the ARNs of the executions of state machines that a selector excepts. A pattern has one
 * condition for each field, and that of the state machine is taken.
 */
function toExecutionOf(name: string, end: ':*' | '/*', bus: RuleBus): string {
  return `${toArnHead(bus, 'states') ?? '*:'}execution:${name}${end}`;
}

/**
 * Matches a qualified ARN in the field of the state machine. Inferred: AWS documents separate
 * fields for version and alias, and no recorded event has a qualified ARN here. If one arrives, the
 * function decides.
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
  // A glob also matches `name:qualifier`. A star at the end includes all qualifiers; other globs
  // need the fields of version and alias.
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
  // The qualifier of a child, if present, is in separate fields.
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

/** Matches the ARN, and any version or alias of it, in case AWS sends one in this field. */
function unqualified(arn: string): readonly Matcher[] {
  return [arn, { prefix: `${arn}:` }];
}

/**
 * True if the ARN of a state machine has a version or alias: one part more than
 * `arn:P:states:R:A:stateMachine:NAME`.
 */
function isQualified(arn: string): boolean {
  return arn.split(':').length > 7;
}
