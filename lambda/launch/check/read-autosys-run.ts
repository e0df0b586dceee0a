import { JobNotFoundError } from '../../../autosys/errors.ts';
import {
  type AutosysInstance,
  parseAutosysInstance,
  parseJobName,
} from '../../../autosys/names.ts';
import type { JobStatus } from '../../../autosys/status.ts';
import type { CircuitBreakers } from '../../circuit-breaker/circuit-breakers.ts';
import { toSendFailure } from '../../delivery/send.ts';
import type { ReadShownJob } from '../find-active-try.ts';
import type { JobTry } from '../run-name.ts';

/** What AutoSys shows of the job that started a run. */
export type AutosysRunView =
  | {
      readonly kind: 'shown';
      readonly status: JobStatus;
      /** Absent if this release does not show it. */
      readonly run?: number;
      readonly try?: number;
    }
  | { readonly kind: 'noJob' }
  /** AutoSys cannot be asked now. */
  | { readonly kind: 'notNow'; readonly reason: string };

/** Reads the job of a launch. Never rejects, except for the ledger. */
export type ReadAutosysRun = (job: JobTry, signal: AbortSignal) => Promise<AutosysRunView>;

export interface ReadAutosysRunDeps {
  readonly circuitBreakers: CircuitBreakers;
  readonly readJob: ReadShownJob;
  /** Names of the AutoSys instances. */
  readonly instances: readonly string[];
  readonly newLeaseId: () => string;
}

/** Creates the reading of a job, unless the circuit breaker of its instance is open. */
export function createReadAutosysRun(deps: ReadAutosysRunDeps): ReadAutosysRun {
  const { circuitBreakers, readJob, instances, newLeaseId } = deps;
  const leaseOwner = newLeaseId();
  /** @throws {LedgerError} */
  return async function readAutosysRun({ instance: name, job }, signal) {
    if (!instances.includes(name)) {
      return { kind: 'notNow', reason: `instance ${name} is not in the route file` };
    }
    const instance: AutosysInstance = parseAutosysInstance(name);
    const decision = await circuitBreakers.ask(instance, leaseOwner);
    if (decision.kind === 'wait') return { kind: 'notNow', reason: decision.reason };
    try {
      const { status, lastRun } = await readJob(instance, parseJobName(job), signal);
      await circuitBreakers.succeeded(instance);
      return { kind: 'shown', status, ...lastRun };
    } catch (error) {
      if (error instanceof JobNotFoundError) {
        await circuitBreakers.succeeded(instance);
        return { kind: 'noJob' };
      }
      const failure = toSendFailure(error);
      if (!signal.aborted) await circuitBreakers.failed(instance, failure);
      return { kind: 'notNow', reason: failure.error.message };
    }
  };
}
