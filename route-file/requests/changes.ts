import { toTrait } from '../../autosys/event.ts';
import type { JobStart, RequestEntry } from '../../lambda/routing/requests.ts';
import { toPatternKey } from './event-rule.ts';

/** A property of jobs or global variables that the requests of an entry can change. */
export interface RequestChange {
  /** `value` of a global variable; `status`, `hold`, `ice` and others of a job. */
  readonly property: string;
  /** Key of the entry whose patterns say which jobs or variables. */
  readonly key: 'jobs' | 'globals';
  /** Actions and events that change it, for messages: `setGlobal`. */
  readonly by: readonly string[];
}

/** Ways to get a run that send an event. The others only wait. */
const startingStarts: readonly JobStart[] = ['STARTJOB', 'FORCE_STARTJOB', 'join'];

/**
 * The properties that the requests of an entry can change, each once.
 *
 * A start changes the status of a job, as CHANGE_STATUS does: the job shows its last run only, so the
 * success of one start hides the failure of another. KILLJOB, SEND_SIGNAL and `onAbort: kill` are
 * left out. They end a run, and never as a success.
 */
export function findRequestChanges(
  entry: Pick<RequestEntry, 'actions' | 'events' | 'starts'>,
): readonly RequestChange[] {
  const changes = new Map<string, { key: 'jobs' | 'globals'; by: string[] }>();
  const add = (property: string, key: 'jobs' | 'globals', by: string) => {
    const known = changes.get(property) ?? { key, by: [] };
    known.by.push(by);
    changes.set(property, known);
  };
  if (entry.actions.includes('setGlobal')) add('value', 'globals', 'setGlobal');
  for (const kind of entry.events) {
    const property = toChangedProperty(kind);
    if (property !== undefined) add(property, toPatternKey(kind), kind);
  }
  if (entry.starts.some((start) => startingStarts.includes(start))) add('status', 'jobs', 'runJob');
  return [...changes].map(([property, change]) => ({ property, ...change }));
}

/** The property that an event changes: what it sets, or the status for a start. */
export function toChangedProperty(kind: Parameters<typeof toTrait>[0]): string | undefined {
  const { sets, starts } = toTrait(kind);
  return sets ?? (starts ? 'status' : undefined);
}
