import { toShard } from './shard.ts';

/** One hour in milliseconds. */
const hourMs = 3_600_000;

/** Shards of each hour of an instance. They keep each key of the index far below its write limit. */
export const hourShards = 8;

/**
 * Partition of the hour index for a row: instance, hour in UTC and shard, such as
 * `ACE 2026-11-20T02 5`. The shard depends on the row key, so a row changes its partition only when
 * it changes in another hour.
 */
export function toHour(instance: string, atMs: number, key: string): string {
  return `${instance} ${toHourText(atMs)} ${toShard(key, hourShards)}`;
}

/** All partitions of the hour that contains an instant. */
export function toHourPartitions(instance: string, atMs: number): readonly string[] {
  const hour = toHourText(atMs);
  return Array.from({ length: hourShards }, (_, shard) => `${instance} ${hour} ${shard}`);
}

/** The hours of a time span, as instants within each, newest first. Both limits are included. */
export function toHours({ from, until }: { readonly from: Date; readonly until: Date }): number[] {
  const first = Math.floor(from.getTime() / hourMs);
  const last = Math.floor(until.getTime() / hourMs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, back) => (last - back) * hourMs);
}

function toHourText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13);
}
