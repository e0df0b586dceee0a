import { type AutosysEvent, describeEvent } from '../../autosys/event.ts';
import { printSendevent } from '../../autosys/sendevent.ts';
import { toBaseline } from '../../lambda/delivery/baseline.ts';
import { confirm, readSnapshot } from '../../lambda/delivery/confirm.ts';
import type { Confirmation } from '../../lambda/delivery/evidence/confirmation.ts';
import type { Baseline } from '../../lambda/delivery/evidence/job-evidence.ts';
import { hasComplaint, printIgnoredLogin, printOutput } from '../autosys-output.ts';
import { defineCommand } from '../command.ts';
import { type Connection, connect, connectionOptions } from '../connection.ts';
import { CommandLineError, type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { printDirectCalls } from '../proxy.ts';
import { printJson, printLines, printNotes } from '../render.ts';
import { sendeventFlags } from '../sendevent/flags.ts';
import { readRequest, type SendeventRequest } from '../sendevent/read-request.ts';
import { sleep } from '../sleep.ts';

/** `sendevent`: sends one event through the web services, like AutoSys's own sendevent. */
export const sendevent = defineCommand({
  name: 'sendevent',
  summary: 'sends an event to AutoSys, with the flags of AutoSys',
  options: {
    ...connectionOptions,
    confirm: {
      type: 'number',
      value: 'SECONDS',
      bare: '10',
      max: 3600,
      about: 'read back until AutoSys shows the effect, for at most this time',
    },
  },
  autosysFlags: sendeventFlags,
  usage: '-E EVENT [-J JOB | -G NAME=value | …] [options]',
  notes: [
    'Prints nothing if AutoSys accepted the event. Accepted means queued, not yet processed; --confirm reads the effect back. No event is sent twice. If no reply arrived, the outcome is unknown and the command ends with 3.',
  ],
  examples: [
    'sendevent -E SET_GLOBAL -G "AWS_SETTLEMENT=SUCCEEDED" --confirm',
    'sendevent -E FORCE_STARTJOB -J etl_load -C "rerun after the fix" --url https://autosys:9443 --user ops --password-file ~/.aews --ca autosys-ca.pem',
  ],
  run: async ({ options, autosysArguments, json, io }) => {
    await using connection = connect('sendevent', options, io);
    printDirectCalls(io, connection.endpoints, json);
    const request = readRequest(autosysArguments, connection.profile);
    printIgnoredLogin(io, request.ignoredOptions, json);
    printNotes(io, request.remarks, json);
    if (options.confirm !== undefined && !request.event) {
      throw new CommandLineError('sendevent', [
        '--confirm: not allowed with -B or -I, because only AutoSys knows their jobs',
      ]);
    }
    const sending = { request, seconds: options.confirm, connection, json, io };
    const baseline = await readBaseline(sending);
    const sent = await send(sending);
    if (typeof sent === 'number') return sent;
    const confirmation = await readBack(sending, baseline);
    return printResult({ request, sent, confirmation }, io, json);
  },
});

interface Sending {
  readonly request: SendeventRequest;
  /** Maximum time of the read-back, in seconds. `undefined`: no read-back. */
  readonly seconds: number | undefined;
  readonly connection: Connection;
  readonly json: boolean;
  readonly io: Io;
}

interface Sent {
  readonly endpoint?: string;
  readonly httpStatus?: number;
  readonly acceptedAt?: Date;
  readonly stdOut?: readonly string[];
}

/**
 * Reads the target before sending. Some effects are visible only as a change: a start, for example,
 * must differ from the run before.
 */
async function readBaseline({ request, seconds, connection, io }: Sending): Promise<Baseline> {
  if (seconds === undefined || !request.event) return { kind: 'none' };
  const snapshot = await readSnapshot(request.event, { reader: connection.client }, io.signal);
  return toBaseline({
    event: request.event,
    sent: { ...snapshot, sentMs: io.clock.now().getTime() },
  });
}

/** @returns the exit code if AutoSys rejected a command line; its messages are then printed */
async function send({ request, connection, json, io }: Sending): Promise<Sent | ExitCode> {
  const { client } = connection;
  const { signal } = io;
  if (request.kind === 'event') return client.sendEvent(request.event, { signal });
  const output = await client.runCommand(request.line, { signal });
  if (hasComplaint(output)) return printOutput(output, io, json);
  printNotes(io, output.stdErr, json);
  return { stdOut: output.stdOut };
}

async function readBack(
  { request, seconds, connection, io }: Sending,
  baseline: Baseline,
): Promise<Confirmation | undefined> {
  if (seconds === undefined || !request.event) return undefined;
  const deps = {
    reader: connection.client,
    now: () => io.clock.now(),
    sleep: (ms: number, signal: AbortSignal) => sleep(io, ms, signal),
    confirmWithinMs: seconds * 1000,
  };
  return confirm(request.event, baseline, deps, io.signal);
}

function printResult(
  result: { request: SendeventRequest; sent: Sent; confirmation: Confirmation | undefined },
  io: Io,
  json: boolean,
): ExitCode {
  const { request, sent, confirmation } = result;
  if (json) {
    const line = request.kind === 'command' ? request.line : printSendevent(request.event);
    printJson(io.stdout, {
      sendevent: line,
      accepted: sent,
      ...(confirmation && { confirmation }),
    });
  } else {
    printLines(io.stdout, sent.stdOut ?? []);
    if (confirmation && request.event)
      printLines(io.stderr, [describeConfirmation(request.event, confirmation)]);
  }
  const known = confirmation === undefined || confirmation.kind === 'confirmed';
  return known ? exitCodes.done : exitCodes.unknown;
}

function describeConfirmation(event: AutosysEvent, confirmation: Confirmation): string {
  const what = describeEvent(event);
  switch (confirmation.kind) {
    case 'confirmed':
      return `confirmed: AutoSys shows ${what}`;
    case 'notYet':
    case 'changed':
      return `accepted, not confirmed: ${what}; ${confirmation.found}`;
    case 'unreadable':
    case 'moot':
    case 'failed':
      return `accepted, not confirmed: ${what}; ${confirmation.reason}`;
    default:
      return confirmation satisfies never;
  }
}
