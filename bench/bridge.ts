import { randomUUID } from 'node:crypto';
import { decideNext } from '../autosys/client/index.ts';
import { createCircuitBreakers } from '../lambda/circuit-breaker/circuit-breakers.ts';
import type { Autosys } from '../lambda/delivery/autosys.ts';
import type { Table } from '../lambda/ledger/table.ts';
import {
  circuitBelievedMs,
  circuitPolicy,
  leaseMs,
  observationMs,
  retryPolicy,
  settlePolicy,
} from '../lambda/policies.ts';
import type { ReportDeps } from '../lambda/report/report.ts';

/** Dependencies of a measured bridge. */
export interface BenchDeps {
  readonly table: Table;
  readonly autosys: Autosys;
  readonly now: () => Date;
  readonly sleep: ReportDeps['sleep'];
}

/**
 * Binds report and drain as `lambda/functions/compose.ts` does, except for ledger, AutoSys and
 * time, which the benchmark supplies.
 */
export function bindDeps({ table, autosys, now, sleep }: BenchDeps): Omit<ReportDeps, 'routes'> {
  // The middle of the range, so that all runs are equal.
  const jitter = () => 0.5;
  return {
    isAllowed: () => true,
    table,
    circuitBreakers: createCircuitBreakers({
      table,
      now,
      jitter,
      policy: circuitPolicy,
      believedMs: circuitBelievedMs,
    }),
    autosysFor: () => autosys,
    now,
    jitter,
    sleep,
    decideNext: (facts) => decideNext({ ...facts, jitter: jitter() }, retryPolicy),
    newLeaseId: randomUUID,
    leaseMs,
    observationMs,
    settlePolicy,
  };
}
