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

/** The world that a measured bridge stands in. */
export interface BenchSurroundings {
  readonly table: Table;
  readonly autosys: Autosys;
  readonly now: () => Date;
  readonly sleep: ReportDeps['sleep'];
}

/** Binds report and drain as `lambda/functions/compose.ts` does, but for ledger, AutoSys and time, which are the measurer's. */
export function bindDeps({
  table,
  autosys,
  now,
  sleep,
}: BenchSurroundings): Omit<ReportDeps, 'routes'> {
  // Half-way, so that one run is as another.
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
