import { batchJobStatuses } from '../../lambda/contract.ts';
import type { BatchJobOrigin, MatchedRoute, Selector } from '../../lambda/routing/routes.ts';
import { type RuleBus, toArnHead } from './bus.ts';
import type { ClauseField, Matcher, Where } from './clause.ts';
import type { WidenedClause } from './execution-clauses.ts';
import { beginning, type ChosenForm, chooseForm, isTooComplex, readGlob } from './forms.ts';

/**
 * Converts a route on AWS Batch to a clause. The matchers of its first form can share a rule with
 * other routes; the other forms are conditions.
 */
export function toBatchJobClause(
  route: Pick<MatchedRoute, 'actions'>,
  from: BatchJobOrigin,
  { bus, where }: { readonly bus: RuleBus; readonly where: Where },
): WidenedClause {
  const { jobQueue, jobDefinition, batchJobName } = from;
  const forms = [
    ...(batchJobName ? [toJobNameForm(batchJobName)] : []),
    ...(jobDefinition ? [toJobDefinitionForm(jobDefinition, bus)] : []),
    ...(jobQueue ? [toJobQueueForm(jobQueue, bus)] : []),
  ];
  const [merged, ...fixed] = forms.filter(({ field }) => field !== 'none');
  const wide = forms.find((form) => form.wide)?.wide;
  const jobId = toPartMatchers(from);
  return {
    source: 'batchJob',
    where,
    detail: {
      status: batchJobStatuses.filter((status) => route.actions[status]),
      ...(jobId && { jobId }),
      ...Object.fromEntries(fixed.map(({ field, matchers }) => [field, matchers])),
    },
    field: merged?.field ?? 'none',
    matchers: merged?.matchers ?? [],
    ...(wide && { wide }),
  };
}

function toJobNameForm(selector: Selector): ChosenForm {
  return selector.by === 'glob'
    ? toGlobForm('jobName', selector, { head: '', end: '' })
    : { field: 'jobName', matchers: [selector.text] };
}

function toJobQueueForm(selector: Selector, bus: RuleBus): ChosenForm {
  const { by, text } = selector;
  const arnHead = toArnHead(bus, 'batch');
  if (by === 'arn') return { field: 'jobQueue', matchers: [text] };
  const resource = 'job-queue/';
  if (by === 'glob') return toGlobForm('jobQueue', selector, { head: arnHead, resource, end: '' });
  return { field: 'jobQueue', matchers: [ending(arnHead, `${resource}${text}`)] };
}

/** Events contain the definition with its revision. A route may omit the revision. */
function toJobDefinitionForm(selector: Selector, bus: RuleBus): ChosenForm {
  const { by, text } = selector;
  const arnHead = toArnHead(bus, 'batch');
  const field = 'jobDefinition';
  const isRevised = /:\d+$/.test(text);
  if (by === 'arn') return { field, matchers: [isRevised ? text : { prefix: `${text}:` }] };
  const resource = 'job-definition/';
  if (by === 'glob') return toGlobForm(field, selector, { head: arnHead, resource, end: ':*' });
  if (isRevised) return { field, matchers: [ending(arnHead, `${resource}${text}`)] };
  const name = `${resource}${text}:`;
  return { field, matchers: [beginning(arnHead, arnHead ? name : `:${name}`)] };
}

/** The text before and after a name in the field. No head: any text. */
interface Surrounding {
  readonly head: string | undefined;
  readonly resource?: string;
  readonly end: string;
}

function toGlobForm(
  field: ClauseField,
  { text: glob, except = [] }: Selector,
  surrounding: Surrounding,
): ChosenForm {
  const { head: fixed, resource = '', end } = surrounding;
  const text = fixed === undefined ? `:${resource}` : resource;
  if (except.length > 0 && glob === '*') return toExceptForm(field, except, surrounding);
  // A pattern has one condition for each field, so it cannot match a glob and leave out names.
  const wide = except.length > 0 ? { wide: { except } } : {};
  const { head, isPrefix } = readGlob(glob);
  const isAny = glob === '*' && !fixed;
  const wider = { field, matchers: [beginning(fixed, `${text}${head}`)] };
  if (isAny) return { field: 'none', matchers: [] };
  if (isPrefix && fixed !== undefined) return { ...wider, ...wide };
  const form = chooseForm({
    narrow: {
      field,
      matchers: [{ wildcard: `${fixed ?? '*'}${text}${glob}${isPrefix ? '' : end}` }],
    },
    wider: head === '' && !fixed ? { field: 'none', matchers: [] } : wider,
    head,
  });
  return { ...wide, ...form };
}

/** Every name except some. */
function toExceptForm(
  field: ClauseField,
  except: readonly string[],
  { head, resource = '', end }: Surrounding,
): ChosenForm {
  const start = head === undefined ? `*:${resource}` : `${head}${resource}`;
  const ignored = except.map((one) => `${start}${one}${/:\d+$/.test(one) ? '' : end}`);
  const matchers = [{ 'anything-but': { wildcard: ignored } }];
  return isTooComplex(matchers)
    ? { field: 'none', matchers: [], wide: { except } }
    : { field, matchers };
}

function ending(arnHead: string | undefined, resource: string): Matcher {
  return arnHead ? `${arnHead}${resource}` : { suffix: `:${resource}` };
}

/**
 * The job id of an array child is `UUID:index`, of a node `UUID#node`, of a whole job a plain UUID.
 */
function toPartMatchers({
  arrayChildren,
  nodes,
}: Pick<BatchJobOrigin, 'arrayChildren' | 'nodes'>): readonly Matcher[] | undefined {
  const parts = [
    { wildcard: '*:*', isMatched: arrayChildren !== 'ignore' },
    { wildcard: '*#*', isMatched: nodes !== 'ignore' },
  ];
  const matched = parts.filter((part) => part.isMatched).map(({ wildcard }) => ({ wildcard }));
  if (arrayChildren === 'only' || nodes === 'only') return matched;
  const others = parts.filter((part) => !part.isMatched).map(({ wildcard }) => wildcard);
  return others.length === 0 ? undefined : [{ 'anything-but': { wildcard: others } }];
}
