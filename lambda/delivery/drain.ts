import type { AutosysInstance } from '../../autosys/names.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import { walkAgenda } from '../ledger/agenda.ts';
import type { Entry } from '../ledger/entry.ts';
import { agendaLists, parseEntry } from '../ledger/entry-row.ts';
import { createClaim } from './claim.ts';
import { ConcurrencyLimit } from './concurrency-limit.ts';
import { createExecute, type ExecuteDeps } from './execute.ts';
import { type EffectOutcome, toEffectOutcome, toParked, toWaiting } from './outcome.ts';
import { type Alongside, alone } from './read-groups.ts';

export interface DrainDeps extends ExecuteDeps {
  readonly newLeaseId: () => string;
  /** How many it may work on side by side, once AutoSys answers. @default 10 */
  readonly concurrency?: number;
  /** Opens a group whose members share their reads of variables. @default - each reads for itself */
  readonly newReadGroup?: () => Alongside;
}

/** One entry that the drain took up, and what came of it. */
export type DrainResult =
  | { readonly kind: 'worked'; readonly entry: Entry; readonly outcome: EffectOutcome }
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };

const pageSize = 25;

/**
 * Binds the drain: everything that is due for one AutoSys is begun, the oldest first, at a capped rate.
 *
 * After an outage each target is one entry, whatever happened to it meanwhile; so only the newest state is sent.
 */
export function createDrain(deps: DrainDeps) {
  const {
    table,
    circuitBreakers,
    now,
    sleep,
    autosysFor,
    newLeaseId,
    concurrency: width = 10,
  } = deps;
  const { newReadGroup = () => alone } = deps;
  const { takeUp } = createClaim(deps);
  const execute = createExecute(deps);

  /** Works until nothing is due, the circuit breaker opens or the signal aborts; yields each entry when it is done. */
  return async function* drain(
    instance: AutosysInstance,
    signal: AbortSignal,
  ): AsyncGenerator<DrainResult> {
    // All under one name: who tries whether AutoSys is back may go on if it was not asked after all.
    const leaseOwner = newLeaseId();
    const { drainPerSecond } = autosysFor(instance);
    const concurrency = new ConcurrencyLimit<DrainResult>(width);
    const alongside = newReadGroup();
    const behind: string[] = [];
    let hasFailed = false;
    try {
      // What becomes due meanwhile is the next drain's, or we might never end.
      const due = walkAgenda(table, agendaLists.due(instance), { until: now(), pageSize });
      for await (const key of inTurn(due, behind, concurrency)) {
        await concurrency.room();
        yield* concurrency.takeDone();
        if (signal.aborted) break;
        // Where one row did not read, many may not, as after a return to older software: none of them takes a turn.
        const unread = hasFailed ? await findUnreadable(key) : undefined;
        if (unread) {
          yield unread;
          continue;
        }
        hasFailed = false;
        const pass = await circuitBreakers.ask(instance, leaseOwner);
        if (pass.kind === 'wait') break;
        if (pass.kind === 'probe') {
          // The try whether AutoSys is back is made alone.
          concurrency.narrow();
          await concurrency.room();
        }
        const startedMs = now().getTime();
        concurrency.start(async () => {
          const drained = await alongside(() => work(key, { leaseOwner, signal }, behind));
          if (drained) adaptConcurrency(concurrency, drained);
          hasFailed ||= drained?.kind === 'failed';
          return drained;
        });
        const restMs = startedMs + 1_000 / drainPerSecond - now().getTime();
        if (restMs > 0) await sleep(restMs, signal).catch(() => undefined);
      }
    } catch (error) {
      // What was done is told of, whatever has failed beside it.
      await concurrency.empty();
      yield* concurrency.takeDone();
      throw error;
    } finally {
      // Whoever stops listening still waits for what has begun.
      await concurrency.empty();
    }
    yield* concurrency.takeDone();
  };

  async function findUnreadable(key: string): Promise<DrainResult | undefined> {
    try {
      const row = await table.get(key);
      if (row) parseEntry(row);
      return undefined;
    } catch (error) {
      return { kind: 'failed', key, error: describeError(error) };
    }
  }

  async function work(
    key: string,
    claimant: { readonly leaseOwner: string; readonly signal: AbortSignal },
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
      // One row that nobody can read must not keep the others waiting.
      return { kind: 'failed', key, error: describeError(error) };
    }
  }
}

/** Keys as they come, then those whose turn had not come, again for as long as that brings any of them further. */
async function* inTurn(
  keys: AsyncIterable<string>,
  behind: string[],
  concurrency: ConcurrencyLimit<DrainResult>,
): AsyncGenerator<string> {
  yield* keys;
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    await concurrency.empty();
    const again = behind.splice(0);
    if (again.length === 0 || again.length >= before) return;
    before = again.length;
    yield* again;
  }
}

/** An AutoSys that answers is asked by many at once, one that does not by one: ten failures at once count as few. */
function adaptConcurrency(concurrency: ConcurrencyLimit<DrainResult>, drained: DrainResult): void {
  if (drained.kind === 'failed' || drained.outcome.kind === 'left') return;
  const { stage } = drained.entry;
  const isAway =
    drained.outcome.kind === 'waiting' && drained.outcome.code !== 'BRIDGE_NOT_VISIBLE';
  if (isAway) concurrency.narrow();
  else if (stage === 'accepted' || stage === 'confirmed') concurrency.widen();
  else if (stage !== 'parked') concurrency.narrow();
}
