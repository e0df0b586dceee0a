import { resolve } from 'node:path';
import { parseJobName } from '../../autosys/names.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { commandPrefix } from '../command-prefix.ts';
import { readConfig } from '../config.ts';
import { exampleHome } from '../demo/demo-home.ts';
import { project } from '../demo/stage.ts';
import { createTimeline, followAutosys, followBridge } from '../demo/timeline.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import { readSource } from '../files.ts';
import { toDocument } from '../ledger/describe.ts';
import { createToTimeFormat } from '../ledger/times.ts';
import { findDoubts } from '../play/find-doubts.ts';
import { readJilSources } from '../play/jil-sources.ts';
import { type NightStep, readNight } from '../play/night-file.ts';
import { playNight, waitUntilQuiet } from '../play/play-night.ts';
import { type ServedWorlds, serveWorlds, waitUntilEnded } from '../play/serve.ts';
import { printNight, readNightSummary } from '../play/summary.ts';
import { startWorlds, type Worlds } from '../play/worlds.ts';
import { createPaint, printJson, printLines, printNotes } from '../render.ts';

/** Default of `--settle`, in seconds. */
const defaultSettle = 120;

const options = {
  config: { type: 'string', value: 'FILE', about: 'route file, such as bridge.yaml' },
  jil: {
    type: 'string',
    value: '[ACE=]FILE',
    multiple: true,
    about: 'JIL file; with several instances in the route file, after the name of one',
  },
  events: { type: 'string', value: 'FILE', about: 'what happens in the night; - for stdin' },
  start: {
    type: 'string',
    value: 'JOB',
    multiple: true,
    about: 'job or box that is started with STARTJOB at the beginning',
  },
  speed: {
    type: 'number',
    value: 'N',
    max: 10_000,
    about: 'divides the time between the lines of --events (default: 1)',
  },
  settle: {
    type: 'number',
    value: 'SECONDS',
    max: 86_400,
    about: `maximum time after the last line until jobs and bridge have finished (default: ${defaultSettle})`,
  },
  serve: {
    type: 'boolean',
    about: 'keep the embedded worlds running after --events; without --events always',
  },
  'env-out': {
    type: 'string',
    value: 'FILE',
    about:
      'file for the environment in which other commands reach the embedded worlds (default: a temporary file)',
  },
} as const;

type PlayInvocation = CommandInvocation<typeof options>;

/** `play`: rehearses a night with an own route file and JIL in the embedded worlds. */
export const playCommand = defineCommand({
  name: 'play',
  summary: 'rehearses your own night: your route file and JIL in the embedded worlds',
  options,
  usage: '--config FILE --jil FILE [--events FILE] [options]',
  notes: [
    'Starts an embedded AutoSys with your JIL for each instance of the route file, and an embedded AWS with its stack. Nothing reaches AWS or a real AutoSys. The commands of the jobs are not executed: sleep and exit are simulated, any other command takes a second and succeeds.',
    'A line of --events is {"at": "90s", "name": "settlement", "status": "FAILED"}, {"at": "0s", "sendevent": "-E STARTJOB -J NIGHT"}, {"at": "2m", "break": "down"}, {"at": "3m", "mend": true}, or an EventBridge event. The key at is the time after the start.',
    'Without --events the worlds run until Ctrl+C, and `trigger`, `break` and `mend` change them.',
    'Everything runs in real time. --speed shortens only the time between the lines of --events. The sweep runs every five seconds instead of every minute.',
    'Ends with 0 if every line was carried out and nothing is parked or still to be sent, else with 1.',
  ],
  examples: [
    'play --config bridge.yaml --jil my.jil',
    'play --config bridge.yaml --jil my.jil --events night.ndjson --speed 60',
    'play --config bridge.yaml --jil ACE=ace.jil --jil DR1=dr.jil --start NIGHT',
  ],
  run: runPlay,
});

