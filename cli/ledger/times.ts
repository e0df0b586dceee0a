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
  /**
   * Time of the day: `03:02:07`. With the date if it is not today's, and with the UTC offset if that
   * is not the present one, because an hour may be repeated.
   */
  short(at: number | Date): string;
  /** As `short`, with the distance from now: `03:02:07 (4 min ago)`. */
  shortAgo(ms: number): string;
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
    return createTimeFormat(zone, nowMs);
  };
}

/**
 * Creates the format of times in one timezone. It is the only one of this program.
 *
 * @param zone IANA name, such as `Europe/Zurich`
 */
export function createTimeFormat(zone: string, nowMs: number): TimeFormat {
  const at = (ms: number) => formatLocalTime(new Date(ms), zone);
  const now = toParts(at(nowMs));
  const short = (instant: number | Date) => {
    const { date, time, offset } = toParts(at(instant.valueOf()));
    const day = date === now.date ? '' : `${date} `;
    return `${day}${time}${offset === now.offset ? '' : offset}`;
  };
  const withDistance = (text: string, ms: number) => `${text} (${formatRelativeTime(ms, nowMs)})`;
  return {
    at,
    short,
    ago: (ms) => withDistance(at(ms), ms),
    shortAgo: (ms) => withDistance(short(ms), ms),
  };
}

/** The parts of a time as ISO 8601 with milliseconds and UTC offset. */
function toParts(text: string) {
  return { date: text.slice(0, 10), time: text.slice(11, 19), offset: text.slice(23) };
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
