import type { Emulator } from '../../emulator/index.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { describeRun } from '../../lambda/workload/workload.ts';
import type { Local } from '../../local/index.ts';
import type { CommandInvocation } from '../command.ts';
import { createPaint, printJson, printLines } from '../render.ts';

/** The source of a timeline line. */
export type TimelineSource = 'operator' | 'AWS' | 'bridge' | 'AutoSys' | 'command';

const colours = {
  operator: 'bold',
  AWS: 'yellow',
  bridge: 'dim',
  AutoSys: 'green',
  command: 'bold',
} as const;

/** Prints what happens while it happens: in columns, or with --json as lines of JSON. */
export interface Timeline {
  print(source: TimelineSource, text: string): void;
}

/** Creates a timeline that prints to the command's stdout. Its time starts now. */
export function createTimeline({ io, json }: Pick<CommandInvocation, 'io' | 'json'>): Timeline {
  const paint = createPaint(io.stdout, io.env);
  const startMs = io.clock.now().getTime();
  return {
    print: (source, text) => {
      const ms = io.clock.now().getTime() - startMs;
      if (json) return printJson(io.stdout, { ms, source, text });
      const seconds = (ms / 1000).toFixed(1).padStart(5);
      printLines(io.stdout, [`${seconds} s  ${paint(colours[source], source.padEnd(8))}  ${text}`]);
    },
  };
}

/** Prints the changes in AutoSys. */
export function followAutosys({ instance }: Emulator, { print }: Timeline): Disposable {
  return instance.onChange(({ kind, job, status, globalVariable, value, because }) => {
    // Skipped: every member of a box becomes ACTIVATED when the box starts.
    if (kind === 'status' && status !== 'ACTIVATED')
      print('AutoSys', `${job} is ${status}: ${because}`);
    if (kind === 'start') print('AutoSys', `${job} starts: ${because}`);
    if (kind === 'globalVariable')
      print('AutoSys', `${globalVariable} is ${JSON.stringify(value)}`);
  });
}

/** Prints the log lines of the functions about events; other log lines are skipped. */
export function followBridge({ functions }: Local, { print }: Timeline): Disposable {
  const stops = [...functions.values()].map((one) =>
    one.onLog(({ line }) => {
      const text = describeLogLine(line);
      if (text !== undefined) print('bridge', `  ${text}`);
    }),
  );
  return {
    [Symbol.dispose]: () => {
      for (const stop of stops) stop();
    },
  };
}

/** Describes an AWS event, and whether a rule matches it. @param now time of reading */
export function describeAwsEvent(event: unknown, matched: readonly string[], now: Date): string {
  const reading = readWorkloadEvent(event, now);
  if (reading.kind === 'invalid') return `an invalid event: ${reading.error.message}`;
  const what =
    reading.kind === 'event'
      ? `${describeRun(reading.event)} is ${reading.event.status}`
      : reading.reason;
  return matched.length > 0 ? what : `${what} (no rule matches)`;
}

/** Describes the result of an effect in a log line of a function; `undefined` for any other line. */
export function describeLogLine(line: string): string | undefined {
  const entry = readLogLine(line);
  const subject = entry['autosysEvent'] ?? entry['messageId'];
  switch (entry['message']) {
    case 'effect confirmed':
      return `${subject}, confirmed ${entry['durationMs']} ms after the change in AWS`;
    case 'effect discarded':
      return `${subject} not sent: ${entry['reason']}`;
    case 'effect accepted':
    case 'effect unfinished, will retry':
    case 'effect deferred':
    case 'effect parked':
    case 'event invalid':
    case 'account not allowed':
    case 'event ignored':
      return `${subject} ${entry['message']}: ${entry['reason']}`;
    default:
      return undefined;
  }
}

/** The fields of a log line; none if it is not JSON. */
export function readLogLine(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
