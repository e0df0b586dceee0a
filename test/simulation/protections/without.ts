import type { Verdict } from '../../../lambda/report/account.ts';
import type { Autosys } from '../../../lambda/report/bring-about.ts';
import { createGates, type GatesPowers } from '../../../lambda/report/gates.ts';
import type { Report, ReportPowers } from '../../../lambda/report/report.ts';
import { createMemoryTable } from '../../../lambda/shared/memory-table.ts';
import type { Table } from '../../../lambda/shared/table.ts';
import type { Protection } from './protections.ts';

/** Which protection is missing, if any. */
export type Without = Protection | undefined;

/** The powers of a sandbox that lacks a protection; its table is bent apart, for the gates hold it too. */
export function bendPowers(powers: ReportPowers, without: Without): ReportPowers {
  switch (without) {
    case 'lease check before sending':
      return { ...powers, leaseMs: 10 * 3_600_000 };
    case 'gate':
      return {
        ...powers,
        gates: {
          ...powers.gates,
          ask: async (instance, holder) => {
            const pass = await powers.gates.ask(instance, holder);
            // A declared window is another protection.
            return pass.kind === 'wait' && pass.reason.includes('maintenance')
              ? pass
              : { kind: 'go' };
          },
        },
      };
    case 'drain rate':
      return {
        ...powers,
        autosysFor: (name) => ({ ...powers.autosysFor(name), drainPerSecond: 1_000 }),
      };
    default:
      return powers;
  }
}

/** The gates of a sandbox that lacks a protection. */
export function bendGates(powers: GatesPowers, without: Without) {
  switch (without) {
    case 'shared gate':
      return createGates({ ...powers, table: createMemoryTable(powers) });
    case 'declared windows':
      return createGates({ ...powers, maintenance: () => undefined });
    default:
      return createGates(powers);
  }
}

/** AutoSys as a sandbox that lacks a protection reaches it. */
export function bendPort(port: Autosys['port'], without: Without): Autosys['port'] {
  const { sendEvent, readJob, readGlobalVariable } = port;
  switch (without) {
    case 'read-back':
      return {
        ...port,
        readGlobalVariable: async () => ({ kind: 'unreadable', reason: 'nobody looks' }),
      };
    case 'own starts told from others':
      return { sendEvent, readJob, readGlobalVariable };
    default:
      return port;
  }
}

/** The table in which a sandbox that lacks a protection counts refused logins: one of its own. */
export function bendLoginTable(table: Table, now: () => Date, without: Without): Table {
  return without === 'hold after a refused login' ? createMemoryTable({ now }) : table;
}

/** What the queue is told by a sandbox that lacks a protection. */
export function bendVerdict(verdict: Verdict, report: Report, without: Without): Verdict {
  if (without !== 'waiting in the ledger' || report.kind !== 'reported') return verdict;
  const waits = report.settled.some(({ outcome }) => /^(waiting|left)$/.test(outcome.kind));
  return waits ? 'again' : verdict;
}
