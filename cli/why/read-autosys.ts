import type { AutosysClient, JobEventLine, JobReading } from '../../autosys/client/index.ts';
import { AutosysError, JobNotFoundError } from '../../autosys/errors.ts';
import type { GlobalName, JobName } from '../../autosys/names.ts';
import type { Source } from '../../autosys/source.ts';
import type { CallBudget } from './call-budget.ts';
import { type Fact, toRead, toUnread } from './fact.ts';
import {
  findDefinition,
  isFatal,
  isRefusedLogin,
  type JobDefinition,
  readJobDefinition,
} from './read-definition.ts';

/** A global variable as AutoSys shows it. */
export interface ShownGlobal {
  /** `undefined`: the variable is not set. */
  readonly value: string | undefined;
  /** Last Changed. Absent if AutoSys does not show it, or shows it ambiguously. */
  readonly changedAt?: Date;
}

/** A job, and the members that AutoSys lists with a box. */
export interface ShownJob {
  readonly reading: JobReading;
  readonly members: readonly JobReading[];
}

/** What an answer reads from AutoSys: each fact once, at most as often as the budget allows. */
export interface WhyAutosys {
  /** The status of a job; `undefined` if AutoSys has no such job. */
  job(name: JobName): Promise<Fact<ShownJob | undefined>>;
  definition(name: JobName): Promise<Fact<JobDefinition | undefined>>;
  /** The events of the present or last run, the oldest first. */
  events(name: JobName): Promise<Fact<readonly JobEventLine[]>>;
  globalVariable(name: GlobalName): Promise<Fact<ShownGlobal>>;
}

/** The methods of the client that an answer uses. None changes anything. */
export type WhyClient = Pick<
  AutosysClient,
  | 'readJob'
  | 'readJobs'
  | 'readJobEvents'
  | 'readGlobalVariable'
  | 'readGlobalVariables'
  | 'readJil'
  | 'runCommand'
>;

export interface WhyAutosysDeps {
  readonly client: WhyClient;
  readonly budget: CallBudget;
  readonly signal: AbortSignal;
  /** JIL whose definitions are used instead of those in AutoSys. @default - none */
  readonly jil?: Source;
}

/** Creates the bounded reads of AutoSys. */
export function createWhyAutosys({ client, budget, signal, jil }: WhyAutosysDeps): WhyAutosys {
  const known = new Map<string, Promise<Fact<unknown>>>();
  const options = { signal };
  let failure: AutosysError | undefined;

  return {
    job: (name) => once(`job ${name}`, () => readShownJob(client, name, options)),
    definition: (name) => {
      const given = jil && findDefinition(jil, name);
      if (given) return Promise.resolve(toRead(given));
      return once(`definition ${name}`, () => readJobDefinition(client, name, signal));
    },
    events: (name) => once(`events ${name}`, () => readEvents(client, name, options)),
    globalVariable: (name) => once(`global ${name}`, () => readGlobal(client, name, options)),
  };

  function once<Value>(key: string, read: () => Promise<Fact<Value>>): Promise<Fact<Value>> {
    const reading = known.get(key) ?? guard(read);
    known.set(key, reading);
    // Safe: one key stands for one kind of read.
    return reading as Promise<Fact<Value>>;
  }

  async function guard<Value>(read: () => Promise<Fact<Value>>): Promise<Fact<Value>> {
    if (failure) return toUnread(failure.message);
    const refused = budget.spend('autosys');
    if (refused) return refused;
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof AutosysError)) throw error;
      // A login that AutoSys refused is not sent again: too many refusals lock the account.
      if (isRefusedLogin(error)) throw error;
      if (isFatal(error)) failure = error;
      return toUnread(error.message);
    }
  }
}

interface ReadOptions {
  readonly signal: AbortSignal;
}

async function readShownJob(
  client: WhyClient,
  name: JobName,
  options: ReadOptions,
): Promise<Fact<ShownJob | undefined>> {
  const list = await client.readJobs(name, options);
  if (list.kind === 'list') {
    const reading = list.jobs.get(name);
    const members = [...list.jobs.values()].filter(({ job }) => job !== name);
    return toRead(reading && { reading, members });
  }
  try {
    return toRead({ reading: await client.readJob(name, options), members: [] });
  } catch (error) {
    if (error instanceof JobNotFoundError) return toRead(undefined);
    throw error;
  }
}

async function readEvents(
  client: WhyClient,
  name: JobName,
  options: ReadOptions,
): Promise<Fact<readonly JobEventLine[]>> {
  const view = await client.readJobEvents(name, options);
  return view.kind === 'events' ? toRead(view.events) : toUnread(view.reason);
}

/** Reads the value, and if AutoSys shows it the time of its last change: from the list of variables. */
async function readGlobal(
  client: WhyClient,
  name: GlobalName,
  options: ReadOptions,
): Promise<Fact<ShownGlobal>> {
  const list = await client.readGlobalVariables(`${name}%`, options);
  const row = list.kind === 'list' ? list.rows.get(name) : undefined;
  const { lastChanged } = row ?? {};
  const changed = lastChanged && !lastChanged.ambiguous ? { changedAt: lastChanged.at } : {};
  if (row?.value !== undefined) return toRead({ value: row.value, ...changed });
  const view = await client.readGlobalVariable(name, options);
  if (view.kind === 'unreadable') return toUnread(view.reason);
  return toRead({ value: view.kind === 'value' ? view.value : undefined, ...changed });
}
