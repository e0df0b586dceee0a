import { join } from 'node:path';
import type { CommandInvocation } from '../command.ts';
import { programName } from '../command-prefix.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { createPaint, printJson, printLines } from '../render.ts';
import { followOutput, followSweep, type LaunchEnding, playLaunches } from './launch-night.ts';
import { type LaunchStage, startLaunchStage } from './launch-stage.ts';
import { demoDates } from './launch-workloads.ts';
import { createTimeline, followAutosys, type Timeline } from './timeline.ts';

/**
 * `demo launch`: jobs of the embedded AutoSys start work in the embedded AWS, wait for it, and end
 * with its exit code; the last one is killed.
 */
export async function runLaunchDemo(
  invocation: Pick<CommandInvocation, 'io' | 'json'>,
  { serve }: { readonly serve: boolean },
): Promise<ExitCode> {
  const { io, json } = invocation;
  printLines(io.stderr, ['synthesising the CDK app, starting the embedded AutoSys and AWS …']);
  await using stage = await startLaunchStage(io);
  const timeline = createTimeline({ io, json });
  using _autosys = followAutosys(stage.autosys, timeline);
  using _output = followOutput(io, stage, timeline);
  await using _sweep = followSweep(stage);
  const endings = await playLaunches(stage, { io, timeline });
  printEndings(invocation, endings, stage);
  if (serve) await serveLaunches(invocation, stage, timeline);
  return endings.every(({ asExpected }) => asExpected) ? exitCodes.done : exitCodes.rejected;
}

function printEndings(
  { io, json }: Pick<CommandInvocation, 'io' | 'json'>,
  endings: readonly LaunchEnding[],
  { aws }: LaunchStage,
): void {
  const active = aws.workloads.runs.filter(({ status }) => status === 'RUNNING').length;
  if (json) {
    printJson(io.stdout, { endings, active });
    return;
  }
  const paint = createPaint(io.stdout, io.env);
  printLines(io.stdout, [
    '',
    ...endings.map(({ job, found, asExpected, because }) =>
      asExpected
        ? `${paint('green', '✓')} ${job} ${found}: ${because}`
        : `${paint('red', '✗')} ${job} ${found}; expected: ${because}`,
    ),
    `active in AWS: ${active}`,
  ]);
}

/** Prints commands to try, and keeps running until SIGINT or SIGTERM. */
async function serveLaunches(
  { io }: Pick<CommandInvocation, 'io'>,
  { folder }: LaunchStage,
  timeline: Timeline,
): Promise<void> {
  printLines(io.stderr, [
    '',
    'Both embedded worlds keep running. Commands to try in another terminal:',
    '',
    `. ${join(folder, 'profile')}`,
    `${programName} whois NIGHT_LONG`,
    `${programName} run settlement --param date=2026-11-30 --key by-hand-1`,
    `${programName} run settlement --param date=${demoDates.noRates} --key by-hand-2`,
    `${programName} restart by-hand-2-outside-l --plan`,
    `${programName} run settlement --param date=${demoDates.untilStopped} --key by-hand-3`,
    '',
    'The last one runs until you press Ctrl+C in its terminal, which stops it.',
    'Press Ctrl+C here to end the demo.',
  ]);
  timeline.print('operator', 'servers keep running; press Ctrl+C to stop');
  if (io.signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  io.signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
