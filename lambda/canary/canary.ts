import type { AutosysInstance } from '../../autosys/names.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import type { OpenWindow } from '../circuit-breaker/maintenance.ts';
import { type ExamineDeps, examine, type SkipReason } from './examine.ts';
import { type Finding, type FindingVerdict, isFailure } from './finding.ts';
import type { CanaryTelemetry } from './telemetry.ts';

/** The dependencies of one examination of one AutoSys instance. */
export interface OpenedExamination {
  readonly deps: Omit<ExamineDeps, 'findSkipReason'>;
  /** Closes the connections. */
  close(): void;
}

export interface CanaryDeps {
  readonly instances: readonly AutosysInstance[];
  readonly open: (instance: AutosysInstance) => OpenedExamination;
  readonly circuitBreakers: Pick<CircuitBreakers, 'ask' | 'failed' | 'succeeded'>;
  /** The declared maintenance window that is open at this instant. */
  readonly maintenance: (instance: AutosysInstance, nowMs: number) => OpenWindow | undefined;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
  readonly telemetry: CanaryTelemetry;
}

/**
 * Creates the canary. It examines all AutoSys instances concurrently; a failure of one does not
 * affect the others.
 */
export function createCanary(deps: CanaryDeps) {
  const { instances, telemetry } = deps;
  return async function runCanary(signal: AbortSignal): Promise<void> {
    await Promise.all(
      instances.map(async (instance) => {
        try {
          telemetry.examined(instance, await examineOne(deps, instance, signal));
        } catch (error) {
          telemetry.failed(instance, error);
        }
      }),
    );
  };
}

async function examineOne(
  { open, circuitBreakers, maintenance, now, newLeaseId }: CanaryDeps,
  instance: AutosysInstance,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const findSkipReason = async (): Promise<SkipReason | undefined> => {
    const window = maintenance(instance, now().getTime());
    if (window) return { kind: 'maintenance', reason: window.reason };
    // The canary follows the circuit breaker like every other function: while it is open, only
    // probes are allowed.
    const decision = await circuitBreakers.ask(instance, newLeaseId());
    return decision.kind === 'wait' ? { kind: 'circuitOpen', reason: decision.reason } : undefined;
  };
  const { deps, close } = open(instance);
  const findings: Finding[] = [];
  try {
    for await (const finding of examine({ ...deps, findSkipReason }, signal))
      findings.push(finding);
  } finally {
    close();
  }
  await recordForCircuitBreaker(circuitBreakers, instance, { findings, isAborted: signal.aborted });
  return findings;
}

/** Verdicts on requests without an answer. They count as failures for the circuit breaker. */
const unanswered: ReadonlySet<FindingVerdict> = new Set([
  'unreachable',
  'unavailable',
  'unanswered',
]);
/** Verdicts on requests that AutoSys answered. They close the circuit breaker. */
const answered: ReadonlySet<FindingVerdict> = new Set(['signedIn', 'previousInUse']);

/** Records the result of the examination for the circuit breaker of the instance. */
async function recordForCircuitBreaker(
  circuitBreakers: CanaryDeps['circuitBreakers'],
  instance: AutosysInstance,
  { findings, isAborted }: { readonly findings: readonly Finding[]; readonly isAborted: boolean },
): Promise<void> {
  // A skipped or aborted examination shows nothing about AutoSys.
  if (isAborted || findings.some(({ grade }) => grade === 'skipped')) return;
  const failed = findings.find(
    ({ verdict }) => verdict === 'loginRefused' || unanswered.has(verdict),
  );
  if (failed === undefined) {
    if (findings.some(({ verdict }) => answered.has(verdict)))
      await circuitBreakers.succeeded(instance);
    return;
  }
  const { verdict, message: found } = failed;
  const networkFault = findings.find((one) => one.step === 'network' && isFailure(one));
  const reason = verdict === 'unreachable' && networkFault ? networkFault.message : found;
  await circuitBreakers.failed(instance, {
    kind: 'unreached',
    error: { name: 'Canary', code: 'BRIDGE_CANARY', message: `the canary found: ${reason}` },
    ...(verdict === 'loginRefused' && { lockedOut: true }),
  });
}
