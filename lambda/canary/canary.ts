import type { AutosysInstance } from '../../autosys/names.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import type { OpenWindow } from '../circuit-breaker/maintenance.ts';
import { type Closed, type ExamineDeps, examine } from './examine.ts';
import { type Finding, type FindingVerdict, isFailure } from './finding.ts';
import type { CanaryTelemetry } from './telemetry.ts';

/** One AutoSys, bound for one examination. */
export interface Opened {
  readonly deps: Omit<ExamineDeps, 'standing'>;
  close(): void;
}

export interface CanaryDeps {
  readonly instances: readonly AutosysInstance[];
  readonly open: (instance: AutosysInstance) => Opened;
  readonly circuitBreakers: Pick<CircuitBreakers, 'ask' | 'failed' | 'succeeded'>;
  /** The declared window that is open now. */
  readonly maintenance: (instance: AutosysInstance, nowMs: number) => OpenWindow | undefined;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
  readonly account: CanaryTelemetry;
}

/** Examines every AutoSys at once; that one hangs, or that we fail at one, keeps nothing from the others. */
export function createCanary(deps: CanaryDeps) {
  const { instances, account } = deps;
  return async (signal: AbortSignal): Promise<void> => {
    await Promise.all(
      instances.map(async (instance) => {
        try {
          account.examined(instance, await examineOne(deps, instance, signal));
        } catch (error) {
          account.unexamined(instance, error);
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
  const standing = async (): Promise<Closed | undefined> => {
    const window = maintenance(instance, now().getTime());
    if (window) return { kind: 'maintenance', reason: window.reason };
    // As whoever has something to send: where it is closed, one at a time may try.
    const pass = await circuitBreakers.ask(instance, newLeaseId());
    return pass.kind === 'wait' ? { kind: 'circuitOpen', reason: pass.reason } : undefined;
  };
  const { deps, close } = open(instance);
  const findings: Finding[] = [];
  try {
    for await (const finding of examine({ ...deps, standing }, signal)) findings.push(finding);
  } finally {
    close();
  }
  await logCircuitChange(circuitBreakers, instance, { findings, isCut: signal.aborted });
  return findings;
}

/** A request without an answer: a failure for the circuit breaker of all functions. */
const unanswered: ReadonlySet<FindingVerdict> = new Set([
  'unreachable',
  'unavailable',
  'unanswered',
]);
const answered: ReadonlySet<FindingVerdict> = new Set(['signedIn', 'previousInUse']);

async function logCircuitChange(
  circuitBreakers: CanaryDeps['circuitBreakers'],
  instance: AutosysInstance,
  { findings, isCut }: { readonly findings: readonly Finding[]; readonly isCut: boolean },
): Promise<void> {
  // Who stood aside, or was out of time, knows nothing of AutoSys.
  if (isCut || findings.some(({ grade }) => grade === 'skipped')) return;
  const failed = findings.find(
    ({ verdict }) => verdict === 'loginRefused' || unanswered.has(verdict),
  );
  if (failed === undefined) {
    if (findings.some(({ verdict }) => answered.has(verdict)))
      await circuitBreakers.succeeded(instance);
    return;
  }
  const { verdict, says } = failed;
  const [way] = findings.filter((one) => one.step === 'network' && isFailure(one));
  const message = `the canary found: ${verdict === 'unreachable' && way ? way.says : says}`;
  await circuitBreakers.failed(instance, {
    kind: 'unreached',
    error: { name: 'Canary', code: 'BRIDGE_CANARY', message },
    ...(verdict === 'loginRefused' && { lockedOut: true }),
  });
}
