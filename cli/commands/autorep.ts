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

/** Reports on jobs and global variables as AutoSys's own autorep does. */
export const autorep = defineCommand({
  name: 'autorep',
  summary: "reports on jobs and global variables, with AutoSys's own flags",
  options: connectionOptions,
  autosysFlags: autorepFlags,
  usage: '-J JOB|% [-s|-d|-q] | -G VARIABLE|ALL [options]',
  notes: [
    'AutoSys makes the report where it has command/run (release 12), and its lines are printed as they come. An older release is asked job by job, and the report is made here in the same layout; what cannot be told that way is named, and it ends with 3.',
    'A job or variable that is named and does not exist ends with 1, a pattern that fits nothing with 0.',
  ],
  examples: ['autorep -J NIGHT', 'autorep -J % -q', 'autorep -G AWS_SETTLEMENT'],
  run: async ({ options, autosysArguments, json, io }) => {
    const query = parseAutorep(autosysArguments);
    await using connection = connect('autorep', options, io);
    printDirectCalls(io, connection.endpoints, json);
    const { kept, ignoredOptions } = withoutLogin(autosysArguments);
    printIgnoredLogin(io, ignoredOptions, json);
    const report =
      (await runThere(kept, connection, io)) ?? (await makeHere(query, connection, io));
    return print(report, query, io, json);
  },
});

interface Report {
  readonly madeBy: 'AutoSys' | 'here';
  readonly stdOut: readonly string[];
  readonly stdErr: readonly string[];
  readonly code: ExitCode;
}

/** AutoSys's own report; `undefined` where this AEWS runs no commands. */
async function runThere(
  argv: readonly string[],
  { client }: Connection,
  { signal }: Io,
): Promise<Report | undefined> {
  try {
    const line = ['autorep', ...argv.map(quoteArgument)].join(' ');
    const output = await client.runCommand(line, { signal });
    const code = hasComplaint(output) ? exitCodes.refused : exitCodes.done;
    return { madeBy: 'AutoSys', ...output, code };
  } catch (error) {
    if (isWithoutCommands(error)) return undefined;
    throw error;
  }
}

function isWithoutCommands(error: unknown): boolean {
  return (
    error instanceof UnsupportedByProfileError ||
    error instanceof UnexplainedNotFoundError ||
    (error instanceof AutosysUnavailableError && error.fromWebServer && isUnspoken(error)) ||
    (error instanceof AutosysRefusedError && isUnspoken(error))
  );
}

function isUnspoken({ httpStatus }: { readonly httpStatus: number }): boolean {
  return [404, 405, 501].includes(httpStatus);
}

async function makeHere(query: AutorepQuery, connection: Connection, io: Io): Promise<Report> {
  const { lines, missing, remarks = [] } = await rebuild(query, connection, io.signal);
  const code = missing.length > 0 ? exitCodes.unknown : exitCodes.done;
  return { madeBy: 'here', stdOut: lines, stdErr: [...remarks, ...missing], code };
}

function print(
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
