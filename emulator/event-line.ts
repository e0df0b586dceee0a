import { describeEvent } from '../autosys/event.ts';
import type { LogEntry } from './event-log.ts';
import type { QueuedEvent } from './instance-types.ts';

/** The line of an accepted event in the event log, until the event is processed. */
export function toLogEntry(event: QueuedEvent, queuedAt: Date, user: string | undefined): LogEntry {
  const comment = 'comment' in event ? event.comment : undefined;
  const text = [argumentOf(event), comment].filter((part) => part).join('; ');
  return {
    kind: 'event',
    name: event.kind,
    ...('job' in event && event.job !== undefined && { job: event.job }),
    ...('globalVariable' in event && { globalVariable: event.globalVariable }),
    ...('machine' in event && { machine: event.machine }),
    queuedAt,
    stage: 'UP',
    try: 0,
    run: 0,
    ...(text !== '' && { text }),
    ...(user !== undefined && { user }),
  };
}

/** One line for people, in the terms of sendevent. */
export function describeQueuedEvent(event: QueuedEvent): string {
  // Handled separately, because the value may be DELETE, which `parseGlobalValue` rejects.
  return event.kind === 'SET_GLOBAL'
    ? `SET_GLOBAL ${event.globalVariable}=${event.value}`
    : describeEvent(event);
}

/** The argument of the event besides its kind, job and comment. */
function argumentOf(event: QueuedEvent): string | undefined {
  switch (event.kind) {
    case 'SET_GLOBAL':
      return `${event.globalVariable}=${event.value}`;
    case 'CHANGE_STATUS':
      return event.status;
    case 'CHANGE_PRIORITY':
      return String(event.priority);
    case 'ALARM':
      return event.alarm;
    case 'SEND_SIGNAL':
    case 'KILLJOB':
      return event.signals;
    default:
      return undefined;
  }
}
