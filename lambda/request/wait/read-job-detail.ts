import type { AutosysInstance } from '../../../autosys/names.ts';
import type { UnreadableView } from '../../../autosys/views.ts';
import type { MakeRead, WaitAutosys } from './read-jobs.ts';

/** A detail of a job that is read by a request of its own. */
export type JobDetail = 'runs' | 'events' | 'definition';

/** Failed reads in a row after which a detail may count as unreadable. */
const fewestFailures = 3;
/** Time of failed reads after which a detail counts as unreadable, in milliseconds. */
const failingForMs = 300_000;

/**
 * Reads a detail of a job.
 *
 * @returns `undefined` if it cannot be read now, and may be in a later pass
 */
export type ReadJobDetail = <View>(
  detail: JobDetail,
  read: (autosys: WaitAutosys, signal: AbortSignal) => Promise<View | UnreadableView>,
) => Promise<View | UnreadableView | undefined>;

interface Failures {
  readonly sinceMs: number;
  readonly count: number;
}

/**
 * Creates the reading of details of jobs.
 *
 * A read that is refused once may be answered in the next pass. A wait is decided without the detail
 * only if its reads fail for minutes at this AutoSys instance, as without permission, or if the wire
 * profile has no request for it.
 */
export function createReadJobDetails({ now }: { readonly now: () => Date }) {
  const failuresByDetail = new Map<string, Failures>();

  return function bindReadJobDetail(instance: AutosysInstance, makeRead: MakeRead): ReadJobDetail {
    return async function readJobDetail(detail, read) {
      const key = `${instance} ${detail}`;
      const made = await makeRead(read);
      switch (made.kind) {
        case 'stop':
          return undefined;
        case 'unknownJob':
          return { kind: 'unreadable', reason: 'the job no longer exists' };
        case 'refused':
          return isLasting(key) ? { kind: 'unreadable', reason: made.reason } : undefined;
        case 'answered': {
          const { answer } = made;
          if (!isUnreadable(answer)) {
            failuresByDetail.delete(key);
            return answer;
          }
          return answer.isLacking === true || isLasting(key) ? answer : undefined;
        }
        default:
          return made satisfies never;
      }
    };
  };

  /** Records a failed read. @returns whether the reads of the detail have failed for minutes */
  function isLasting(key: string): boolean {
    const nowMs = now().getTime();
    const { sinceMs = nowMs, count = 0 } = failuresByDetail.get(key) ?? {};
    failuresByDetail.set(key, { sinceMs, count: count + 1 });
    return count + 1 >= fewestFailures && nowMs - sinceMs >= failingForMs;
  }
}

function isUnreadable<View>(view: View | UnreadableView): view is UnreadableView {
  return typeof view === 'object' && view !== null && 'kind' in view && view.kind === 'unreadable';
}
