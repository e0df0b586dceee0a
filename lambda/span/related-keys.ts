import { isGroupKey } from '../groups/group-row.ts';
import { toLaunchKey, toShortNameKey } from '../launch/launch-row.ts';
import { decodeRunName } from '../launch/run-name.ts';
import { toRunKey } from '../ledger/run-row.ts';
import type { SpanRow } from './span-row.ts';

/**
 * Keys of the rows that a row names: the entries and the launch of a run, the run of an entry or a
 * launch. Pure.
 */
export function toRelatedKeys(row: SpanRow): readonly string[] {
  switch (row.kind) {
    case 'run':
      return [...row.run.entries, ...toLaunchKeys(row.run.name)];
    case 'effect': {
      const { run, beganMs, status } = row.entry.version;
      // The run of a state of a group is the row of the group.
      if (isGroupKey(run)) return [run];
      // A request of an AWS process has no run.
      return status === 'REQUESTED' ? [] : [toRunKey({ run, beganMs })];
    }
    case 'launch': {
      const { aws } = row.launch;
      return aws === undefined ? [] : [toRunKey({ run: aws.id, beganMs: aws.beganMs })];
    }
    case 'launchName':
      return [row.launchKey];
    default:
      return [];
  }
}

/** Keys that lead to the launch of a run, if its name is that of a launch. */
function toLaunchKeys(name: string): readonly string[] {
  const decoded = decodeRunName(name);
  switch (decoded.kind) {
    case 'whole':
      return [toLaunchKey(decoded)];
    case 'shortened':
      return [toShortNameKey(name)];
    case 'foreign':
      return [];
    default:
      return decoded satisfies never;
  }
}
