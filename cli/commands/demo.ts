import { join } from 'node:path';
import { parseJobName } from '../../autosys/names.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { commandPrefix } from '../command-prefix.ts';
import { toDemoHome } from '../demo/demo-home.ts';
import { type Ending, judgeEndings } from '../demo/endings.ts';
import { box } from '../demo/expected-endings.ts';
import { waitForOneDay } from '../demo/one-day.ts';
import { playEvents, waitForEndings, waitForMessages } from '../demo/play.ts';
import { runLaunchDemo } from '../demo/run-launch-demo.ts';
import { type DemoStage, project, startDemoStage } from '../demo/stage.ts';
import { createTimeline, followAutosys, followBridge, type Timeline } from '../demo/timeline.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import { findEvents } from '../explain/find-events.ts';
import { readSource } from '../files.ts';
import { serveWorlds, waitUntilEnded } from '../play/serve.ts';
import { createPaint, printJson, printLines } from '../render.ts';

/**
 * How long the jobs may take after the last event. Usually they take about four seconds. An entry
 * that one execution environment leaves to another may wait for the sweep, which runs every minute.
 */
const jobsWithinMs = 90_000;

/** With --serve, how long a run may take before the sweep asks AWS about it. */
const servedEndsWithinMs = 20_000;

const options = {
  events: { type: 'string', value: 'FILE', about: 'file with your own events; - for stdin' },
  pace: {
    type: 'number',
    value: 'MS',
    about: 'milliseconds between events (default: 700)',
    max: 60_000,
  },
  serve: {
    type: 'boolean',
    about: 'keep the embedded AutoSys and AWS running, and print commands to try',
  },
  'env-out': {
    type: 'string',
    value: 'FILE',
    about:
      'with --serve: file for the environment in which other commands reach the embedded worlds (default: a temporary file)',
  },
} as const;

/**
 * `demo`: sends the example events through rule, queue, Lambda bundle and HTTPS to the embedded
 * AutoSys.
 */
export const demo = defineCommand({
  name: 'demo',
  summary: 'plays the example night on this machine: AWS sends events, AutoSys jobs start',
  options,
  positionals: {
    value: '[launch]',
    about: 'the other direction: AutoSys jobs start AWS work, wait for it, and are killed',
  },
  notes: [
    'Starts an embedded AutoSys with examples/jobs.jil, and an embedded AWS with the stack that the CDK app synthesises from examples/bridge.yaml. Then sends the events of examples/events.json, each with the current time. The stack is in the account and Region of the first event.',
    '`demo launch` starts an embedded AutoSys that executes the commands of examples/launch.jil, and an embedded AWS with the stack of examples/launch.yaml and its REST API. The jobs start executions and a Batch job, wait, and end with their exit codes; the last one is killed, and the stop is proven.',
    'Ends with 0 if every job ends in its expected status. With your own events, ends with 0 if every input was a valid event; an invalid one is reported and skipped.',
  ],
  examples: ['demo', 'demo --events my-events.ndjson', 'demo --serve', 'demo launch'],
  run: runDemo,
});

async function runDemo(invocation: CommandInvocation<typeof options>): Promise<ExitCode> {
  const { io, json, options: given, positionals } = invocation;
  if (positionals.length > 0) return runOtherDirection(invocation);
  if (given['env-out'] !== undefined && !given.serve) {
    throw new CommandLineError('demo', ['--env-out: used with --serve only; add --serve']);
  }
  const path = given.events ?? join(project, 'examples/events.json');
  const found = findEvents(await readSource(io, path));
  printLines(io.stderr, ['synthesising the CDK app, starting the embedded AutoSys and AWS …']);
  await using stage = await startDemoStage(io, toDemoHome(found), {
    schedules: 'byClock',
    ...(given.serve && { endsWithinMs: servedEndsWithinMs }),
  });
  const timeline = createTimeline({ io, json });
  using _autosys = followAutosys(stage.autosys, timeline);
  using _bridge = followBridge(stage.aws, timeline);

  await waitForOneDay(io, stage.days);
  timeline.print('operator', `sendevent -E STARTJOB -J ${box}`);
  await stage.operator.sendEvent({ kind: 'STARTJOB', job: parseJobName(box) });
  const { signal } = io;
  const { queued, faults } = await playEvents(found, stage.aws, {
    timeline,
    paceMs: given.pace ?? 700,
    signal,
  });
  await waitForMessages(stage.aws, queued);
  const own = given.events !== undefined;
  if (!own) await waitForEndings(stage.autosys.instance, jobsWithinMs);

  const endings = own ? [] : judgeEndings(stage.autosys.instance);
  await printSummary(invocation, stage, endings);
  if (given.serve) await serve(invocation, stage, timeline);
  const succeeded = faults === 0 && endings.every(({ asExpected }) => asExpected);
  return succeeded ? exitCodes.done : exitCodes.rejected;
}

