import type { AutosysClient } from '../../autosys/client/index.ts';
import { quoteArgument } from '../../autosys/command-line.ts';
import {
  AutosysError,
  AutosysUnauthorizedError,
  AutosysUnavailableError,
  AutosysUnreachableError,
  JobNotFoundError,
} from '../../autosys/errors.ts';
import { readJil, readJobStatement } from '../../autosys/jil/index.ts';
import type { Job } from '../../autosys/job.ts';
import type { JobName } from '../../autosys/names.ts';
import type { Source } from '../../autosys/source.ts';
import { type Fact, toRead, toUnread } from './fact.ts';

/** The definition of a job. */
export interface JobDefinition {
  readonly job: Job;
  /** Where it was read: `AutoSys`, or the name of a file. */
  readonly source: string;
  /** Why the starting condition cannot be parsed. Absent if it can, or if there is none. */
  readonly conditionFault?: string;
}

/**
 * The definition of a job in JIL text. `undefined` if the text does not define the job.
 *
 * Later statements win, as when the text is loaded.
 */
export function findDefinition(source: Source, name: JobName): JobDefinition | undefined {
  const { statements } = readJil(source).script;
  const statement = statements.findLast(
    ({ subcommand, object }) => subcommand === 'insert_job' && object === name,
  );
  if (statement === undefined) return undefined;
  const { job, problems } = readJobStatement(statement, source);
  const written = statement.attributes.findLast((attribute) => attribute.name === 'condition');
  if (job.condition !== undefined || written === undefined || written.value === '') {
    return { job, source: source.name };
  }
  const { start, end } = written.valueSpan;
  const fault = problems.find((problem) => problem.start >= start && problem.start <= end);
  return { job, source: source.name, conditionFault: fault?.message ?? 'it cannot be parsed' };
}

/**
 * Reads the definition of a job from AutoSys: `autorep -q` in `command/run`, else the JIL address of
 * the profile.
 *
 * `-L 0` leaves out the members of a box (documented). The address `job-dependencies` is not used:
 * the fields of its reply are unknown.
 *
 * @throws {AutosysError} if AutoSys cannot be used at all
 */
export async function readJobDefinition(
  client: Pick<AutosysClient, 'runCommand' | 'readJil'>,
  name: JobName,
  signal: AbortSignal,
): Promise<Fact<JobDefinition | undefined>> {
  const first = await tryRead(() => runAutorep(client, name, signal));
  if (first.kind === 'read') return first;
  const second = await tryRead(async () => toFact(await client.readJil(name, { signal }), name));
  if (second.kind === 'read') return second;
  const reasons = [...new Set([first.reason, second.reason])];
  return toUnread(reasons.join('; '));
}

async function runAutorep(
  client: Pick<AutosysClient, 'runCommand'>,
  name: JobName,
  signal: AbortSignal,
): Promise<Fact<JobDefinition | undefined>> {
  const command = `autorep -J ${quoteArgument(name)} -q -L 0`;
  const { stdOut, stdErr } = await client.runCommand(command, { signal });
  if (stdErr.some((line) => line.includes('CAUAJM_E_50027'))) return toRead(undefined);
  if (stdOut.length === 0 && stdErr.length > 0) return toUnread(stdErr.join(' ').slice(0, 300));
  return toFact(stdOut.join('\n'), name);
}

function toFact(text: string, name: JobName): Fact<JobDefinition | undefined> {
  const definition = findDefinition({ name: 'AutoSys', text }, name);
  return definition ? toRead(definition) : toUnread(`AutoSys printed no definition of ${name}`);
}

/**
 * A rejected read is a missing fact. A failure that the next read would meet as well is thrown: a
 * refused login must not be repeated, and an AutoSys that does not answer costs time each time.
 */
async function tryRead<Value>(read: () => Promise<Fact<Value | undefined>>) {
  try {
    return await read();
  } catch (error) {
    if (error instanceof JobNotFoundError) return toRead(undefined);
    if (!(error instanceof AutosysError) || isFatal(error)) throw error;
    return toUnread(error.message);
  }
}

/**
 * True for a refused login, and for an AutoSys that does not answer. An answer of a web server that
 * the path is unknown is neither.
 */
export function isFatal(error: AutosysError): boolean {
  if (error instanceof AutosysUnreachableError) return true;
  if (error instanceof AutosysUnavailableError) return ![404, 405, 501].includes(error.httpStatus);
  return isRefusedLogin(error);
}

/** True if AutoSys refused the login (401), and not only one request (403). */
export function isRefusedLogin(error: AutosysError): boolean {
  return error instanceof AutosysUnauthorizedError && error.httpStatus === 401;
}
