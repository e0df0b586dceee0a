import type { AutosysEvent } from '../../../autosys/event.ts';
import type { Instance } from '../../../emulator/instance.ts';
import type { QueuedEvent } from '../../../emulator/instance-types.ts';
import type { World } from '../world.ts';
import { nameOneShot, nameRequestedEvent } from './evaluate-request.ts';
import type { IncomingRequest } from './installation.ts';
import { OutageWatch } from './outages.ts';
import { type RequestFault, unansweredFaults } from './request-faults.ts';
import { type Sender, VariableUpdateLog } from './variable-updates.ts';

/**
 * Time after the start of a window in which invocations under way may still send requests. An
 * invocation ends within a minute.
 */
const underWayMs = 60_000;

/** An event of the bridge that AutoSys accepted and will process. */
export interface AcceptedEvent extends Sender {
  readonly event: QueuedEvent;
}

/**
 * Records what one AutoSys received from the bridge and from operators. The judge reads it at the
 * end.
 */
export class Recorder {
  readonly outages = new OutageWatch();
  /** Events of the bridge that were accepted and not lost, in order. */
  readonly acceptedEvents: AcceptedEvent[] = [];
  /** Updates of variables by the bridge, operators and restores. */
  readonly updates: VariableUpdateLog;
  /** Faults of the requests that sent an event, by event name. */
  readonly faultsByEvent = new Map<string, Set<RequestFault>>();
  /** Number of requests of unknown outcome, by configured instance name and event. */
  readonly unknownSends = new Map<string, number>();
  /**
   * Read requests that were rejected, as text. The bridge may conclude that the value cannot be
   * shown.
   */
  readonly unreadable: string[] = [];
  /** Longest stall of the scheduler, in milliseconds. */
  longestStallMs = 0;
  /** Read requests that were answered 401 although the login is valid, as text. */
  readonly deniedReads: string[] = [];
  /** When an operator last changed a target, in milliseconds. */
  readonly operatorMsByTarget = new Map<string, number>();
  /**
   * Number of requests in a maintenance window, without those of invocations under way when it
   * opened.
   */
  requestsInWindow = 0;
  /** When the open maintenance window was opened, in milliseconds. */
  windowMs: number | undefined;
  onSend: (event: QueuedEvent, from: Pick<IncomingRequest, 'sentMs' | 'configuredName'>) => void =
    () => {};
  readonly #world: World;

  constructor(world: World, instance: Instance) {
    this.#world = world;
    this.updates = new VariableUpdateLog(instance);
  }

  /**
   * Records a request. A sender that was frozen or paused, or whose clock is fast, may not know of
   * the window. What counts is when the request was sent: the network may delay it.
   */
  recordRequest({
    sentMs,
    resumedMs,
    knowsWindow,
  }: Pick<IncomingRequest, 'sentMs' | 'resumedMs' | 'knowsWindow'>): void {
    this.#world.count('requests');
    const graceEndMs = Math.max(this.windowMs ?? Number.POSITIVE_INFINITY, resumedMs) + underWayMs;
    if (knowsWindow && sentMs > graceEndMs) this.requestsInWindow += 1;
    this.outages.onRequest();
  }

  /** Records a fault of a request that sends an event. */
  recordFault(eventName: string, fault: RequestFault, configuredName: string): void {
    const faults = this.faultsByEvent.get(eventName);
    if (faults) faults.add(fault);
    else this.faultsByEvent.set(eventName, new Set([fault]));
    if (!unansweredFaults.includes(fault)) return;
    const key = `${configuredName} ${eventName}`;
    this.unknownSends.set(key, (this.unknownSends.get(key) ?? 0) + 1);
  }

  /** Records an event that AutoSys accepted, whatever answer the client gets. */
  recordAccepted(event: QueuedEvent, { sentMs, configuredName }: Sender): void {
    this.acceptedEvents.push({ event, sentMs, configuredName });
    this.#world.count(nameOneShot(event) === undefined ? 'states accepted' : 'one-shot effects');
    if (event.kind === 'SET_GLOBAL') {
      this.updates.recordAccepted(event.globalVariable, event.value, { sentMs, configuredName });
    }
  }

  /**
   * True when AutoSys accepted an event of the bridge with this name.
   *
   * @param sinceMs only events that were sent from this instant on; for events whose name does not
   *   name their cause
   */
  hasAccepted(eventName: string, sinceMs = Number.NEGATIVE_INFINITY): boolean {
    return this.acceptedEvents.some(
      ({ event, sentMs }) => sentMs >= sinceMs && nameRequestedEvent(event) === eventName,
    );
  }

  /** Records that an operator changes a global variable or a job. */
  recordOperatorEvent(event: AutosysEvent): void {
    this.#world.count('operator actions');
    this.operatorMsByTarget.set(toTarget(event), this.#world.nowMs);
  }
}

/** Returns the name of the global variable or job that an event changes. */
export function toTarget(event: QueuedEvent | AutosysEvent): string {
  if (event.kind === 'SET_GLOBAL') return event.globalVariable;
  return 'job' in event && event.job !== undefined ? event.job : event.kind;
}
