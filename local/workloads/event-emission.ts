import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { WorkloadLocation } from './arns.ts';

/** A status change, before EventBridge adds account, Region, id and time. */
export interface StatusChange {
  readonly source: 'aws.states' | 'aws.batch';
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * What happens to an event on its way to EventBridge. Step Functions delivers on best effort, so an
 * event can be lost; AWS Batch delivers at least once (EventBridge event reference).
 */
export type EventFault =
  | { readonly kind: 'lose' }
  /** `times` further deliveries under the same id, each `afterMs` after the one before. */
  | { readonly kind: 'repeat'; readonly times: number; readonly afterMs?: number }
  | { readonly kind: 'delay'; readonly ms: number };

/** Chooses the fault of an event; undefined to deliver it once, at once. */
export type ChooseEventFault = (change: StatusChange) => EventFault | undefined;

/** The receiver of the events, such as the default bus. */
export interface EventSink {
  put(event: unknown): unknown;
}

interface EmitterDeps {
  readonly clock: LocalClock;
  readonly location: WorkloadLocation;
  /** The sink and the faults at the time of the event. */
  readonly toSinks: () => readonly EventSink[];
  readonly toFault: () => ChooseEventFault | undefined;
}

/** Emits a status change onto EventBridge. */
export type EmitStatusChange = (change: StatusChange) => void;

/** Binds the emission of events to its sinks. */
export function createEventEmitter(deps: EmitterDeps): EmitStatusChange {
  const { clock, location } = deps;
  return function emitStatusChange(change) {
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': change.detailType,
      source: change.source,
      ...location,
      time: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
      resources: change.resources,
      detail: change.detail,
    };
    const deliver = () => {
      for (const sink of deps.toSinks()) sink.put(event);
    };
    const fault = deps.toFault()?.(change);
    if (fault?.kind === 'lose') return refuseLoss(change);
    if (fault?.kind === 'delay') return void clock.setTimer(fault.ms, deliver);
    deliver();
    if (fault?.kind !== 'repeat') return;
    for (let turn = 1; turn <= fault.times; turn += 1) {
      clock.setTimer((fault.afterMs ?? 0) * turn, deliver);
    }
  };
}

/** @throws {Error} for an event that AWS does not lose */
function refuseLoss({ source }: StatusChange): void {
  if (source === 'aws.states') return;
  throw new Error(
    `event fault: found lose for an event of ${source}, allowed: repeat, delay (AWS Batch delivers at least once)`,
  );
}