function runOtherDirection(invocation: CommandInvocation<typeof options>): Promise<ExitCode> {
  const { positionals, options: given } = invocation;
  const unused = (['events', 'pace', 'env-out'] as const).filter(
    (name) => given[name] !== undefined,
  );
  const faults = [
    ...(positionals.length === 1 && positionals[0] === 'launch'
      ? []
      : [
          `expected nothing or launch, found ${JSON.stringify(positionals.join(' ').slice(0, 40))}`,
        ]),
    ...unused.map((name) => `--${name}: not used by demo launch; remove it`),
  ];
  if (faults.length > 0) throw new CommandLineError('demo', faults);
  return runLaunchDemo(invocation, { serve: given.serve });
}

async function printSummary(
  { io, json }: CommandInvocation<typeof options>,
  { operator, aws }: DemoStage,
  endings: readonly Ending[],
): Promise<void> {
  const { stdOut } = await operator.runCommand(`autorep -J ${box}`);
  const unfinished = new Set(aws.invocations().flatMap(({ failedMessageIds }) => failedMessageIds));
  if (json) {
    printJson(io.stdout, { endings, unfinishedMessages: unfinished.size, autorep: stdOut });
    return;
  }
  const paint = createPaint(io.stdout, io.env);
  const results = endings.map(({ job, expected, found, asExpected, because }) =>
    asExpected
      ? `${paint('green', '✓')} ${job} ${found}: ${because}`
      : `${paint('red', '✗')} ${job} ${found}, expected ${expected}: ${because}`,
  );
  const returned =
    unfinished.size > 0 ? [`${unfinished.size} message(s) returned to the queue, see above`] : [];
  printLines(io.stdout, [
    ...(results.length > 0 ? [''] : []),
    ...results,
    ...returned,
    '',
    `$ autorep -J ${box}`,
    ...stdOut,
  ]);
}

/** Prints commands to try, and keeps running until it is stopped. */
async function serve(
  { io, options: given }: CommandInvocation<typeof options>,
  stage: DemoStage,
  timeline: Timeline,
): Promise<void> {
  const { autosys, caFile, passwordFile } = stage;
  await using served = await serveWorlds(stage, { io, timeline, envOut: given['env-out'] });
  const { url } = autosys;
  const curl = `curl --cacert ${caFile.path} --user "${autosys.user}:$(cat ${passwordFile.path})"`;
  printLines(io.stderr, [
    '',
    `AutoSys keeps running at ${url}. Commands to try in another terminal:`,
    '',
    `. ${served.environmentPath}`,
    ...tries,
    `${curl} ${url}/job/${box}`,
    '',
    'Press Ctrl+C to stop.',
  ]);
  timeline.print('operator', 'servers keep running; press Ctrl+C to stop');
  await waitUntilEnded(io);
}

/** Commands that the environment of {@link serve} makes possible. */
const tries = [
  `${commandPrefix} trigger settlement RUNNING`,
  `${commandPrefix} trigger settlement FAILED`,
  `${commandPrefix} status AWS_SETTLEMENT --instance ACE`,
  `${commandPrefix} break down`,
  `${commandPrefix} mend`,
  `${commandPrefix} break job FX_RATES_ALERT`,
  `${commandPrefix} trigger fx-rates FAILED`,
  `${commandPrefix} parked`,
  `${commandPrefix} replay --route fx-rates --yes`,
  `${commandPrefix} sendevent -E STARTJOB -J NIGHT`,
  `${commandPrefix} autorep -J % -s`,
];
