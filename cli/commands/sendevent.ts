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
import { readOrder, type SendeventOrder } from '../sendevent/read-order.ts';
import { sleep } from '../sleep.ts';

/** Sends one event through the web services, as AutoSys's own sendevent does; quiet where it was taken. */
export const sendevent = defineCommand({
  name: 'sendevent',
  summary: "sends an event to AutoSys, with AutoSys's own flags",
  options: {
    ...connectionOptions,
    confirm: {
      type: 'number',
      value: 'SECONDS',
      bare: '10',
      max: 3600,
      about: 'read AutoSys back until it shows the effect, so long at most',
    },
  },
  autosysFlags: sendeventFlags,
  usage: '-E EVENT [-J JOB | -G NAME=value | …] [options]',
  notes: [
    'Quiet where AutoSys has taken the event, which is not yet to act on it: --confirm looks. Nothing is ever sent twice; where no answer came the outcome is unknown and it ends with 3.',
  ],
  examples: [
    'sendevent -E SET_GLOBAL -G "AWS_SETTLEMENT=SUCCEEDED" --confirm',
    'sendevent -E FORCE_STARTJOB -J etl_load -C "rerun after the fix" --url https://autosys:9443 --user ops --password-file ~/.aews --ca autosys-ca.pem',
  ],
  run: async ({ options, autosysArguments, json, io }) => {
    await using connection = connect('sendevent', options, io);
    printDirectCalls(io, connection.endpoints, json);
    const order = readOrder(autosysArguments, connection.profile);
    printIgnoredLogin(io, order.ignoredOptions, json);
    printNotes(io, order.remarks, json);
    if (options.confirm !== undefined && !order.event) {
      throw new CommandLineError('sendevent', [
        '--confirm: not with -B or -I, whose jobs only AutoSys knows',
      ]);
    }
    const sending = { order, seconds: options.confirm, connection, json, io };
    const baseline = await observeFirst(sending);
    const sent = await send(sending);
    if (typeof sent === 'number') return sent;
    const confirmation = await readBack(sending, baseline);
    return tell({ order, sent, confirmation }, io, json);
  },
});

interface Sending {
  readonly order: SendeventOrder;
  /** How long AutoSys is read back; not at all without it. */
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

/** What it was before, for effects that only show as a change; a start cannot be told from the run before otherwise. */
async function observeFirst({ order, seconds, connection, io }: Sending): Promise<Baseline> {
  if (seconds === undefined || !order.event) return { kind: 'none' };
  const snapshot = await readSnapshot(order.event, { reader: connection.client }, io.signal);
  return toBaseline({
    event: order.event,
    sent: { ...snapshot, sentMs: io.clock.now().getTime() },
  });
}

/** The exit code where AutoSys refused a command line, whose words are printed then. */
async function send({ order, connection, json, io }: Sending): Promise<Sent | ExitCode> {
  const { client } = connection;
  const { signal } = io;
  if (order.kind === 'event') return client.sendEvent(order.event, { signal });
  const output = await client.runCommand(order.line, { signal });
  if (hasComplaint(output)) return printOutput(output, io, json);
  printNotes(io, output.stdErr, json);
  return { stdOut: output.stdOut };
}

async function readBack(
  { order, seconds, connection, io }: Sending,
  baseline: Baseline,
): Promise<Confirmation | undefined> {
  if (seconds === undefined || !order.event) return undefined;
  const deps = {
    reader: connection.client,
    now: () => io.clock.now(),
    sleep: (ms: number, signal: AbortSignal) => sleep(io, ms, signal),
    confirmWithinMs: seconds * 1000,
  };
  return confirm(order.event, baseline, deps, io.signal);
}

function tell(
  told: { order: SendeventOrder; sent: Sent; confirmation: Confirmation | undefined },
  io: Io,
  json: boolean,
): ExitCode {
  const { order, sent, confirmation } = told;
  if (json) {
    const line = order.kind === 'command' ? order.line : printSendevent(order.event);
    printJson(io.stdout, {
      sendevent: line,
      accepted: sent,
      ...(confirmation && { confirmation }),
    });
  } else {
    printLines(io.stdout, sent.stdOut ?? []);
    if (confirmation && order.event) printLines(io.stderr, [describe(order.event, confirmation)]);
  }
  const known = confirmation === undefined || confirmation.kind === 'confirmed';
  return known ? exitCodes.done : exitCodes.unknown;
}

function describe(event: AutosysEvent, confirmation: Confirmation): string {
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
