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

/** Fields of an event in the route file, besides `on` and `event`. */
export type EventField = (typeof fieldNames)[number];

interface Fields {
  readonly required: readonly EventField[];
  readonly optional: readonly EventField[];
}

const jobOnly: Fields = { required: ['job'], optional: ['comment'] };

/** AutoSys events that a route cannot send, and why. */
export const refusedKinds: Readonly<Partial<Record<AutosysEventKind, string>>> = {
  STOP_DEMON: 'it shuts down the scheduler for all jobs',
  DELETEJOB: 'it deletes a job definition permanently',
  MACH_OFFLINE: 'it takes the machine offline for all of its jobs',
  MACH_ONLINE: 'it brings a machine online that an operator may have taken offline on purpose',
};

/** The required and optional fields of each event that a route can send. */
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

/** The events that a route can send. */
export const routableKinds = Object.keys(eventFields);

/** Returns the known fields of an event in the file, whether or not the event allows them. */
export function toFieldNames(event: Readonly<Record<string, unknown>>): readonly EventField[] {
  return fieldNames.filter((field) => field in event);
}
