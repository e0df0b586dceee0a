import { listPrices, memoryGigabytes } from '../launch/waiting-cost.ts';
import type { LedgerUse } from './ledger-use.ts';
import type { FunctionUse, Waits } from './waits.ts';

/** Planning figures for one answer, in seconds. Not measured on Lambda. */
export const plannedSeconds = { ledgerTrip: 0.005, autosysRequest: 0.05, taskCall: 0.02 } as const;

/** Waits that one pass works on at once (lambda/request/wait/work-on-waits.ts). */
const concurrent = 5;

/** US$ of one invocation of the request function. @param waitedSeconds for AutoSys, besides answers */
export function toRequestCost({ requests, ledger }: FunctionUse, waitedSeconds = 0): number {
  const { ledgerTrip, autosysRequest } = plannedSeconds;
  const seconds = waitedSeconds + requests * autosysRequest + ledger.trips * ledgerTrip;
  return listPrices.functionRequest + toComputeCost(seconds) + toLedgerCost(ledger);
}

/** US$ of one hour in which one job is awaited, without its request. */
export function toWaitingJobHourCost({ wait, waiters, measuredMs }: Waits): number {
  const { requests, ledger, ranMs, taskCalls } = wait;
  const { ledgerTrip, autosysRequest, taskCall } = plannedSeconds;
  const inParallel = (ledger.trips * ledgerTrip + taskCalls * taskCall) / concurrent;
  // The answers of the first of two passes arrive while the function waits for the second.
  const seconds = ranMs / 1_000 + (requests * autosysRequest + inParallel) / 2;
  const invocations = measuredMs / 60_000;
  const all =
    invocations * listPrices.functionRequest + toComputeCost(seconds) + toLedgerCost(ledger);
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
