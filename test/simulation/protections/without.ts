import type { SQSEvent } from 'aws-lambda';
import type { RawReply } from '../../../autosys/client/reply.ts';
import type { GlobalView } from '../../../autosys/views.ts';
import {
  type CircuitBreakersDeps,
  createCircuitBreakers,
} from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import type { Autosys } from '../../../lambda/delivery/autosys.ts';
import type { ReportResult } from '../../../lambda/delivery/report-result.ts';
import { createMemoryTable } from '../../../lambda/ledger/store/memory-table.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import type { ReportDeps } from '../../../lambda/report/report.ts';
import type { QueueVerdict } from '../../../lambda/telemetry/report-telemetry.ts';
import type { Deployment } from '../deployment.ts';
import type { Protection } from './protections.ts';

const yearMs = 365 * 86_400_000;

/** Which protection is missing, if any. */
export type Without = Protection | undefined;

/** The powers of a sandbox that lacks a protection; its table is bent apart, for the gates hold it too. */
export function bendDeps(deps: ReportDeps, without: Without): ReportDeps {
  switch (without) {
    case 'lease check before sending':
      return { ...deps, leaseMs: 10 * 3_600_000 };
    case 'circuit breaker':
      return {
        ...deps,
        circuitBreakers: {
          ...deps.circuitBreakers,
          ask: async (instance, leaseOwner) => {
            const pass = await deps.circuitBreakers.ask(instance, leaseOwner);
            // A declared window is another protection.
            return pass.kind === 'wait' && pass.reason.includes('maintenance')
              ? pass
              : { kind: 'go' };
          },
        },
      };
    case 'drain rate':
      return {
        ...deps,
        autosysFor: (name) => ({ ...deps.autosysFor(name), drainPerSecond: 1_000 }),
      };
    default:
      return deps;
  }
}

/** The gates of a sandbox that lacks a protection. */
export function bendCircuitBreakers(deps: CircuitBreakersDeps, without: Without) {
  switch (without) {
    case 'shared circuit breaker':
      return createCircuitBreakers({ ...deps, table: createMemoryTable(deps) });
    case 'declared windows':
      return createCircuitBreakers({ ...deps, maintenance: () => undefined });
    default:
      return createCircuitBreakers(deps);
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
    case 'blanks at the end':
      return {
        ...port,
        readGlobalVariable: async (name, options) =>
          toOtherValue(name, await readGlobalVariable(name, options)),
      };
    case 'own starts told from others':
      return { sendEvent, readJob, readGlobalVariable };
    default:
      return port;
  }
}

/** All values of this variable end in a blank; one that is shown without it is taken for another. */
function toOtherValue(name: string, view: GlobalView): GlobalView {
  if (name !== 'ALONE' || view.kind !== 'value' || view.value.endsWith(' ')) return view;
  return { ...view, value: `${view.value}, shown without a blank` };
}

/** The deployment of a function that lacks a protection. */
export function bendDeployment(deployment: Deployment, without: Without): Deployment {
  if (without !== 'old events') return deployment;
  const { config } = deployment;
  const instances = config.instances.map((instance) => ({ ...instance, deadlineMs: yearMs }));
  return { ...deployment, config: { ...config, instances } };
}

/** The messages of a function that lacks a protection. */
export function bendMessages(event: SQSEvent, without: Without): SQSEvent {
  if (without !== 'old events') return event;
  const Records = event.Records.map((record) => {
    const { 'replay-name': _, ...body } = JSON.parse(record.body) as Record<string, unknown>;
    return { ...record, body: JSON.stringify(body) };
  });
  return { Records };
}

/** A reply as a client sees it that lacks a protection. */
export function bendReply(raw: RawReply, without: Without): RawReply {
  if (without !== 'pages told from refusals') return raw;
  const isPage = String(raw.body).startsWith('<!doctype');
  return isPage && (raw.httpStatus === 404 || raw.httpStatus === 403)
    ? { ...raw, httpStatus: 404, body: 'CAUAJM_E_50027 Invalid Job Name: it was removed\n' }
    : raw;
}

/** The table in which a sandbox that lacks a protection counts refused logins: one of its own. */
export function bendLoginTable(table: Table, now: () => Date, without: Without): Table {
  return without === 'hold after a refused login' ? createMemoryTable({ now }) : table;
}

/** What the queue is told by a sandbox that lacks a protection. */
export function bendVerdict(
  verdict: QueueVerdict,
  report: ReportResult,
  without: Without,
): QueueVerdict {
  if (without !== 'waiting in the ledger' || report.kind !== 'reported') return verdict;
  const waits = report.settled.some(({ outcome }) => /^(waiting|left)$/.test(outcome.kind));
  return waits ? 'again' : verdict;
}
