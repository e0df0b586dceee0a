import { randomUUID } from 'node:crypto';
import { decideNext } from '../../../autosys/client/index.ts';
import { AutosysOutcomeUnknownError, AutosysUnreachableError } from '../../../autosys/errors.ts';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { createCircuitBreakers } from '../../../lambda/circuit-breaker/circuit-breakers.ts';
import type { Autosys } from '../../../lambda/delivery/autosys.ts';
import { createClaim } from '../../../lambda/delivery/claim.ts';
import { createDrain, type DrainDeps, type DrainResult } from '../../../lambda/delivery/drain.ts';
import { createExecute } from '../../../lambda/delivery/execute.ts';
import type { EffectRequest } from '../../../lambda/ledger/admit.ts';
import type { Entry } from '../../../lambda/ledger/entry.ts';
import { toKey, toRow } from '../../../lambda/ledger/entry-row.ts';
import type { Table } from '../../../lambda/ledger/table.ts';
import { circuitPolicy, leaseMs, observationMs, settlePolicy } from '../../../lambda/policies.ts';
import { createReport } from '../../../lambda/report/report.ts';
import { createAllowedAccounts } from '../../../lambda/routing/allowed-accounts.ts';
import { type AnyRoute, createRouteIndex } from '../../../lambda/routing/routes.ts';
import { ScriptedAutosys } from '../../support/autosys.ts';
import { readAt } from '../../support/builders.ts';
import { createRecordedTable } from '../../support/table.ts';

export const ace = parseAutosysInstance('ACE');
export const dayMs = 86_400_000;
export const deadlineMs = 4 * dayMs;

/** Dependencies that one sandbox of the rig may replace. */
interface Ports {
  readonly table?: Table;
  readonly port?: Autosys['port'];
  /** Maximum concurrency of its drain. */
  readonly concurrency?: number;
}

interface RigOptions {
  readonly routes?: readonly AnyRoute[];
  /** Allowed AWS accounts besides the bridge's own. */
  readonly accounts?: readonly string[];
}

/**
 * Sandboxes of report and drain over one table, one scripted AutoSys and one clock that tests
 * advance.
 */
export function aRig({ routes = [], accounts = [] }: RigOptions = {}) {
  // The events of the builders are invalid if they are far ahead of the clock.
  let nowMs = routes.length > 0 ? readAt.getTime() : 10_000;
  const now = () => new Date(nowMs);
  const table = createRecordedTable({ now });
  const autosys = new ScriptedAutosys();
  /** Sleeps of all sandboxes, in milliseconds. */
  const sleeps: number[] = [];

  const open = (ports: Ports = {}) => {
    const ownTable = ports.table ?? table;
    const jitter = () => 0;
    const circuitBreakers = createCircuitBreakers({
      table: ownTable,
      now,
      jitter,
      policy: circuitPolicy,
      believedMs: 0,
    });
    const retry = { maxAttempts: 1, firstWaitMs: 200, maxWaitMs: 2_000 };
    const deps: DrainDeps = {
      table: ownTable,
      circuitBreakers,
      autosysFor: () => ({
        confirmWithinMs: autosys.confirmWithinMs,
        deadlineMs,
        oldEvents: 'park',
        drainPerSecond: 10,
        port: ports.port ?? autosys.port,
      }),
      now,
      jitter,
      sleep: async (ms) => {
        sleeps.push(ms);
        nowMs += ms;
      },
      decideNext: (facts) => decideNext({ ...facts, jitter: 0 }, retry),
      newLeaseId: randomUUID,
      leaseMs,
      observationMs,
      settlePolicy,
      ...(ports.concurrency && { concurrency: ports.concurrency }),
    };
    const { signal } = new AbortController();
    const drain = createDrain(deps);
    const claim = createClaim(deps);
    const execute = createExecute(deps);
    const report = createReport({
      ...deps,
      routes: createRouteIndex(routes),
      isAllowed: createAllowedAccounts({ accounts }, '111122223333'),
    });
    return {
      deps,
      circuitBreakers,
      admit: (request: EffectRequest, leaseOwner = 'm1') =>
        claim.admitRequest(request, { leaseOwner, signal }),
      takeUp: (key: string, leaseOwner = 'm1') => claim.takeUp(key, { leaseOwner, signal }),
      execute: (taken: Parameters<typeof execute>[0]) => execute(taken, signal),
      /** Admits a request and executes it, as a message does. */
      work: async (request: EffectRequest, until: AbortSignal = signal) => {
        const taken = await claim.admitRequest(request, {
          leaseOwner: randomUUID(),
          signal: until,
        });
        return taken.kind === 'taken' ? await execute(taken, until) : taken;
      },
      take: (event: unknown) => report({ messageId: 'm', body: JSON.stringify(event) }, signal),
      drain: async (until: AbortSignal = signal, all: DrainResult[] = []) => {
        for await (const one of drain(ace, until)) all.push(one);
        return all;
      },
    };
  };

  return {
    autosys,
    table,
    now,
    sleeps,
    open,
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** Puts a request into the ledger, in the given stage. */
    keep: async (request: EffectRequest, over: Partial<Entry>) => {
      const entry = {
        format: 1 as const,
        ...request,
        stage: 'due' as const,
        dueMs: nowMs,
        tries: 0,
        history: [],
      };
      await table.put(toRow({ ...entry, ...over }, nowMs), undefined);
    },
    /** Entry of a request in the ledger. */
    entry: async (request: EffectRequest) =>
      (await table.get(toKey(request)))?.body as Entry | undefined,
  };
}

export const unreachable = () =>
  new AutosysUnreachableError({ endpoint: 'ace:9443', reason: 'connection refused' });
export const unknown = () =>
  new AutosysOutcomeUnknownError({ doing: 'SET_GLOBAL', reason: 'the connection was reset' });
