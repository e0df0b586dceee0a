import { referencesOf } from '../autosys/condition/index.ts';
import {
  type JobDefinitionReading,
  readJobStatement,
  readJobUpdate,
  type Statement,
} from '../autosys/jil/index.ts';
import type { Job } from '../autosys/job.ts';
import { type JobName, parseJobName, parseMachineName } from '../autosys/names.ts';
import type { Source } from '../autosys/source.ts';
import { isActive } from '../autosys/status.ts';
import type { State } from './state.ts';
import { withKnownTimezone } from './timezone.ts';

/** What a statement did: the lines jil prints for it, or why it did nothing. */
export type Carried =
  | { readonly kind: 'done'; readonly lines: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly line: string;
      readonly problems?: JobDefinitionReading['problems'];
    };

/** What carrying out a statement may touch. */
export interface DefinitionContext {
  readonly state: State;
  /** A job was defined or changed. @returns when its schedule starts it first, as jil prints it */
  defined(job: Job): string | undefined;
  removed(job: JobName): void;
  /** A job came into a running box. */
  addedToRunningBox(job: JobName): void;
}

/** Carries out one statement, whole or not at all. */
export function carryOut(statement: Statement, source: Source, estate: DefinitionContext): Carried {
  switch (statement.subcommand) {
    case 'insert_job':
      return insertJob(statement, source, estate);
    case 'update_job':
      return updateJob(statement, source, estate);
    case 'delete_job':
      return deleteJobs(statement, estate, (job) => [job]);
    case 'delete_box':
      return deleteJobs(statement, estate, (job) => within(estate.state, job));
    case 'insert_machine':
    case 'update_machine':
    case 'delete_machine':
      return changeMachine(statement, estate);
    default:
      return refuse(`${statement.subcommand} is not emulated, ${statement.object} is left out`);
  }
}

function insertJob(statement: Statement, source: Source, estate: DefinitionContext): Carried {
  const { job, problems } = readJobStatement(statement, source);
  if (problems.length > 0) return { ...refuse(`${job.name} does not read`), problems };
  if (estate.state.job(job.name)) {
    return refuse(`job ${job.name} exists already; use update_job to change it`);
  }
  return refuseJob(job, estate) ?? define(job, estate);
}

function updateJob(statement: Statement, source: Source, estate: DefinitionContext): Carried {
  const known = estate.state.job(statement.object);
  if (!known) return unknownJob(statement.object);
  const { job, problems } = readJobUpdate(known.job, statement, source);
  if (problems.length > 0) return { ...refuse(`${job.name} does not read`), problems };
  return refuseJob(job, estate) ?? define(job, estate);
}

/** What only who knows the other jobs can tell. */
function refuseJob(job: Job, { state }: DefinitionContext): Carried | undefined {
  const { name, box } = job;
  if (box === undefined) return undefined;
  if (state.job(box)?.job.type !== 'BOX') {
    return refuse(`CAUAJM_E_18947 Invalid box name ${box} specified, it does not exist.`);
  }
  for (let outer = state.job(box); outer; outer = outer.job.box && state.job(outer.job.box)) {
    if (outer.job.name === name) return refuse(`box ${name} cannot stand within itself`);
  }
  return undefined;
}

function define(written: Job, estate: DefinitionContext): Carried {
  const { state } = estate;
  const job = withKnownTimezone(written);
  const isNew = state.job(job.name) === undefined;
  const box = job.box === undefined ? undefined : state.job(job.box);
  state.define(job);
  if (isNew && box?.noexec) state.patch(job.name, { noexec: true });
  const first = estate.defined(job);
  const joins = isNew && box?.status === 'RUNNING';
  if (joins) estate.addedToRunningBox(job.name);
  const lines = [
    `CAUAJM_I_50323 Inserting/Updating job: ${job.name}`,
    ...(first === undefined ? [] : [`CAUAJM_I_10122 Job '${job.name}' scheduled: ${first}`]),
    ...(joins ? [addedMidway(job.name)] : []),
    ...undefinedReferences(job, state),
    ...uncounted(job),
  ];
  return { kind: 'done', lines };
}

function addedMidway(job: JobName): string {
  return `CAUAJM_W_19102 Added job ${job} into an already running box. Sent the STARTJOB event`;
}

/** The warning of jil, word for word (documented). */
function undefinedReferences(job: Job, state: State): readonly string[] {
  if (!job.condition) return [];
  const missing = referencesOf(job.condition).jobs.filter(
    ({ job: name, instance }) => instance === undefined && !state.job(name),
  );
  if (missing.length === 0) return [];
  return [
    '*** WARNING: The Following Jobs are referenced in the ***',
    'Conditions for this Job, YET are not defined!',
    ...missing.map(({ job: name }, index) => `${index + 1}) ${name}`),
  ];
}

function uncounted({ schedule, attributes }: Job): readonly string[] {
  const calendars = ['run_calendar', 'exclude_calendar'];
  const named = schedule ? attributes.filter(([name]) => calendars.includes(name)) : [];
  return named.map(([name]) => `warning: ${name} is not emulated, its days do not count`);
}

function deleteJobs(
  { object }: Statement,
  estate: DefinitionContext,
  which: (job: JobName) => readonly JobName[],
): Carried {
  const { state } = estate;
  const record = state.job(object);
  if (!record) return unknownJob(object);
  const jobs = which(record.job.name);
  const running = jobs.find((name) => isActive(state.job(name)?.status ?? 'INACTIVE'));
  if (running !== undefined) return refuse(`job ${running} is running and cannot be deleted`);
  for (const name of jobs) {
    state.remove(name);
    estate.removed(name);
  }
  return { kind: 'done', lines: jobs.map((name) => `Deleting job: ${name}`) };
}

/** The members of a box, innermost first, and the box. */
function within(state: State, box: JobName): readonly JobName[] {
  return [...state.members(box).flatMap(({ job }) => within(state, job.name)), parseJobName(box)];
}

function changeMachine({ subcommand, object }: Statement, { state }: DefinitionContext): Carried {
  const name = parseMachineName(object);
  const known = state.machineStatus(name);
  if (subcommand === 'insert_machine') {
    // One that only a job named so far is taken as online already; its own statement is no second one.
    state.setMachine(name, known ?? 'Online');
    return { kind: 'done', lines: [`Inserting machine: ${name}`] };
  }
  if (!known) return refuse(`machine ${name} is not defined`);
  if (subcommand === 'delete_machine') state.setMachine(name, undefined);
  return {
    kind: 'done',
    lines: [`${subcommand === 'delete_machine' ? 'Deleting' : 'Updating'} machine: ${name}`],
  };
}

function unknownJob(name: string): Carried {
  return refuse(`CAUAJM_E_50027 Invalid Job Name: ${name}`);
}

function refuse(line: string): Extract<Carried, { kind: 'refused' }> {
  return { kind: 'refused', line };
}
