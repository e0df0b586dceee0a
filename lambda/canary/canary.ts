import type { AutosysInstance } from '../../autosys/names.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import type { OpenWindow } from '../circuit-breaker/maintenance.ts';
import { type Closed, type ExaminePowers, examine } from './examine.ts';
import { type Finding, isFailure, type Verdict } from './finding.ts';
import type { CanaryAccount } from './telemetry.ts';

/** One AutoSys, bound for one examination. */
export interface Opened {
  readonly deps: Omit<ExaminePowers, 'standing'>;
  close(): void;
}

export interface CanaryPowers {
  readonly instances: readonly AutosysInstance[];
  readonly open: (instance: AutosysInstance) => Opened;
  readonly gates: Pick<CircuitBreakers, 'ask' | 'failed' | 'succeeded'>;
  /** The declared window that is open now. */
  readonly maintenance: (instance: AutosysInstance, nowMs: number) => OpenWindow | undefined;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
  readonly account: CanaryAccount;
}

/** Examines every AutoSys at once; that one hangs, or that we fail at one, keeps nothing from the others. */
export function createCanary(deps: CanaryPowers) {
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
  { open, gates, maintenance, now, newLeaseId }: CanaryPowers,
  instance: AutosysInstance,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const standing = async (): Promise<Closed | undefined> => {
    const window = maintenance(instance, now().getTime());
    if (window) return { kind: 'maintenance', reason: window.reason };
    // As whoever has something to send: where it is closed, one at a time may try.
    const pass = await gates.ask(instance, newLeaseId());
    return pass.kind === 'wait' ? { kind: 'gateClosed', reason: pass.reason } : undefined;
  };
  const { deps, close } = open(instance);
  const findings: Finding[] = [];
  try {
    for await (const finding of examine({ ...deps, standing }, signal)) findings.push(finding);
  } finally {
    close();
  }
  await tellGate(gates, instance, { findings, isCut: signal.aborted });
  return findings;
}

/** A call was not answered: what closes a gate for everybody. */
const unanswered: ReadonlySet<Verdict> = new Set(['unreachable', 'unavailable', 'unanswered']);
const answered: ReadonlySet<Verdict> = new Set(['signedIn', 'previousInUse']);

async function tellGate(
  gates: CanaryPowers['gates'],
  instance: AutosysInstance,
  { findings, isCut }: { readonly findings: readonly Finding[]; readonly isCut: boolean },
): Promise<void> {
  // Who stood aside, or was out of time, knows nothing of AutoSys.
  if (isCut || findings.some(({ grade }) => grade === 'skipped')) return;
  const failed = findings.find(
    ({ verdict }) => verdict === 'loginRefused' || unanswered.has(verdict),
  );
  if (failed === undefined) {
    if (findings.some(({ verdict }) => answered.has(verdict))) await gates.succeeded(instance);
    return;
  }
  const { verdict, says } = failed;
  const [way] = findings.filter((one) => one.step === 'network' && isFailure(one));
  const message = `the canary found: ${verdict === 'unreachable' && way ? way.says : says}`;
  await gates.failed(instance, {
    kind: 'unreached',
    error: { name: 'Canary', code: 'BRIDGE_CANARY', message },
    ...(verdict === 'loginRefused' && { lockedOut: true }),
  });
}
