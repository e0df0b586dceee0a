import { join } from 'node:path';
import { parseJobName } from '../../autosys/names.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { toDemoHome } from '../demo/demo-home.ts';
import { type Ending, judgeEndings } from '../demo/endings.ts';
import { play, untilHandled, untilRight } from '../demo/play.ts';
import { type DemoStage, project, startDemoStage } from '../demo/stage.ts';
import { box } from '../demo/story.ts';
import { createTimeline, followAutosys, followBridge, type Timeline } from '../demo/timeline.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { findEvents } from '../explain/find-events.ts';
import { readSource } from '../files.ts';
import { createPaint, printJson, printLines } from '../render.ts';

/**
 * The jobs take about four seconds after the last event. What one sandbox leaves to another may wait for the sweep, which
 * runs each minute.
 */
const nightWithinMs = 90_000;

const options = {
  events: { type: 'string', value: 'FILE', about: 'plays your own events; - for stdin' },
  pace: {
    type: 'number',
    value: 'MS',
    about: 'from one event to the next; 700 by default',
    max: 60_000,
  },
  serve: { type: 'boolean', about: 'keeps both worlds up, and says how to play with them' },
} as const;

/** Plays the example night through rule, queue, shipped bundle and HTTPS into the embedded AutoSys. */
export const demo = defineCommand({
  name: 'demo',
  summary: 'plays the example night on this machine: AWS pushes, AutoSys jobs start',
  options,
  notes: [
    'Starts an embedded AutoSys with examples/jobs.jil and an embedded AWS with what the CDK app synthesises from examples/bridge.yaml, then plays examples/events.json. Each event is played as if AWS announced it at that moment. The stack stands in the account and Region of the first event.',
    'Ends with 0 only when every job stands as the story says. Events of your own have no story: then it ends with 0 when every one was an event and was handled; what is none is told and passed over.',
  ],
  examples: ['demo', 'demo --events my-events.ndjson', 'demo --serve'],
  run: runDemo,
});

async function runDemo(invocation: CommandInvocation<typeof options>): Promise<ExitCode> {
  const { io, json, options: given } = invocation;
  const path = given.events ?? join(project, 'examples/events.json');
  const found = findEvents(await readSource(io, path));
  printLines(io.stderr, [
    'synthesising the CDK app, starting an AutoSys and an AWS on this machine …',
  ]);
  await using stage = await startDemoStage(io, toDemoHome(found));
  const timeline = createTimeline({ io, json });
  using _autosys = followAutosys(stage.autosys, timeline);
  using _bridge = followBridge(stage.aws, timeline);

  timeline.tell('operator', `sendevent -E STARTJOB -J ${box}`);
  await stage.operator.sendEvent({ kind: 'STARTJOB', job: parseJobName(box) });
  const { signal } = io;
  const { queued, faults } = await play(found, stage.aws, {
    timeline,
    paceMs: given.pace ?? 700,
    signal,
  });
  await untilHandled(stage.aws, queued);
  const own = given.events !== undefined;
  if (!own) await untilRight(stage.autosys.instance, nightWithinMs);

  const endings = own ? [] : judgeEndings(stage.autosys.instance);
  await summarise(invocation, stage, endings);
  if (given.serve) await serve(invocation, stage, timeline);
  const well = faults === 0 && endings.every(({ right }) => right);
  return well ? exitCodes.done : exitCodes.refused;
}

async function summarise(
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
  const told = endings.map(({ job, expected, found, right, because }) =>
    right
      ? `${paint('green', '✓')} ${job} ${found}: ${because}`
      : `${paint('red', '✗')} ${job} ${found}, expected ${expected}: ${because}`,
  );
  const back =
    unfinished.size > 0 ? [`${unfinished.size} message(s) went back to the queue, see above`] : [];
  printLines(io.stdout, [
    ...(told.length > 0 ? [''] : []),
    ...told,
    ...back,
    '',
    `$ autorep -J ${box}`,
    ...stdOut,
  ]);
}

/** Until somebody stops it. */
async function serve(
  { io }: CommandInvocation<typeof options>,
  { autosys, caFile, passwordFile }: DemoStage,
  timeline: Timeline,
): Promise<void> {
  const { url, user } = autosys;
  const connection = `--url ${url} --user ${user} --password-file ${passwordFile.path} --ca ${caFile.path}`;
  printLines(io.stderr, [
    '',
    `AutoSys stays up at ${url}. In another terminal:`,
    '',
    `curl --cacert ${caFile.path} --user "${user}:$(cat ${passwordFile.path})" ${url}/job/${box}`,
    `curl --cacert ${caFile.path} --user "${user}:$(cat ${passwordFile.path})" -H 'Content-Type: application/json' -d '{"jobName":"NIGHT_FX_LOAD"}' ${url}/event/force-start-job`,
    `npm run bridge -- sendevent -E SET_GLOBAL -G "AWS_FX_RATES=SUCCEEDED" ${connection}`,
    `npm run bridge -- autorep -J % -s ${connection}`,
    '',
    'Ctrl+C ends it.',
  ]);
  timeline.tell('operator', 'plays on; Ctrl+C ends');
  if (io.signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  io.signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
