import { toHourPartitions, toHours } from '../hour.ts';
import type { SpanKeys } from '../table.ts';

/**
 * Collects the keys of a time span from the partitions of its hours, the newest hour first. The
 * partitions of one hour are read at once.
 *
 * @param readPartition reads up to `limit` keys of a partition
 */
export async function readHours(
  instance: string,
  { from, until, limit }: { readonly from: Date; readonly until: Date; readonly limit: number },
  readPartition: (partition: string, limit: number) => Promise<readonly string[]>,
): Promise<SpanKeys> {
  const keys: string[] = [];
  for (const hourMs of toHours({ from, until })) {
    // One key more than requested shows whether there are more.
    const left = limit - keys.length + 1;
    const partitions = toHourPartitions(instance, hourMs);
    const pages = await Promise.all(partitions.map((one) => readPartition(one, left)));
    keys.push(...pages.flat());
    if (keys.length > limit) return { keys: keys.slice(0, limit), isCut: true };
  }
  return { keys, isCut: false };
}
