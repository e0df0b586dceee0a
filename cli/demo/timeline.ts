import type { Emulator } from '../../emulator/index.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { describeRun } from '../../lambda/workload/workload.ts';
import type { Local } from '../../local/index.ts';
import type { CommandInvocation } from '../command.ts';
import { createPaint, printJson, printLines } from '../render.ts';

/** Who speaks in the timeline. */
type Voice = 'operator' | 'AWS' | 'bridge' | 'AutoSys';

const colours = { operator: 'bold', AWS: 'yellow', bridge: 'dim', AutoSys: 'green' } as const;

/** Tells what happens, as it happens: to a person in columns, to a program as lines of JSON. */
export interface Timeline {
  tell(voice: Voice, text: string): void;
}

/** Binds the timeline to where the command writes; its time starts now. */
export function createTimeline({ io, json }: Pick<CommandInvocation, 'io' | 'json'>): Timeline {
  const paint = createPaint(io.stdout, io.env);
  const startMs = io.clock.now().getTime();
  return {
    tell: (voice, text) => {
      const ms = io.clock.now().getTime() - startMs;
      if (json) return printJson(io.stdout, { ms, voice, text });
      const seconds = (ms / 1000).toFixed(1).padStart(5);
      printLines(io.stdout, [`${seconds} s  ${paint(colours[voice], voice.padEnd(8))}  ${text}`]);
    },
  };
}

/** What AutoSys does, in its own words. */
export function followAutosys({ instance }: Emulator, { tell }: Timeline): Disposable {
  return instance.onChange(({ kind, job, status, globalVariable, value, because }) => {
    // Every waiting member of a box is ACTIVATED when it starts: no news to a reader.
    if (kind === 'status' && status !== 'ACTIVATED')
      tell('AutoSys', `${job} is ${status}: ${because}`);
    if (kind === 'start') tell('AutoSys', `${job} starts: ${because}`);
    if (kind === 'globalVariable') tell('AutoSys', `${globalVariable} is ${JSON.stringify(value)}`);
  });
}

/** What the report function writes down about each event; everything else it prints stays unsaid. */
export function followBridge({ functions }: Local, { tell }: Timeline): Disposable {
  const stops = [...functions.values()].map((one) =>
    one.onLog(({ line }) => {
      const text = describeLogLine(line);
      if (text !== undefined) tell('bridge', `  ${text}`);
    }),
  );
  return {
    [Symbol.dispose]: () => {
      for (const stop of stops) stop();
    },
  };
}

/** What AWS announces, and whether any rule hears it. @param now when it is read */
export function describeAwsEvent(event: unknown, matched: readonly string[], now: Date): string {
  const reading = readWorkloadEvent(event, now);
  if (reading.kind === 'invalid') return `an event nobody can read: ${reading.error.message}`;
  const what =
    reading.kind === 'event'
      ? `${describeRun(reading.event)} is ${reading.event.status}`
      : reading.reason;
  return matched.length > 0 ? what : `${what} (no rule asks for it)`;
}

function describeLogLine(line: string): string | undefined {
  const entry = readLogLine(line);
  const said = entry['autosysEvent'] ?? entry['messageId'];
  switch (entry['message']) {
    case 'confirmed':
      return `${said}, confirmed ${entry['durationMs']} ms after the change in AWS`;
    case 'dropped':
      return `${said} not sent: ${entry['reason']}`;
    case 'accepted':
    case 'waiting':
    case 'left':
    case 'parked':
    case 'invalid':
    case 'refused':
    case 'ignored':
      return `${said} ${entry['message']}: ${entry['reason']}`;
    default:
      return undefined;
  }
}

function readLogLine(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
