import { LedgerError } from '../../lambda/errors.ts';
import type { Launch } from '../../lambda/launch/launch.ts';
import { parseLaunch } from '../../lambda/launch/launch-row.ts';
import { describeIdentity } from '../../lambda/launch/run-name.ts';
import { type LaunchStop, toRemaining } from '../../lambda/launch/stop/stop-record.ts';
import { agendaLists, walkAgenda } from '../../lambda/ledger/agenda.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { commandPrefix } from '../command-prefix.ts';
import type { Paint } from '../render.ts';
import { latestDate, type Unreadable } from './open.ts';
import type { ToTimeFormat } from './times.ts';

/** A launch whose stop is parked: something of its run may still be active in AWS. */
export interface ParkedStop {
  readonly launch: Launch;
  readonly stop: LaunchStop;
}

const pageSize = 100;

/** The parked stops that the sweep still looks at, in the order in which it does. */
export async function* listParkedStops(table: Table): AsyncGenerator<ParkedStop | Unreadable> {
  for await (const key of walkAgenda(table, agendaLists.launch, { until: latestDate, pageSize })) {
    const row = await table.get(key);
    if (row === undefined) continue;
    try {
      const launch = parseLaunch(row);
      const { stop } = launch;
      if (stop?.state === 'parked') yield { launch, stop };
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      yield { key, unreadable: error.message };
    }
  }
}

/** A list item: time, run, who stopped it, what may still be active, what to do. */
export function describeParkedStop(
  { launch, stop }: ParkedStop,
  paint: Paint,
  toTimeFormat: ToTimeFormat,
): readonly string[] {
  const { identity } = launch;
  const time = toTimeFormat(identity.kind === 'jobTry' ? identity.instance : undefined);
  return [
    `${time.ago(stop.requestedMs)}  ${paint('bold', `stop of run ${launch.name}`)}`,
    `  ${describeIdentity(launch.identity)}, target ${launch.target}, stopped by ${stop.by}: ${stop.reason}`,
    `  ${paint('red', stop.text)}`,
    ...toRemaining(stop).map((one) => `  active?  ${one}`),
    `  to do: ${toDo}`,
    `  command: ${paint('bold', toWhoisCommand(launch))}`,
  ];
}

/** A parked stop for --json. */
export function toParkedStopDocument({ launch, stop }: ParkedStop) {
  return {
    run: launch.name,
    target: launch.target,
    aws: launch.aws?.id,
    by: stop.by,
    reason: stop.reason,
    requestedAt: new Date(stop.requestedMs),
    text: stop.text,
    remaining: toRemaining(stop),
    toDo,
    command: toWhoisCommand(launch),
  };
}

const toDo =
  'end in AWS by hand what must not continue; the sweep looks again every 30 minutes and then takes the stop off this list';

function toWhoisCommand({ name }: Launch): string {
  return `${commandPrefix} whois ${name}`;
}
