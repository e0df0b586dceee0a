import { formatLocalTime, isTimezone } from '../../autosys/wall-clock.ts';
import { LedgerError } from '../../lambda/errors.ts';
import {
  type InstanceNames,
  instanceNamesKey,
  parseInstanceNames,
} from '../../lambda/ledger/instance-names.ts';
import type { StoredRow, Table } from '../../lambda/ledger/table.ts';
import type { Options, Values } from '../command.ts';
import type { Io } from '../io.ts';
import { formatRelativeTime } from '../relative-time.ts';

/** The option for the timezone of printed times. */
export const timeOptions = {
  utc: {
    type: 'boolean',
    about: 'print times in UTC, not in the timezone of the AutoSys instance; JSON always has UTC',
  },
} as const satisfies Options;

/** Formats instants, in epoch milliseconds, for people. */
export interface TimeFormat {
  /** ISO 8601 with the UTC offset: `2026-11-20T03:02:07.000+01:00`. */
  at(ms: number): string;
  /** As `at`, with the distance from now: `2026-11-20T03:02:07.000+01:00 (4 min ago)`. */
  ago(ms: number): string;
}

/**
 * The format for an AutoSys instance, in its timezone. Without an instance: in the timezone of all
 * instances if they have the same, otherwise in UTC.
 */
export type ToTimeFormat = (instance?: string) => TimeFormat;

/** The timezones of the instances, the present time, and whether UTC is wanted. */
export interface TimeSettings {
  /** By instance. */
  readonly timezones: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

/** Creates the formats. An unknown instance or timezone is printed in UTC. */
export function createToTimeFormat({ timezones, nowMs }: TimeSettings): ToTimeFormat {
  const zones = new Set(Object.values(timezones));
  const [shared] = zones.size === 1 ? zones : [];
  const zoneOf = (instance: string) =>
    Object.hasOwn(timezones, instance) ? timezones[instance] : undefined;
  return function toTimeFormat(instance) {
    const named = instance === undefined ? shared : zoneOf(instance);
    const zone = named !== undefined && isTimezone(named) ? named : 'UTC';
    const at = (ms: number) => formatLocalTime(new Date(ms), zone);
    return { at, ago: (ms) => `${at(ms)} (${formatRelativeTime(ms, nowMs)})` };
  };
}

/**
 * Reads the timezones from the ledger, where the sweep has recorded those of the deployed route
 * file. So no route file is needed.
 *
 * @throws {LedgerError} if the table cannot be read
 */
export async function readTimeFormat(
  table: Table,
  { utc }: Values<typeof timeOptions>,
  { clock }: Pick<Io, 'clock'>,
): Promise<ToTimeFormat> {
  const timezones = utc ? {} : toTimezones(await table.get(instanceNamesKey));
  return createToTimeFormat({ timezones, nowMs: clock.now().getTime() });
}

/** A row that cannot be parsed does not prevent the output: its times are then in UTC. */
function toTimezones(row: StoredRow | undefined): NonNullable<InstanceNames['timezones']> {
  try {
    return parseInstanceNames(row).timezones ?? {};
  } catch (error) {
    if (error instanceof LedgerError) return {};
    throw error;
  }
}
