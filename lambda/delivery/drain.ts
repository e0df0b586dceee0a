import type { AutosysInstance } from '../../autosys/names.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import { agendaLists, walkAgenda } from '../ledger/agenda.ts';
import type { Entry } from '../ledger/entry.ts';
import { parseEntry } from '../ledger/entry-row.ts';
import { createClaim } from './claim.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import type { Claimant } from './decide-claim.ts';
import { createExecute, type ExecuteDeps } from './execute.ts';
import { type EffectOutcome, toEffectOutcome, toParked, toWaiting } from './outcome.ts';
import { type Alongside, alone } from './read-groups.ts';

export interface DrainDeps extends ExecuteDeps {
  readonly newLeaseId: () => string;
  /** Maximum number of entries in work at once while AutoSys answers. @default 10 */
  readonly concurrency?: number;
  /**
   * Opens a group whose members share their reads of variables.
   * @default - each entry reads alone
   */
  readonly newReadGroup?: () => Alongside;
}

/** One entry that the drain claimed, and its outcome. */
export type DrainResult =
  | { readonly kind: 'worked'; readonly entry: Entry; readonly outcome: EffectOutcome }
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };

/** Number of keys in one page of due entries. */
const pageSize = 25;

/**
 * Creates the drain: it executes all due entries of one AutoSys instance, oldest first, at a
 * limited rate.
 *
 * Each target has one entry, however often it changed during an outage, so only its newest state is
 * sent.
 */
export function createDrain(deps: DrainDeps) {
  const { table, circuitBreakers, now, sleep, autosysFor } = deps;
  const { concurrency: maxConcurrency = 10, newReadGroup = () => alone } = deps;
  const drainEntry = createDrainEntry(deps);

  /**
   * Works until nothing is due, the circuit breaker opens or the signal aborts; yields each entry
   * when it is done.
   */
  return async function* drain(
    instance: AutosysInstance,
    signal: AbortSignal,
  ): AsyncGenerator<DrainResult> {
    // One lease owner for all entries, so that the owner of an unused probe may go on.
    const leaseOwner = deps.newLeaseId();
    const { drainPerSecond } = autosysFor(instance);
    const concurrency = new ConcurrencyLimit<DrainResult>(maxConcurrency);
    const alongside = newReadGroup();
    const behind: string[] = [];
    let hasFailed = false;
    try {
      // Entries that become due later are left to the next drain, so that this one ends.
      const due = walkAgenda(table, agendaLists.due(instance), { until: now(), pageSize });
      for await (const key of withRetries(due, behind, concurrency)) {
        await concurrency.waitForRoom();
        yield* concurrency.takeDone();
        if (signal.aborted) break;
        // After an unreadable row many may be unreadable, as after a rollback; they use none of the
        // rate.
        const unreadable = hasFailed ? await findUnreadable(key, table) : undefined;
        if (unreadable) {
          yield unreadable;
          continue;
        }
        hasFailed = false;
        const permit = await circuitBreakers.ask(instance, leaseOwner);
        if (permit.kind === 'wait') break;
        if (permit.kind === 'probe') {
          // A probe is sent alone.
          concurrency.narrow();
          await concurrency.waitForRoom();
        }
        const startedMs = now().getTime();
        concurrency.start(async () => {
          const result = await alongside(() => drainEntry(key, { leaseOwner, signal }, behind));
          if (result) adaptConcurrency(concurrency, result);
          hasFailed ||= result?.kind === 'failed';
          return result;
        });
        const restMs = startedMs + 1_000 / drainPerSecond - now().getTime();
        if (restMs > 0) await sleep(restMs, signal).catch(() => undefined);
      }
    } catch (error) {
      // The results of finished entries are reported in spite of the error.
      await concurrency.waitForAll();
      yield* concurrency.takeDone();
      throw error;
    } finally {
      // A caller that stops reading still waits for the entries in work.
      await concurrency.waitForAll();
    }
    yield* concurrency.takeDone();
  };
}

/**
 * Creates the work on one due entry; `undefined` where another function has it or it waits for a
 * predecessor.
 */
function createDrainEntry(deps: DrainDeps) {
  const { takeUp } = createClaim(deps);
  const execute = createExecute(deps);

  /** @param behind receives the key of an entry that waits for a predecessor */
  return async function drainEntry(
    key: string,
    claimant: Claimant,
    behind: string[],
  ): Promise<DrainResult | undefined> {
    try {
      const claim = await takeUp(key, claimant);
      if (claim.kind === 'parked') {
        return { kind: 'worked', entry: claim.entry, outcome: toParked(claim.entry) };
      }
      if (claim.kind === 'unreached') {
        return { kind: 'worked', entry: claim.entry, outcome: toWaiting(claim.error) };
      }
      if (claim.kind === 'left' && claim.behind) behind.push(key);
      if (claim.kind !== 'taken') return undefined;
      const { entry, result } = await execute(claim, claimant.signal);
      return { kind: 'worked', entry, outcome: toEffectOutcome(entry, result) };
    } catch (error) {
      // One row that cannot be parsed must not delay the others.
      return { kind: 'failed', key, error: describeError(error) };
    }
  };
}

async function findUnreadable(
  key: string,
  table: Pick<DrainDeps['table'], 'get'>,
): Promise<DrainResult | undefined> {
  try {
    const row = await table.get(key);
    if (row) parseEntry(row);
    return undefined;
  } catch (error) {
    return { kind: 'failed', key, error: describeError(error) };
  }
}

/** All keys; then those that waited for a predecessor, repeated until no pass makes progress. */
async function* withRetries(
  keys: AsyncIterable<string>,
  behind: string[],
  concurrency: ConcurrencyLimit<DrainResult>,
): AsyncGenerator<string> {
  yield* keys;
  for (let lastCount = Number.POSITIVE_INFINITY; ; ) {
    await concurrency.waitForAll();
    const again = behind.splice(0);
    if (again.length === 0 || again.length >= lastCount) return;
    lastCount = again.length;
    yield* again;
  }
}

/**
 * Many entries at once while AutoSys answers, one at a time while it does not, so that few requests
 * fail.
 */
function adaptConcurrency(concurrency: ConcurrencyLimit<DrainResult>, result: DrainResult): void {
  if (result.kind === 'failed' || result.outcome.kind === 'left') return;
  const { stage } = result.entry;
  const isAway = result.outcome.kind === 'waiting' && result.outcome.code !== 'BRIDGE_NOT_VISIBLE';
  if (isAway) concurrency.narrow();
  else if (stage === 'accepted' || stage === 'confirmed') concurrency.widen();
  else if (stage !== 'parked') concurrency.narrow();
}
