import type { DescribedJobDefinition, DescribedJobQueue } from '../../lambda/aws/describe-batch.ts';
import type { DescribedStateMachine } from '../../lambda/aws/describe-state-machine.ts';
import { type LiveFact, type LiveRow, toUncheckedRow } from './live-row.ts';
import type { NamedResource } from './named-resources.ts';

/** What AWS has of the name or pattern of a resource; empty if there is none. */
export type ResourceFact =
  | { readonly kind: 'stateMachine'; readonly found: readonly DescribedStateMachine[] }
  | { readonly kind: 'jobQueue'; readonly found: readonly DescribedJobQueue[] }
  | { readonly kind: 'jobDefinition'; readonly found: readonly DescribedJobDefinition[] };

/** Maximum names that a row lists. */
const listedNames = 5;

const nouns = {
  stateMachine: 'state machine',
  jobQueue: 'job queue',
  jobDefinition: 'job definition',
} as const;

/** The row of a resource. Pure. */
export function judgeResource(resource: NamedResource, fact: LiveFact<ResourceFact>): LiveRow {
  const { kind: check, selector, account, region } = resource;
  const row = { check, subject: `${nouns[check]} ${selector.text} (${account} ${region})` };
  if (fact.kind === 'unread') return toUncheckedRow(row, fact);
  const { found } = fact.value;
  const users = resource.usedBy.join(', ');
  if (found.length === 0) {
    const none = selector.by === 'glob' ? 'no name matches' : `there is no such ${nouns[check]}`;
    const advice = `correct the name in ${users}, or create the ${nouns[check]}`;
    return { ...row, verdict: 'finding', found: none, advice };
  }
  const faults = findFaults(fact.value, resource);
  const good = found.length - faults.length;
  const matching = selector.by === 'glob' ? `${found.length} match; ` : '';
  if (faults.length === 0) {
    return { ...row, verdict: 'passed', found: `${matching}${describeGood(fact.value)}` };
  }
  const listed = faults.slice(0, listedNames).map(({ text }) => text);
  const more = faults.length > listedNames ? `; ${faults.length - listedNames} more` : '';
  const text = `${matching}${listed.join('; ')}${more}`;
  // Of a pattern, some may be as they must not be: what is left still works.
  if (selector.by === 'glob' && good > 0) return { ...row, verdict: 'passed', found: text };
  return { ...row, verdict: 'finding', found: text, advice: `${faults[0]?.advice} (${users})` };
}

interface ResourceFault {
  readonly text: string;
  readonly advice: string;
}

function findFaults(
  fact: ResourceFact,
  { mustBeStandard, selector }: NamedResource,
): readonly ResourceFault[] {
  const named = selector.by === 'glob';
  switch (fact.kind) {
    case 'stateMachine':
      return fact.found.flatMap((one) => findMachineFault(one, { mustBeStandard, named }));
    case 'jobQueue':
      return fact.found.flatMap((one) => findQueueFault(one, named));
    case 'jobDefinition':
      return fact.found.flatMap(({ name, revision, status }) =>
        status === 'ACTIVE'
          ? []
          : [
              {
                text: `revision ${revision} of ${name} is ${status}`,
                advice: 'register a new revision, or name an active one',
              },
            ],
      );
    default:
      return fact satisfies never;
  }
}

function findMachineFault(
  { name, type, status = 'ACTIVE' }: DescribedStateMachine,
  { mustBeStandard, named }: { readonly mustBeStandard: boolean; readonly named: boolean },
): readonly ResourceFault[] {
  const subject = named ? `${name} is` : 'it is';
  if (status !== 'ACTIVE') {
    const advice = 'create it again when it is deleted, or name another state machine';
    return [{ text: `${subject} ${status}`, advice }];
  }
  if (type === 'STANDARD' || !mustBeStandard) return [];
  return [
    {
      text: `${subject} ${type}, and Step Functions emits no status changes of ${type} executions`,
      advice: 'use a STANDARD state machine: the type of one cannot be changed',
    },
  ];
}

function findQueueFault(
  { name, state, status, statusReason }: DescribedJobQueue,
  named: boolean,
): readonly ResourceFault[] {
  const subject = named ? `${name} is` : 'it is';
  const reason = statusReason === undefined ? '' : `: ${statusReason}`;
  if (status !== 'VALID') {
    const advice = 'see its status reason in AWS Batch, and correct its compute environments';
    return [{ text: `${subject} ${status}${reason}`, advice }];
  }
  if (state === 'ENABLED') return [];
  const advice = 'enable it, or name another queue: a disabled queue accepts no jobs';
  return [{ text: `${subject} ${state}`, advice }];
}

function describeGood(fact: ResourceFact): string {
  switch (fact.kind) {
    case 'stateMachine': {
      const { type, status } = fact.found[0] ?? {};
      return fact.found.length === 1 ? [status, type].filter(Boolean).join(', ') : 'not Express';
    }
    case 'jobQueue':
      return 'ENABLED, VALID';
    case 'jobDefinition': {
      const revisions = fact.found.map(({ revision }) => revision);
      return `ACTIVE, newest revision ${Math.max(...revisions)}`;
    }
    default:
      return fact satisfies never;
  }
}
