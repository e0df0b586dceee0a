import { type AutorepQuery, parseAutorep, readSummary } from '../../autosys/autorep/index.ts';
import { quoteArgument } from '../../autosys/command-line.ts';
import {
  AutosysRefusedError,
  AutosysUnavailableError,
  UnexplainedNotFoundError,
  UnsupportedByProfileError,
} from '../../autosys/errors.ts';
import { autorepFlags } from '../autorep/flags.ts';
import { rebuild } from '../autorep/rebuild.ts';
import { hasComplaint, printIgnoredLogin } from '../autosys-output.ts';
import { defineCommand } from '../command.ts';
import { type Connection, connect, connectionOptions } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { withoutLogin } from '../login-options.ts';
import { printDirectCalls } from '../proxy.ts';
import { printJson, printLines } from '../render.ts';

/** `autorep`: prints reports on jobs and global variables, like AutoSys's own autorep. */
export const autorep = defineCommand({
  name: 'autorep',
  summary: 'prints reports on jobs and global variables, with the flags of AutoSys',
  options: connectionOptions,
  autosysFlags: autorepFlags,
  usage: '-J JOB|% [-s|-d|-q] | -G VARIABLE|ALL [options]',
  notes: [
    'An AutoSys with command/run (release 12) creates the report itself. For an older release, this command reads each job and creates the report in the same layout. It prints what it could not read, and ends with 3.',
    'Ends with 1 if a named job or variable does not exist, and with 0 if a pattern matches nothing.',
  ],
  examples: ['autorep -J NIGHT', 'autorep -J % -q', 'autorep -G AWS_SETTLEMENT'],
  run: async ({ options, autosysArguments, json, io }) => {
    const query = parseAutorep(autosysArguments);
    await using connection = connect('autorep', options, io);
    printDirectCalls(io, connection.endpoints, json);
    const { kept, ignoredOptions } = withoutLogin(autosysArguments);
    printIgnoredLogin(io, ignoredOptions, json);
    const report =
      (await runInAutosys(kept, connection, io)) ?? (await createReport(query, connection, io));
    return printReport(report, query, io, json);
  },
});

interface Report {
  readonly madeBy: 'AutoSys' | 'here';
  readonly stdOut: readonly string[];
  readonly stdErr: readonly string[];
  readonly code: ExitCode;
}

/** The report of AutoSys; `undefined` if this AEWS cannot run commands. */
async function runInAutosys(
  argv: readonly string[],
  { client }: Connection,
  { signal }: Io,
): Promise<Report | undefined> {
  try {
    const line = ['autorep', ...argv.map(quoteArgument)].join(' ');
    const output = await client.runCommand(line, { signal });
    const code = hasComplaint(output) ? exitCodes.rejected : exitCodes.done;
    return { madeBy: 'AutoSys', ...output, code };
  } catch (error) {
    if (lacksCommandRun(error)) return undefined;
    throw error;
  }
}

function lacksCommandRun(error: unknown): boolean {
  return (
    error instanceof UnsupportedByProfileError ||
    error instanceof UnexplainedNotFoundError ||
    (error instanceof AutosysUnavailableError && error.fromWebServer && isUnknownPath(error)) ||
    (error instanceof AutosysRefusedError && isUnknownPath(error))
  );
}

function isUnknownPath({ httpStatus }: { readonly httpStatus: number }): boolean {
  return [404, 405, 501].includes(httpStatus);
}

async function createReport(query: AutorepQuery, connection: Connection, io: Io): Promise<Report> {
  const { lines, missing, remarks = [] } = await rebuild(query, connection, io.signal);
  const code = missing.length > 0 ? exitCodes.unknown : exitCodes.done;
  return { madeBy: 'here', stdOut: lines, stdErr: [...remarks, ...missing], code };
}

function printReport(
  report: Report,
  { subject, report: kind }: AutorepQuery,
  io: Io,
  json: boolean,
): ExitCode {
  const { madeBy, stdOut, stdErr, code } = report;
  if (json) {
    const jobs = subject.kind === 'job' && kind === 'summary' ? { jobs: readSummary(stdOut) } : {};
    printJson(io.stdout, { ok: code === exitCodes.done, madeBy, ...jobs, stdOut, stdErr });
  } else {
    printLines(io.stdout, stdOut);
    printLines(io.stderr, stdErr);
  }
  return code;
}
