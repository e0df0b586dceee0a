import type { JobReading } from '../../autosys/client/index.ts';
import {
  type Atom,
  atomsOf,
  type Condition,
  findBlockingAtoms,
  type TruthFacts,
  unread,
} from '../../autosys/condition/index.ts';
import type { AutosysInstance, GlobalName, JobName } from '../../autosys/names.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import type { PredecessorJobFacts } from './explain-job.ts';
import type { VariableFacts } from './explain-value.ts';
import { knownValue, toRead } from './fact.ts';
import { toEndedAt, toSeenPredecessor } from './seen-job.ts';
import type { WhyContext } from './why-context.ts';

/** The facts of every job and variable that a condition names. */
export interface ConditionState {
  /** The atoms in the order of the text. References to the own instance are without its name. */
  readonly atoms: readonly Atom[];
  readonly facts: TruthFacts;
  readonly variables: ReadonlyMap<GlobalName, VariableFacts>;
  readonly jobs: ReadonlyMap<JobName, PredecessorJobFacts>;
  /** Whether the condition is not true because of an atom. */
  readonly blocks: (atom: Atom) => boolean;
}

/**
 * Reads the jobs and variables that a condition names, from AutoSys and from the ledger.
 *
 * @param own the job with the condition, for a look-back of `0`. `undefined`: it could not be read
 */
export async function readConditionState(
  condition: Condition,
  own: JobReading | undefined,
  context: WhyContext,
): Promise<ConditionState> {
  const { instance } = context;
  const atoms = atomsOf(condition).map((atom) => withoutOwnInstance(atom, instance));
  const names = new Set(
    atoms.flatMap((one) => (one.kind === 'value' && !one.instance ? [one.globalVariable] : [])),
  );
  const jobNames = new Set(
    atoms.flatMap((one) => (one.kind !== 'value' && !one.job.instance ? [one.job.job] : [])),
  );
  const variables = await mapConcurrently([...names], async (name) => {
    return [name, await readVariable(name, context)] as const;
  });
  const jobs = await mapConcurrently([...jobNames], async (name) => {
    return [name, await readPredecessor(name, context)] as const;
  });
  const state = { variables: new Map(variables), jobs: new Map(jobs) };
  const facts = toTruthFacts(state, own, context);
  const blocking = new Set(findBlockingAtoms(condition, facts).map(({ start }) => start));
  return { ...state, atoms, facts, blocks: ({ start }) => blocking.has(start) };
}

async function readVariable(name: GlobalName, context: WhyContext): Promise<VariableFacts> {
  const { autosys, ledger, routesOf, observedBy, groupSetting } = context;
  const [shown, entries] = await Promise.all([
    autosys.globalVariable(name),
    ledger.globalVariable(name),
  ]);
  const observing = observedBy?.(name) ?? [];
  const facts = {
    ...{ shown, ledger: entries, routes: routesOf?.(name) },
    ...(observing.length > 0 && { observing }),
  };
  const setting = groupSetting?.(name);
  // An entry has its group itself.
  if (setting === undefined || knownValue(entries)?.state) return facts;
  return { ...facts, group: await ledger.group(setting) };
}

async function readPredecessor(name: JobName, context: WhyContext): Promise<PredecessorJobFacts> {
  const { autosys, ledger } = context;
  const [shown, entries] = await Promise.all([autosys.job(name), ledger.job(name)]);
  // Only a job that runs can wait for AWS.
  const isRunning = shown.kind === 'read' && shown.value?.reading.status === 'RUNNING';
  return {
    shown,
    ledger: entries,
    launch: isRunning ? await ledger.launch(name) : toRead(undefined),
  };
}

function toTruthFacts(
  { variables, jobs }: Pick<ConditionState, 'variables' | 'jobs'>,
  own: JobReading | undefined,
  { now, instance: here }: WhyContext,
): TruthFacts {
  return {
    now,
    ownEndedAt: own ? toEndedAt(own) : unread,
    job({ job, instance }) {
      if (instance !== undefined && instance !== here) return unread;
      const shown = jobs.get(job)?.shown;
      if (shown === undefined || shown.kind === 'unread') return unread;
      return shown.value && toSeenPredecessor(shown.value.reading);
    },
    globalVariable(name, instance) {
      if (instance !== undefined && instance !== here) return unread;
      const shown = variables.get(name)?.shown;
      return shown === undefined || shown.kind === 'unread' ? unread : shown.value.value;
    },
  };
}

function withoutOwnInstance(atom: Atom, here: AutosysInstance): Atom {
  if (atom.kind === 'value') {
    const { instance, ...local } = atom;
    return instance === here ? local : atom;
  }
  const { instance, ...job } = atom.job;
  return instance === here ? { ...atom, job } : atom;
}
