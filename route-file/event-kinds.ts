import { type AutosysEventKind, plainJobEvents } from '../autosys/event.ts';

const fieldNames = [
  'job',
  'globalVariable',
  'value',
  'status',
  'signals',
  'priority',
  'response',
  'alarm',
  'comment',
] as const;

/** What an event in the route file may say, beside `on` and `event`. */
export type EventField = (typeof fieldNames)[number];

interface Fields {
  readonly required: readonly EventField[];
  readonly optional: readonly EventField[];
}

const jobOnly: Fields = { required: ['job'], optional: ['comment'] };

/** What an announcement of AWS may never cause, and why. */
export const refusedKinds: Readonly<Partial<Record<AutosysEventKind, string>>> = {
  STOP_DEMON: 'it shuts the scheduler down for everybody',
  DELETEJOB: 'it removes a definition that nothing brings back',
  MACH_OFFLINE: 'it takes a machine away from every job on it',
  MACH_ONLINE: 'it brings back a machine that somebody may have taken out on purpose',
};

/** What each event a route may send needs and takes. */
export const eventFields: Readonly<Partial<Record<AutosysEventKind, Fields>>> = {
  ...Object.fromEntries(
    plainJobEvents.filter((kind) => !(kind in refusedKinds)).map((kind) => [kind, jobOnly]),
  ),
  KILLJOB: { required: ['job'], optional: ['signals', 'comment'] },
  SEND_SIGNAL: { required: ['job', 'signals'], optional: ['comment'] },
  CHANGE_STATUS: { required: ['job', 'status'], optional: ['comment'] },
  CHANGE_PRIORITY: { required: ['job', 'priority'], optional: ['comment'] },
  REPLY_RESPONSE: { required: ['job', 'response'], optional: ['comment'] },
  COMMENT: { required: ['job', 'comment'], optional: [] },
  ALARM: { required: ['alarm'], optional: ['job', 'comment'] },
  SET_GLOBAL: { required: ['globalVariable', 'value'], optional: ['comment'] },
};

/** The events a route may send. */
export const routableKinds = Object.keys(eventFields);

/** The fields an event of the file has, lawful for it or not. */
export function toFieldNames(event: Readonly<Record<string, unknown>>): readonly EventField[] {
  return fieldNames.filter((field) => field in event);
}
