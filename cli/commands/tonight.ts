import { parseAutosysInstance } from '../../autosys/names.ts';
import { LedgerError } from '../../lambda/errors.ts';
import { type CommandInvocation, defineCommand } from '../command.ts';
import { readConfig } from '../config.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import { ledgerOptions, openLedger } from '../ledger/open.ts';
import { timeOptions } from '../ledger/times.ts';
import { createPaint, printFitted, printJson } from '../render.ts';
import { sleep } from '../sleep.ts';
import { describeTonight } from '../tonight/describe-tonight.ts';
import { createReadScreen, type TonightScreen } from '../tonight/open-screen.ts';
import { isWhollyRead, toTonightDocument } from '../tonight/tonight-document.ts';
import { watchScreen } from '../tonight/watch-screen.ts';

/** Default of `--limit`. */
const defaultLimit = 10;

/** Seconds between two pictures of `--watch`. */
const watchSeconds = { default: 10, min: 2, max: 3_600 } as const;

/** `tonight`: prints what waits, runs or is parked now, on one screen. Changes nothing. */
export const tonight = defineCommand({
  name: 'tonight',
  summary: 'prints outages, what waits, what is parked and what runs in AWS, on one screen',
  options: {
    instance: {
      type: 'string',
      value: 'ACE',
      about: 'AutoSys instance (default: all of the deployed route file)',
    },
    watch: {
      type: 'number',
      value: 'SECONDS',
      bare: String(watchSeconds.default),
      max: watchSeconds.max,
      about: `draws the screen again after this time, at least ${watchSeconds.min}, until Ctrl-C; needs a terminal, or --json for one document per line`,
    },
    limit: {
      type: 'number',
      value: 'N',
      max: 200,
      about: `maximum number of items of each part (default: ${defaultLimit})`,
    },
    config: {
      type: 'string',
      value: 'FILE',
      about: 'route file, for the expected end of each run',
    },
    ...ledgerOptions,
    ...timeOptions,
  },
  usage: '[--instance ACE] [--watch [SECONDS]] [--config FILE] [--table NAME] [options]',
  notes: [
    'For each AutoSys instance: circuit breaker, maintenance window, suspended logins. Then the effects that wait, oldest first, each with the reason; parked entries; runs in AWS that have not ended; launches that the sweep checks; requests that wait for a job; groups whose day is open.',
    'A run is SLOW if its expected end has passed (endsWithin of its route), or if it runs for longer than each of its last successful runs that the ledger finds: those of a Batch job with the same name, or those that the same job in AutoSys started.',
    'Only the ledger is read, so no login is needed and nothing is changed. What cannot be read is shown in its place, and the command ends with 3.',
  ],
  examples: ['tonight', 'tonight --instance ACE --watch', 'tonight --watch 30 --json'],
  run: async ({ options, io, json }) => {
    const everyMs = readWatch(options.watch, { io, json });
    const { instance, limit = defaultLimit, config, utc } = options;
    const readScreen = createReadScreen({
      table: openLedger('tonight', options, io),
      clock: io.clock,
      instance: instance === undefined ? undefined : parseAutosysInstance(instance),
      config: config === undefined ? undefined : (await readConfig(io, config)).config,
      ...{ limit, utc },
    });
    const output = { io, json, readScreen };
    if (everyMs === undefined) return printOnce(output);
    return json ? repeatJson(output, everyMs) : watch(output, everyMs);
  },
});

interface TonightOutput extends Pick<CommandInvocation, 'io' | 'json'> {
  readonly readScreen: () => Promise<TonightScreen>;
}

/** @throws {CommandLineError} if the time or the output is not allowed */
function readWatch(
  seconds: number | undefined,
  { io, json }: Pick<CommandInvocation, 'io' | 'json'>,
): number | undefined {
  if (seconds === undefined) return undefined;
  const { min, max } = watchSeconds;
  const isTerminal = io.stdout.isTTY && io.env['TERM'] !== 'dumb';
  const faults = [
    ...(seconds < min ? [`--watch: expected ${min} to ${max} seconds, found ${seconds}`] : []),
    ...(isTerminal || json
      ? []
      : [
          '--watch: stdout is not a terminal that can be drawn on; allowed: a terminal, or --watch with --json, which prints one document per line',
        ]),
  ];
  if (faults.length > 0) throw new CommandLineError('tonight', faults);
  return seconds * 1_000;
}

async function printOnce({ io, json, readScreen }: TonightOutput): Promise<ExitCode> {
  const screen = await readScreen();
  if (json) printJson(io.stdout, toTonightDocument(screen.facts));
  else printFitted(io, toLines(screen, io));
  return toTonightExitCode(screen);
}

/** Prints one document per line until the signal aborts. */
async function repeatJson({ io, readScreen }: TonightOutput, everyMs: number): Promise<ExitCode> {
  let code: ExitCode = exitCodes.unknown;
  while (!io.signal.aborted) {
    const read = await guard(readScreen);
    code = 'screen' in read ? toTonightExitCode(read.screen) : exitCodes.unknown;
    const at = io.clock.now();
    if ('screen' in read) printJson(io.stdout, toTonightDocument(read.screen.facts));
    else printJson(io.stdout, { at, isComplete: false, unread: [read.unread] });
    await sleep(io, everyMs, io.signal);
  }
  return code;
}

function watch({ io, readScreen }: TonightOutput, everyMs: number): Promise<ExitCode> {
  return watchScreen(io, {
    everyMs,
    read: async () => {
      const footer = `drawn every ${everyMs / 1_000} s; Ctrl-C ends`;
      const read = await guard(readScreen);
      return 'screen' in read
        ? { lines: toLines(read.screen, io), footer, code: toTonightExitCode(read.screen) }
        : { lines: [`not read: ${read.unread}`], footer, code: exitCodes.unknown };
    },
  });
}

/** A watch goes on if the ledger does not answer: it may answer the next time. */
async function guard(
  readScreen: TonightOutput['readScreen'],
): Promise<{ readonly screen: TonightScreen } | { readonly unread: string }> {
  try {
    return { screen: await readScreen() };
  } catch (error) {
    if (error instanceof LedgerError) return { unread: error.message };
    throw error;
  }
}

function toLines({ facts, toTimeFormat }: TonightScreen, io: CommandInvocation['io']) {
  return describeTonight(facts, { paint: createPaint(io.stdout, io.env), toTimeFormat });
}

function toTonightExitCode({ facts }: TonightScreen): ExitCode {
  return isWhollyRead(facts) ? exitCodes.done : exitCodes.unknown;
}
