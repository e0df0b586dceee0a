import { listPrices, memoryGigabytes } from '../launch/waiting-cost.ts';
import type { LedgerUse } from './ledger-use.ts';
import { answerTimes, type FunctionUse, type Waits } from './waits.ts';

/** What one invocation of the request function takes. */
export interface RequestUse extends FunctionUse {
  /** Time for which it runs. @default - the time of its answers */
  readonly ranMs?: number;
}

/** US$ of one invocation of the request function. */
export function toRequestCost({ requests, ledger, ranMs }: RequestUse): number {
  const { ledgerMs, autosysMs } = answerTimes;
  const ms = ranMs ?? requests * autosysMs + ledger.trips * ledgerMs;
  return listPrices.functionRequest + toComputeCost(ms / 1_000) + toLedgerCost(ledger);
}

/** US$ of one hour in which one job is awaited, without its request. */
export function toWaitingJobHourCost({ wait, waiters, measuredMs }: Waits): number {
  const { ledger, ranMs } = wait;
  const invocations = measuredMs / 60_000;
  const all =
    invocations * listPrices.functionRequest + toComputeCost(ranMs / 1_000) + toLedgerCost(ledger);
  return all / (waiters * (measuredMs / 3_600_000));
}

/** Time between two readings of a state machine that polls. */
const pollEverySeconds = 30;

/**
 * US$ of one hour in which a state machine reads a job itself, with a Wait state and a Task state.
 *
 * @param requestCost of one reading
 */
export function toPollingHourCost(requestCost: number): number {
  const polls = 3_600 / pollEverySeconds;
  return polls * (2 * listPrices.stateTransition + requestCost);
}

function toComputeCost(seconds: number): number {
  return seconds * memoryGigabytes * listPrices.gigabyteSecond;
}

function toLedgerCost({ reads, writes }: LedgerUse): number {
  return reads * listPrices.readUnit + writes * listPrices.writeUnit;
}
