/** An event of the history of an execution. */
export interface ExecutionHistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Such as `TaskSubmitted`. */
  readonly type: string;
  /** Undefined for a type without details. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

/** The history of one execution, over all of its redrives. */
export class ExecutionHistory {
  readonly #now: () => number;
  readonly #events: ExecutionHistoryEvent[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The events, the oldest first. */
  get events(): readonly ExecutionHistoryEvent[] {
    return this.#events;
  }

  /** Adds an event. @returns its id */
  append(
    type: string,
    previousEventId: number,
    details?: ExecutionHistoryEvent['details'],
  ): number {
    const id = this.#events.length + 1;
    this.#events.push({ id, previousEventId, at: this.#now(), type, details });
    return id;
  }
}

/** Data of a history event that `includeExecutionData: false` leaves out. */
const dataFields = ['input', 'inputDetails', 'output', 'outputDetails'];

/** An event as GetExecutionHistory returns it. @param withData whether input and output are included */
export function toWireEvent(
  event: ExecutionHistoryEvent,
  { withData }: { withData: boolean },
): object {
  const { id, previousEventId, at, type, details } = event;
  const fields = Object.entries(details ?? {}).filter(
    ([name, value]) => value !== undefined && (withData || !dataFields.includes(name)),
  );
  return {
    ...{ timestamp: at / 1_000, type, id, previousEventId },
    ...(details && { [toDetailsKey(type)]: Object.fromEntries(fields) }),
  };
}

/** All kinds of states share the details of entering and leaving. */
function toDetailsKey(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
