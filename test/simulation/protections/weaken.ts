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
import type { Group } from '../../../lambda/routing/groups.ts';
import type { QueueVerdict } from '../../../lambda/telemetry/report-telemetry.ts';
import { type Deployment, toRouteIndex } from '../deployment.ts';
import type { Protection } from './protections.ts';

const yearMs = 365 * 86_400_000;

/** The protection that is disabled, if any. */
export type DisabledProtection = Protection | undefined;

/**
 * Returns dependencies without a protection. The table is changed separately, because the circuit
 * breakers use it too.
 */
export function weakenDeps(deps: ReportDeps, without: DisabledProtection): ReportDeps {
  switch (without) {
    case 'lease check before sending':
      return { ...deps, leaseMs: 10 * 3_600_000 };
    case 'circuit breaker':
      return {
        ...deps,
        circuitBreakers: {
          ...deps.circuitBreakers,
          ask: async (instance, leaseOwner) => {
            const answer = await deps.circuitBreakers.ask(instance, leaseOwner);
            // Maintenance windows are another protection.
            return answer.kind === 'wait' && answer.reason.includes('maintenance')
              ? answer
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

/** Creates the circuit breakers without a protection. */
export function weakenCircuitBreakers(deps: CircuitBreakersDeps, without: DisabledProtection) {
  switch (without) {
    case 'shared circuit breaker':
      return createCircuitBreakers({ ...deps, table: createMemoryTable(deps) });
    case 'maintenance windows':
      return createCircuitBreakers({ ...deps, maintenance: () => undefined });
    default:
      return createCircuitBreakers(deps);
  }
}

/** Returns the AutoSys port without a protection. */
export function weakenPort(port: Autosys['port'], without: DisabledProtection): Autosys['port'] {
  const { sendEvent, readJob, readGlobalVariable } = port;
  switch (without) {
    case 'read-back':
      return {
        ...port,
        readGlobalVariable: async () => ({ kind: 'unreadable', reason: 'read-back disabled' }),
      };
    case 'trailing blanks':
      return {
        ...port,
        readGlobalVariable: async (name, options) =>
          toOtherValue(name, await readGlobalVariable(name, options)),
      };
    case 'run attribution':
      return { sendEvent, readJob, readGlobalVariable };
    default:
      return port;
  }
}

/**
 * All values of this variable end in a blank. A value without the blank is changed, so that it
 * looks different.
 */
function toOtherValue(name: string, view: GlobalView): GlobalView {
  if (name !== 'ALONE' || view.kind !== 'value' || view.value.endsWith(' ')) return view;
  return { ...view, value: `${view.value}, shown without a blank` };
}

/** Returns the deployment without a protection. */
export function weakenDeployment(deployment: Deployment, without: DisabledProtection): Deployment {
  switch (without) {
    case 'observed routes':
      return makeLive(deployment);
    case 'success out of reach':
      return changeGroups(deployment, (group) => ({ ...group, expect: 500 }));
    case 'condition of a group':
      return changeGroups(deployment, ({ when: _, ...group }) => group);
    case 'every instance of a group':
      return changeGroups(deployment, (group) => ({ ...group, to: group.to.slice(0, 1) }));
  }
  if (without !== 'old events') return deployment;
  const { config } = deployment;
  const instances = config.instances.map((instance) => ({ ...instance, deadlineMs: yearMs }));
  return { ...deployment, config: { ...config, instances } };
}

/** Makes each observed route live. */
function makeLive(deployment: Deployment): Deployment {
  const { config } = deployment;
  const routes = config.routes.map(({ observe: _, ...route }) => route);
  const changed = { ...config, routes };
  return { ...deployment, config: changed, routes: toRouteIndex(changed) };
}

/** With 500 expected members, success is always possible. */
function changeGroups(deployment: Deployment, change: (group: Group) => Group): Deployment {
  const { config } = deployment;
  const groups = config.groups?.map(change);
  const changed = { ...config, ...(groups && { groups }) };
  return { ...deployment, config: changed, routes: toRouteIndex(changed) };
}

/** Returns the messages without the replay name, when that protection is disabled. */
export function weakenMessages(event: SQSEvent, without: DisabledProtection): SQSEvent {
  if (without !== 'old events') return event;
  const Records = event.Records.map((record) => {
    const { 'replay-name': _, ...body } = JSON.parse(record.body) as Record<string, unknown>;
    return { ...record, body: JSON.stringify(body) };
  });
  return { Records };
}

/**
 * Returns a reply, changed when its protection is disabled: a web server page looks like a
 * rejection by AutoSys.
 */
export function weakenReply(raw: RawReply, without: DisabledProtection): RawReply {
  if (without !== 'web server pages') return raw;
  const isPage = String(raw.body).startsWith('<!doctype');
  return isPage && (raw.httpStatus === 404 || raw.httpStatus === 403)
    ? { ...raw, httpStatus: 404, body: 'CAUAJM_E_50027 Invalid Job Name: it was removed\n' }
    : raw;
}

/**
 * Returns the table in which rejected logins are counted: a private one when the protection is
 * disabled.
 */
export function weakenLoginTable(
  table: Table,
  now: () => Date,
  without: DisabledProtection,
): Table {
  return without === 'rejected login limit' ? createMemoryTable({ now }) : table;
}

/**
 * Returns the verdict for the queue. Without the protection, a message with waiting effects is
 * redelivered.
 */
export function weakenVerdict(
  verdict: QueueVerdict,
  report: ReportResult,
  without: DisabledProtection,
): QueueVerdict {
  if (without !== 'waiting in the ledger' || report.kind !== 'reported') return verdict;
  const waits = report.settled.some(({ outcome }) => /^(waiting|left)$/.test(outcome.kind));
  return waits ? 'again' : verdict;
}
