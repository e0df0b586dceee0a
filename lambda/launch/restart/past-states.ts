import type { PastEvent } from '../../aws/log-results.ts';

/** Work that a state has started. */
export interface StartedWork {
  readonly state: string;
  readonly kind: 'batchJob' | 'execution' | 'mapRun' | 'function';
  /** Batch job id, ARN, or name of the function. */
  readonly id: string;
}

/** What a history says about the states of an ended execution. */
export interface PastStates {
  /** Names of the states that were left at least once, and are not active: a redrive keeps them. */
  readonly kept: readonly string[];
  /** Names of the states that were entered and not left: a redrive runs them again (documented). */
  readonly repeated: readonly string[];
  /** Those of them that are Fail states. */
  readonly failStates: readonly string[];
  /** What the states that are run again have started. */
  readonly work: readonly StartedWork[];
}

/**
 * Reads the states of an execution. Pure.
 *
 * Documented: a redrive runs a state if the history has no event that leaves it. The entry may be
 * repeated after a redrive, or not (unknown), so a second one does not count.
 *
 * @param events newest first
 */
export function readPastStates(events: readonly PastEvent[]): PastStates {
  const open = new Map<string, number>();
  const left = new Set<string>();
  const failStates = new Set<string>();
  let mayEnterAgain = new Map<string, number>();
  for (const { type, state } of events.toReversed()) {
    if (type === 'ExecutionRedriven') mayEnterAgain = new Map(open);
    if (state === undefined) continue;
    if (type.endsWith('StateEntered')) {
      const again = mayEnterAgain.get(state) ?? 0;
      if (again > 0) mayEnterAgain.set(state, again - 1);
      else open.set(state, (open.get(state) ?? 0) + 1);
      if (type === 'FailStateEntered') failStates.add(state);
    }
    if (type.endsWith('StateExited')) {
      left.add(state);
      open.set(state, Math.max(0, (open.get(state) ?? 0) - 1));
    }
  }
  const isOpen = (state: string) => (open.get(state) ?? 0) > 0;
  const repeated = [...open.keys()].filter(isOpen);
  return {
    kept: [...left].filter((state) => !isOpen(state)),
    repeated,
    failStates: repeated.filter((state) => failStates.has(state)),
    work: readWork(events, isOpen),
  };
}

function readWork(
  events: readonly PastEvent[],
  isOpen: (state: string) => boolean,
): readonly StartedWork[] {
  const byId = new Map(events.map((one) => [one.id, one]));
  const found = new Map<string, StartedWork>();
  for (const event of events.toReversed()) {
    const started = toStarted(event);
    if (started === undefined) continue;
    const state = findState(event, byId);
    if (state === undefined || !isOpen(state)) continue;
    found.set(`${started.kind} ${started.id}`, { state, ...started });
  }
  return [...found.values()];
}

function toStarted(event: PastEvent): Omit<StartedWork, 'state'> | undefined {
  const { type, batchJobId, executionArn, mapRunArn, functionName, resource = '' } = event;
  if (batchJobId !== undefined) return { kind: 'batchJob', id: batchJobId };
  if (executionArn !== undefined) return { kind: 'execution', id: executionArn };
  if (mapRunArn !== undefined) return { kind: 'mapRun', id: mapRunArn };
  if (functionName !== undefined) return { kind: 'function', id: functionName };
  const isFunction = type === 'LambdaFunctionScheduled' && resource !== '';
  return isFunction ? { kind: 'function', id: resource } : undefined;
}

/** The state that an event belongs to: the nearest entry on the path of previous events. */
function findState(event: PastEvent, byId: ReadonlyMap<number, PastEvent>): string | undefined {
  // Each step has a smaller id, so the path ends.
  for (let at: PastEvent | undefined = event; at !== undefined; ) {
    if (at.type.endsWith('StateEntered')) return at.state;
    const before: PastEvent | undefined = byId.get(at.previousId);
    at = before !== undefined && before.id < at.id ? before : undefined;
  }
  return undefined;
}
