import { JobNotFoundError } from '../../autosys/errors.ts';
import type { AutosysInstance } from '../../autosys/names.ts';
import type { Autosys } from '../delivery/autosys.ts';
import type { ClaimDeps } from '../delivery/decide-claim.ts';
import { type SendDeps, toSendFailure, waitForRetry } from '../delivery/send.ts';

export interface ReadAutosysDeps
  extends Pick<ClaimDeps, 'circuitBreakers' | 'autosysFor' | 'now'>,
    Pick<SendDeps, 'decideNext' | 'sleep'> {
  readonly newLeaseId: () => string;
}

/** What came of one read. */
export type AutosysRead<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  /** AutoSys must not be called now, or did not answer. */
  | { readonly kind: 'away'; readonly reason: string }
  /** AutoSys answered, and has no such job. */
  | { readonly kind: 'unknownJob'; readonly reason: string }
  /** AutoSys answered, and refuses to show it. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Reads something of an instance of AutoSys. @throws {LedgerError} */
export type ReadAutosys = <Value>(
  instance: AutosysInstance,
  read: (port: Autosys['port'], jobs: Autosys['jobs']) => Promise<Value>,
  signal: AbortSignal,
) => Promise<AutosysRead<Value>>;

/** Time in milliseconds after which a failed read is not repeated. */
const repeatWithinMs = 5_000;

/**
 * Creates the read of AutoSys for a request. It asks the circuit breaker and the maintenance windows
 * first, and records for them what came of it.
 */
export function createReadAutosys(deps: ReadAutosysDeps): ReadAutosys {
  const { circuitBreakers, autosysFor, now, newLeaseId } = deps;

  return async function readAutosys(instance, read, signal) {
    const permit = await circuitBreakers.ask(instance, newLeaseId());
    if (permit.kind === 'wait') {
      return { kind: 'away', reason: `AutoSys must not be called now: ${permit.reason}` };
    }
    const { port, jobs } = autosysFor(instance);
    const startedMs = now().getTime();
    for (let attempts = 1; ; attempts += 1) {
      try {
        const value = await read(port, jobs);
        await circuitBreakers.succeeded(instance);
        return { kind: 'read', value };
      } catch (error) {
        const failure = toSendFailure(error);
        const { message: reason } = failure.error;
        if (failure.kind === 'refused') {
          await circuitBreakers.succeeded(instance);
          const kind = error instanceof JobNotFoundError ? 'unknownJob' : 'refused';
          return { kind, reason };
        }
        const isFinal =
          (failure.kind === 'unreached' && failure.lockedOut) ||
          now().getTime() - startedMs > repeatWithinMs;
        // A read changes nothing, so an unknown outcome is one more failure.
        const facts = { disposition: 'retry', repeatable: true, attempts } as const;
        if (!isFinal && (await waitForRetry(error, facts, deps, signal))) continue;
        if (!signal.aborted) await circuitBreakers.failed(instance, failure);
        return { kind: 'away', reason };
      }
    }
  };
}
