import type { RunAnswer } from '../../../lambda/launch/api.ts';
import { directFileName } from '../../direct-file.ts';
import type { HelpRow } from '../../help-layout.ts';
import { type AgentCommand, defineAgentCommand } from '../agent-command.ts';
import { refuseUsage } from '../agent-error.ts';
import type { Kill } from '../agent-io.ts';
import { createLineWriter, createTimedWriter } from '../agent-output.ts';
import type { LaunchClient } from '../api/launch-api.ts';
import { readInput } from '../input.ts';
import { printRunLog } from '../log/print-log.ts';
import type { WaitEnd } from '../wait/state.ts';
import { toSignalCode } from '../wait/stopping.ts';
import { type WaitResult, waitForRun } from '../wait/wait-for-run.ts';
import { type RunInvocation, runOptions } from './run-options.ts';
import { type ReadDirect, type RunRequest, readRunRequest } from './run-request.ts';

/** Exit codes of a command that waits for a run. */
export const runExitCodes: readonly HelpRow[] = [
  ['0', 'the run succeeded'],
  ['1 to 255', 'exit code of the container, or of `exitCodes` of the target'],
  ['1', 'the execution failed, or the run has no exit code of its own'],
  ...toUnstarted([
    ['64', 'invalid command line or environment, or unknown target'],
    ['65', 'invalid input or parameter'],
    ['69', 'the launch API was not reached, or is not available'],
    ['77', 'login rejected, or not allowed'],
    ['78', 'AWS refused what the target names'],
  ]),
  ['70', 'unexpected error of this command'],
  ['124', '--timeout, or the execution timed out'],
  ['129, 130, 143', 'SIGHUP or end of the parent process, SIGINT, SIGTERM or aborted execution'],
];

const runDescription = {
  name: 'run',
  summary: 'starts AWS work, waits for its end, and ends with its exit code',
  options: runOptions,
  positionals: { value: 'TARGET', about: 'target of the route file' },
  usage: 'TARGET [--param NAME=VALUE]… [--input FILE|-] [--timeout TIME] [options]',
  notes: [
    'AutoSys sets $AUTO_JOB_NAME, $AUTORUN and $AUTOSERV for each job. The same run and try of a job find the same run in AWS, so a repeated command never starts a second one.',
    'SIGINT, SIGTERM and SIGHUP stop the run, and so does the end of the parent process; the command then waits for the proof that nothing of the run is active. A second signal ends the command at once. For a target with `onKill: leave` the run goes on. To start a run from a script that does not wait, use --detach.',
    'The login file has mode 0600 and contains {"username": …, "password": …}, or {"token": …}, or the lines username=… and password=…. The proxy of $HTTPS_PROXY is used, except for the hosts of $NO_PROXY.',
    'Changes, the log and the exit code are printed on stdout, errors on stderr. With --detach only the name is printed on stdout.',
  ],
  exitCodes: runExitCodes,
  examples: [
    'run settlement --param date=2026-11-20',
    'run risk-eod --timeout 4h --logs all',
    'run settlement --key by-hand-2026-11-20 --detach',
    'run settlement --attach PAY_EOD-r1620t1-ACE',
  ],
} as const;

/** `run` of the file that calls the launch API alone. */
export const runTarget = createRunTarget(() => {
  throw refuseUsage([`--direct: this file does not contain the AWS SDK; use ${directFileName}`]);
});

/** Exit codes of a command that has started nothing. */
export function toUnstarted(rows: readonly HelpRow[]): readonly HelpRow[] {
  return rows.map(([code, why]) => [code, `nothing was started: ${why}`]);
}

/** Creates `run`: starts a run of a target, waits for it, and ends with its exit code. */
export function createRunTarget(readDirect: ReadDirect): AgentCommand {
  return defineAgentCommand({
    ...runDescription,
    run: async (invocation) => {
      const { io } = invocation;
      const request = readRunRequest(invocation, readDirect);
      const input =
        request.inputPath === undefined ? undefined : await readInput(io, request.inputPath);
      const api = await request.connect();
      try {
        return await runAndWait({ request, input, api, io });
      } finally {
        api.close();
      }
    },
  });
}

/** A run that is to be started and waited for. */
interface Running extends Pick<RunInvocation, 'io'> {
  readonly request: RunRequest;
  readonly input: string | undefined;
  readonly api: LaunchClient;
}

/** Starts a run and waits for it. @returns the exit code */
export async function runAndWait(running: Running): Promise<number> {
  const { request, input, api, io } = running;
  const { plan, start } = request;
  const print = createTimedWriter(plan.isDetached ? io.writeError : io.writeOut);
  const launchId = io.newId();
  const result = await waitForRun(start?.again ? { ...plan, launchId } : plan, {
    api,
    start: start && { request: { ...start, launchId }, input },
    find: request.find,
    clock: io.clock,
    random: io.random,
    onKill: io.onKill,
    print,
  });
  const { end, state } = result;
  const name = state.name ?? '';
  if (plan.isDetached && name !== '' && end.code === 0) createLineWriter(io.writeOut)(name);
  end.errors.forEach(createLineWriter(io.writeError));
  const { code, source, isImmediate } = await finishLog(result, running);
  const printLast = end.errors.length > 0 ? createTimedWriter(io.writeError) : print;
  printLast(io.clock.now(), `exit code ${code}: ${source}`);
  if (isImmediate) io.exitNow(code);
  return code;
}

/** Prints the log. A kill ends that, and the command with it: the run itself has ended. */
async function finishLog(
  { end, state }: WaitResult,
  { request, api, io }: Running,
): Promise<WaitEnd> {
  const { logs } = request;
  const { answer } = state;
  const isWanted = logs === 'all' || (logs === 'failed' && end.code !== 0);
  if (!isWanted || !end.hasEnded || answer === undefined) return end;
  const { promise: killed, resolve } = Promise.withResolvers<WaitEnd>();
  const kills = io.onKill((kill) => resolve(toKilledEnd(kill, end)));
  const printing = printRunLog(
    {
      name: answer.name,
      console: answer.console,
      diagnosis: answer.diagnosis,
      hasStragglers: state.stop === undefined && mayHaveStragglers(answer, io.clock.now()),
    },
    { api, clock: io.clock, random: io.random, print: createLineWriter(io.writeOut) },
  );
  try {
    return await Promise.race([killed, printing.then(() => end)]);
  } finally {
    kills[Symbol.dispose]();
  }
}

function toKilledEnd(kill: Kill, end: WaitEnd): WaitEnd {
  const [code, reason] =
    kill.kind === 'signal'
      ? [toSignalCode(kill.signal), `${kill.signal} received`]
      : [toSignalCode('SIGHUP'), 'the parent process has ended'];
  const source = `${reason} after the end of the run; its log is incomplete`;
  return { ...end, code, source, isImmediate: true };
}

/**
 * A run that ended earlier has no log lines on their way any more. Of an execution that succeeded
 * (its id is an ARN, that of a Batch job is none) the bridge reads no log.
 */
function mayHaveStragglers({ endedAt = '', status, awsId = '' }: RunAnswer, now: number): boolean {
  if (status === 'SUCCEEDED' && awsId.startsWith('arn:')) return false;
  const ms = Date.parse(endedAt);
  return Number.isNaN(ms) || now - ms < stragglersLimitMs;
}

const stragglersLimitMs = 120_000;
