import { randomUUID } from 'node:crypto';
import { decideNext } from '../autosys/client/index.ts';
import {
  gateBelievedMs,
  gatePolicy,
  leaseMs,
  lookForMs,
  retryPolicy,
  settlePolicy,
} from '../lambda/policies.ts';
import type { Autosys } from '../lambda/report/autosys.ts';
import { createGates } from '../lambda/report/gates.ts';
import type { ReportPowers } from '../lambda/report/report.ts';
import type { Table } from '../lambda/shared/table.ts';

/** The world that a measured bridge stands in. */
export interface Surroundings {
  readonly table: Table;
  readonly autosys: Autosys;
  readonly now: () => Date;
  readonly pause: ReportPowers['pause'];
}

/** Binds report and drain as `lambda/compose.ts` does, but for ledger, AutoSys and time, which are the measurer's. */
export function bindPowers({
  table,
  autosys,
  now,
  pause,
}: Surroundings): Omit<ReportPowers, 'routes'> {
  // Half-way, so that one run is as another.
  const noise = () => 0.5;
  return {
    isAdmitted: () => true,
    table,
    gates: createGates({ table, now, noise, policy: gatePolicy, believedMs: gateBelievedMs }),
    autosysFor: () => autosys,
    now,
    noise,
    pause,
    decideNext: (facts) => decideNext({ ...facts, noise: noise() }, retryPolicy),
    nameHolder: randomUUID,
    leaseMs,
    lookForMs,
    settlePolicy,
  };
}
