import { batchJobStatuses } from '../lambda/contract.ts';
import type { BatchJobOrigin, Route, Selector } from '../lambda/shared/routes.ts';
import { type Clause, type Matcher, toWhereabouts } from './clause.ts';

/** What a route asks of AWS Batch. @throws {Error} where it names nothing, which the route file refuses */
export function toBatchJobClause(route: Route, from: BatchJobOrigin): Clause {
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