async function runPlay(invocation: PlayInvocation): Promise<ExitCode> {
  const { io, json, options: given } = invocation;
  const { config, configPath, steps, jilOf } = await readInput(invocation);
  printNotes(io, ['synthesising the CDK app, starting the embedded AutoSys and AWS …'], json);
  await using worlds = await startWorlds(io, {
    ...{ project, configPath, config, home: exampleHome, jilOf, schedules: 'byHand' },
  });
  printNotes(io, findDoubts(config, worlds.autosyses).map(toNote), json);
  const timeline = createTimeline({ io, json });
  await using served = await serveWorlds(worlds, { io, timeline, envOut: given['env-out'] });
  using stack = new DisposableStack();
  for (const autosys of worlds.autosyses.values()) stack.use(followAutosys(autosys, timeline));
  stack.use(followBridge(worlds.aws, timeline));
  const starts = given.start.map(toStart);
  const deps = { worlds, served, timeline, io };
  const faults = await playNight([...starts, ...(steps ?? [])], given.speed || 1, deps);
  printNotes(io, faults, json);
  if (steps === undefined) return serve(invocation, served);
  const withinMs = (given.settle ?? defaultSettle) * 1_000;
  const isQuiet = await waitUntilQuiet(worlds, { withinMs, io });
  const code = await printEnd(invocation, worlds, { faults, isQuiet });
  if (given.serve) await serve(invocation, served);
  return code;
}

/** @throws {CommandLineError | FileError | SourceError} before anything is started */
async function readInput({ options: given, io, json }: PlayInvocation) {
  const { config: path } = given;
  const missing = [
    ...(path === undefined ? ['--config: missing, give the route file'] : []),
    ...(path === '-' ? ['--config: expected a file, found stdin'] : []),
    ...(given.jil.length === 0 ? ['--jil: missing, give a file with the jobs'] : []),
    ...(given.speed === 0 ? ['--speed: expected a whole number from 1'] : []),
    ...(given.speed !== undefined && given.events === undefined
      ? ['--speed: used with --events only; remove it']
      : []),
  ];
  if (path === undefined || missing.length > 0) throw new CommandLineError('play', missing);
  const { config } = await readConfig(io, path);
  const names = config.instances.map(({ name }) => name);
  const jil = await readJilSources(given.jil, names, { io, json });
  const context = { config, home: exampleHome, now: io.clock.now() };
  const { events } = given;
  const steps = events === undefined ? undefined : readNight(await readSource(io, events), context);
  const jilOf = (instance: string) => jil.get(instance) ?? [];
  return { config, configPath: resolve(path), steps, jilOf };
}

function toStart(job: string): NightStep {
  const event = { kind: 'STARTJOB', job: parseJobName(job) } as const;
  return { atMs: 0, action: { kind: 'sendevent', event } };
}

function toNote(doubt: string): string {
  return `note: ${doubt}`;
}

async function printEnd(
  { io, json }: PlayInvocation,
  worlds: Worlds,
  { faults, isQuiet }: { readonly faults: readonly string[]; readonly isQuiet: boolean },
): Promise<ExitCode> {
  const summary = await readNightSummary(worlds);
  if (json) {
    const { jobs, globals, parked, open } = summary;
    const documents = { parked: parked.map(toDocument), open: open.map(toDocument) };
    printJson(io.stdout, { jobs, globals, ...documents, faults, finished: isQuiet });
  } else {
    const timezones = Object.fromEntries(
      worlds.config.instances.map(({ name, timezone }) => [name, timezone]),
    );
    const toTimeFormat = createToTimeFormat({ timezones, nowMs: io.clock.now().getTime() });
    const lines = printNight(summary, createPaint(io.stdout, io.env), toTimeFormat);
    printLines(io.stdout, ['', ...lines]);
    if (!isQuiet) printNotes(io, ['the night had not finished; use --settle to wait longer'], json);
  }
  const { parked, open } = summary;
  const isDone = faults.length + parked.length + open.length === 0 && isQuiet;
  return isDone ? exitCodes.done : exitCodes.rejected;
}

/** Prints how other commands reach the worlds, and keeps running until it is stopped. */
async function serve({ io }: PlayInvocation, { environmentPath }: ServedWorlds): Promise<ExitCode> {
  printLines(io.stderr, [
    '',
    'The embedded worlds keep running. Commands to try in another terminal:',
    '',
    `. ${environmentPath}`,
    `${commandPrefix} trigger --help`,
    `${commandPrefix} break --help`,
    `${commandPrefix} parked`,
    '',
    'Press Ctrl+C to stop.',
  ]);
  await waitUntilEnded(io);
  return exitCodes.done;
}
