import { type CircuitState, closedCircuit } from '../../lambda/circuit-breaker/circuit-breaker.ts';
import { readCircuit } from '../../lambda/circuit-breaker/circuit-breakers.ts';
import type { OpenWindow } from '../../lambda/circuit-breaker/maintenance.ts';
import {
  findPendingPredecessor,
  type PendingPredecessor,
} from '../../lambda/delivery/pending-predecessor.ts';
import { isPending } from '../../lambda/ledger/entry.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';

/** The facts that decide what a pending entry waits for, besides the entry itself. */
export interface WaitFacts {
  readonly nowMs: number;
  /** Circuit breaker of the instance. */
  readonly circuit: CircuitState;
  /** Declared maintenance window that is open now. Known only with a route file. */
  readonly window?: OpenWindow;
  /** An effect that the route sends before this one, and that keeps it from being sent. */
  readonly predecessor?: PendingPredecessor;
}

/** Where {@link readWaitFacts} reads. */
export interface WaitFactsDeps {
  readonly table: Pick<Table, 'get'>;
  readonly now: () => Date;
  /** The window of the instance that is open at an instant. @default - no route file was given */
  readonly openWindow?: ((nowMs: number) => OpenWindow | undefined) | undefined;
}

/**
 * Reads the facts of a wait from the ledger. For an entry that is not pending nothing is read.
 *
 * This is the one place that feeds {@link WaitFacts}. Further facts about a wait, such as rows of
 * outages or the state of a group, are read here and become fields of it.
 */
export async function readWaitFacts(
  entry: StoredEntry['entry'],
  { table, now, openWindow }: WaitFactsDeps,
): Promise<WaitFacts> {
  const nowMs = now().getTime();
  if (entry.kind === 'invalidEffect' || !isPending(entry)) return { nowMs, circuit: closedCircuit };
  const [circuit, predecessor] = await Promise.all([
    readCircuit(table, entry.to),
    findPendingPredecessor(entry, table),
  ]);
  const window = openWindow?.(nowMs);
  return { nowMs, circuit, ...(window && { window }), ...(predecessor && { predecessor }) };
}
