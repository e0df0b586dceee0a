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

/** The result of a statement: the lines that jil prints for it, or why it was not executed. */
export type StatementResult =
  | { readonly kind: 'done'; readonly lines: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly line: string;
      readonly problems?: JobDefinitionReading['problems'];
    };

/** Dependencies of the execution of a statement. */
export interface DefinitionContext {
  readonly state: State;
  /**
   * Called when a job was defined or changed. @returns the first start of its schedule, as jil
   * prints it
   */
  defined(job: Job): string | undefined;
  removed(job: JobName): void;
  /** Called when a job was added to a running box. */
  addedToRunningBox(job: JobName): void;
}

/** Executes one statement, completely or not at all. */
export function executeStatement(
  statement: Statement,
  source: Source,
  context: DefinitionContext,
): StatementResult {
  switch (statement.subcommand) {
    case 'insert_job':
      return insertJob(statement, source, context);
    case 'update_job':
      return updateJob(statement, source, context);
    case 'delete_job':
      return deleteJobs(statement, context, (job) => [job]);
    case 'delete_box':
      return deleteJobs(statement, context, (job) => withMembersOf(context.state, job));
    case 'insert_machine':
    case 'update_machine':
    case 'delete_machine':
      return changeMachine(statement, context);
    default:
      return refuse(`${statement.subcommand} is not emulated, ${statement.object} is skipped`);
  }
}

function insertJob(
  statement: Statement,
  source: Source,
  context: DefinitionContext,
): StatementResult {
  const { job, problems } = readJobStatement(statement, source);
  if (problems.length > 0)
    return { ...refuse(`${job.name} is not a valid job definition`), problems };
  if (context.state.job(job.name)) {
    return refuse(`job ${job.name} exists already; use update_job to change it`);
  }
  return refuseJob(job, context) ?? define(job, context);
}

function updateJob(
  statement: Statement,
  source: Source,
  context: DefinitionContext,
): StatementResult {
  const known = context.state.job(statement.object);
  if (!known) return unknownJob(statement.object);
  const { job, problems } = readJobUpdate(known.job, statement, source);
  if (problems.length > 0)
    return { ...refuse(`${job.name} is not a valid job definition`), problems };
  return refuseJob(job, context) ?? define(job, context);
}

/** Checks the parts of a job that depend on other jobs. */
function refuseJob(job: Job, { state }: DefinitionContext): StatementResult | undefined {
  const { name, box } = job;
  if (box === undefined) return undefined;
  if (state.job(box)?.job.type !== 'BOX') {
    return refuse(`CAUAJM_E_18947 Invalid box name ${box} specified, it does not exist.`);
  }
  for (let outer = state.job(box); outer; outer = outer.job.box && state.job(outer.job.box)) {
    if (outer.job.name === name) return refuse(`box ${name} cannot contain itself`);
  }
  return undefined;
}

function define(written: Job, context: DefinitionContext): StatementResult {
  const { state } = context;
  const job = withKnownTimezone(written);
  const isNew = state.job(job.name) === undefined;
  const box = job.box === undefined ? undefined : state.job(job.box);
  state.define(job);
  if (isNew && box?.noexec) state.patch(job.name, { noexec: true });
  const first = context.defined(job);
  const joins = isNew && box?.status === 'RUNNING';
  if (joins) context.addedToRunningBox(job.name);
  const lines = [
    `CAUAJM_I_50323 Inserting/Updating job: ${job.name}`,
    ...(first === undefined ? [] : [`CAUAJM_I_10122 Job '${job.name}' scheduled: ${first}`]),
    ...(joins ? [addedToRunningBoxMessage(job.name)] : []),
    ...undefinedReferences(job, state),
    ...ignoredCalendars(job),
  ];
  return { kind: 'done', lines };
}

function addedToRunningBoxMessage(job: JobName): string {
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

function ignoredCalendars({ schedule, attributes }: Job): readonly string[] {
  const calendars = ['run_calendar', 'exclude_calendar'];
  const named = schedule ? attributes.filter(([name]) => calendars.includes(name)) : [];
  return named.map(([name]) => `warning: ${name} is not emulated and is ignored`);
}

function deleteJobs(
  { object }: Statement,
  context: DefinitionContext,
  which: (job: JobName) => readonly JobName[],
): StatementResult {
  const { state } = context;
  const record = state.job(object);
  if (!record) return unknownJob(object);
  const jobs = which(record.job.name);
  const running = jobs.find((name) => isActive(state.job(name)?.status ?? 'INACTIVE'));
  if (running !== undefined) return refuse(`job ${running} is running and cannot be deleted`);
  for (const name of jobs) {
    state.remove(name);
    context.removed(name);
  }
  return { kind: 'done', lines: jobs.map((name) => `Deleting job: ${name}`) };
}

/** The members of a box, innermost first, and then the box. */
function withMembersOf(state: State, box: JobName): readonly JobName[] {
  return [
    ...state.members(box).flatMap(({ job }) => withMembersOf(state, job.name)),
    parseJobName(box),
  ];
}

function changeMachine(
  { subcommand, object }: Statement,
  { state }: DefinitionContext,
): StatementResult {
  const name = parseMachineName(object);
  const known = state.machineStatus(name);
  if (subcommand === 'insert_machine') {
    // A machine that only a job names already exists as online; its own insert_machine is not a
    // duplicate.
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

function unknownJob(name: string): StatementResult {
  return refuse(`CAUAJM_E_50027 Invalid Job Name: ${name}`);
}

function refuse(line: string): Extract<StatementResult, { kind: 'refused' }> {
  return { kind: 'refused', line };
}
