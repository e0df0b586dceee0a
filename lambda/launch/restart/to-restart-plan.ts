import type { Revision } from '../../aws/lookup.ts';
import { apiVersion, type RestartPlan } from '../api.ts';
import type { RestartDecision } from './decide-restart.ts';
import type { PastStates, StartedWork } from './past-states.ts';

/** The definition that a redrive uses, and the current one; or why they are not known. */
export type DefinitionFacts =
  | {
      readonly used: Revision & { readonly updatedMs?: number | undefined };
      readonly current: Revision;
      /** First start of the execution, in epoch milliseconds. */
      readonly startedMs: number | undefined;
    }
  | { readonly unread: string };

/** What a plan is made from, beside the decision. */
export interface PlanFacts {
  readonly states: PastStates;
  /** Children of each array job, by its id. */
  readonly arraySizes: ReadonlyMap<string, number>;
  /** With a redrive. */
  readonly definition: DefinitionFacts | undefined;
  /** Why the history is not known. */
  readonly unread: string | undefined;
}

/** Maximum names of a list in the plan. */
const maxListed = 100;

/** The plan of a restart. Pure. */
export function toRestartPlan(decision: RestartDecision, facts: PlanFacts): RestartPlan {
  const { how, launch, next } = decision;
  const { states, unread } = facts;
  const isRedrive = how === 'redrive';
  const kept = isRedrive ? states.kept : [];
  const repeated = isRedrive ? states.repeated : [...states.kept, ...states.repeated];
  const twice = toTwice(decision, facts);
  const text = [
    `restart of ${launch.name}${describeEnd(decision)}`,
    ...describeWay(decision),
    ...(facts.definition ? describeDefinition(facts.definition) : []),
    ...(unread === undefined ? [] : [`the states are not known: ${unread}`]),
    ...(kept.length === 0 ? [] : [`kept, not run again: ${list(kept)}`]),
    ...(repeated.length === 0 ? [] : [`run again: ${list(repeated)}`]),
    ...(isRedrive ? describeFailStates(states) : []),
    ...twice.slice(0, maxListed).map((one) => `would run twice: ${one}`),
    'nothing has been started',
  ];
  return {
    version: apiVersion,
    ...{ how, of: launch.name, next, kept, repeated, twice, text },
  };
}

function describeEnd({ execution }: RestartDecision): string {
  const { status, stopDate } = execution ?? {};
  if (status === undefined) return '';
  return `, which ended as ${status}${stopDate ? ` at ${stopDate.toISOString()}` : ''}`;
}

function describeWay({ how, next, why, earlier }: RestartDecision): readonly string[] {
  if (how === 'redrive') {
    return [
      `redrive: the execution continues where it failed, with its own input, as run ${next}`,
      'the time limit of the state machine starts again',
    ];
  }
  const reason = why === undefined ? '' : `; it is not continued: ${why}`;
  const input =
    earlier.input === undefined ? 'the same parameters' : 'the input that AWS shows of the run';
  return [`again: a new run starts from the beginning as ${next}${reason}`, `input: ${input}`];
}

function describeDefinition(facts: DefinitionFacts): readonly string[] {
  const which = 'definition: that of the first start of the execution';
  if ('unread' in facts) return [`${which}; whether it has changed is not known: ${facts.unread}`];
  const { used, current, startedMs } = facts;
  const revision = used.revisionId === undefined ? '' : `, revision ${used.revisionId}`;
  const saved = used.updatedMs === undefined ? '' : `, saved at ${toIso(used.updatedMs)}`;
  if (used.revisionId === current.revisionId) {
    return [`${which}${revision}${saved}; it has not changed since`];
  }
  const since =
    startedMs === undefined
      ? ''
      : ` It was saved after ${toIso(startedMs)}, the start of the execution; AWS does not show when.`;
  return [
    `${which}${revision}${saved}`,
    `a newer definition exists, revision ${current.revisionId ?? 'unknown'}, and the redrive does not use it.${since}`,
  ];
}

function describeFailStates({ failStates }: PastStates): readonly string[] {
  if (failStates.length === 0) return [];
  return [
    `${list(failStates)} is a Fail state, so a redrive fails there again at once; use --again`,
  ];
}

function toTwice(
  { how, launch }: RestartDecision,
  { states, arraySizes }: PlanFacts,
): readonly string[] {
  const { workload, aws, batch } = launch;
  if (workload === 'batchJob') {
    const size = arraySizes.get(aws?.id ?? '') ?? batch?.arraySize;
    return [
      size === undefined
        ? `Batch job ${aws?.id}, as a whole`
        : `array job ${aws?.id}: all ${size} children, also those that have succeeded; AWS Batch cannot run failed children alone`,
    ];
  }
  const all = how === 'again' ? states.kept.map((state) => `state ${state}, which had ended`) : [];
  return [...all, ...states.work.map((one) => describeWork(one, arraySizes))];
}

function describeWork(
  { state, kind, id }: StartedWork,
  arraySizes: ReadonlyMap<string, number>,
): string {
  const of = `state ${state}:`;
  switch (kind) {
    case 'batchJob': {
      const size = arraySizes.get(id);
      return size === undefined
        ? `${of} it submits another Batch job instead of ${id}`
        : `${of} it submits the whole array again instead of ${id}: all ${size} children, also those that have succeeded`;
    }
    case 'execution':
      return `${of} it starts another execution instead of ${id}, from the beginning`;
    case 'mapRun':
      return `${of} the children of ${id} that have not succeeded; those that have are kept`;
    case 'function':
      return `${of} it invokes function ${id} again`;
    default:
      return kind satisfies never;
  }
}

function list(names: readonly string[]): string {
  const more = names.length - maxListed;
  return `${names.slice(0, maxListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
