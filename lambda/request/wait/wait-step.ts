import type { AutosysInstance } from '../../../autosys/names.ts';
import type { ErrorDescription } from '../../errors.ts';
import type { RequestResult } from '../result.ts';
import type { WaitingRequest } from './start-facts.ts';

/** One thing that a pass did with a wait, for log lines and metrics. It holds no task token. */
export type JobWaitStep = { readonly about: WaitAbout } & (
  | { readonly kind: 'waiting' }
  /** The result is in the row. Without a task token the wait is over. */
  | { readonly kind: 'decided'; readonly result: RequestResult }
  /**
   * The state has taken the answer. `afterMs` is the time since the end of the job; absent if AutoSys
   * shows no end.
   */
  | { readonly kind: 'answered'; readonly afterMs?: number }
  /** The state no longer waits, so the wait is over. `mayBeAnswered`: an earlier call may have arrived. */
  | { readonly kind: 'gone'; readonly reason: string; readonly mayBeAnswered: boolean }
  /** Step Functions did not take a heartbeat or an answer; the next pass calls again. */
  | { readonly kind: 'notTaken'; readonly call: 'heartbeat' | 'answer'; readonly reason: string }
  /** The answer was given up. */
  | { readonly kind: 'undeliverable'; readonly reason: string }
  /** The kill of a run whose execution is gone was decided. */
  | { readonly kind: 'kill'; readonly outcome: string }
  /** Another function has changed the row. */
  | { readonly kind: 'raced' }
);

/** A row that could not be read or written. */
export interface WaitFailure {
  readonly kind: 'failed';
  readonly key: string;
  readonly error: ErrorDescription;
}

/** What people need to know about a wait. */
export interface WaitAbout {
  readonly request: string;
  readonly entry: string;
  readonly instance: AutosysInstance;
  readonly job: string;
  readonly execution?: string;
  readonly receivedMs: number;
  readonly untilMs: number;
}

/** The facts of a wait for people. Pure. */
export function toAbout(request: WaitingRequest, key: string): WaitAbout {
  const { entry, instance, wait, execution, receivedMs } = request;
  return {
    ...{ request: key, entry, instance, job: wait.job, receivedMs, untilMs: wait.untilMs },
    ...(execution !== undefined && { execution }),
  };
}
