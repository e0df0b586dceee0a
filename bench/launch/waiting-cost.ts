import type { LedgerUnits } from './counted-table.ts';

/** List prices of us-east-1 in November 2026, in US$. */
export const listPrices = {
  apiRequest: 3.5e-6,
  functionRequest: 0.2e-6,
  /** On arm64. */
  gigabyteSecond: 13.3334e-6,
  readUnit: 0.125e-6,
  writeUnit: 0.625e-6,
  /** Of a Standard workflow. */
  stateTransition: 25e-6,
} as const;

/** Memory of each function (infra/bridge-function.ts). */
export const memoryGigabytes = 0.5;
/** Planning figure for one poll: two reads of the ledger. Not measured on Lambda. */
export const pollSeconds = 0.02;

/** The requests of all waiting commands in one hour. */
export interface WaitingHour extends LedgerUnits {
  readonly requests: number;
}

/** US$ of an hour: API, function and ledger, without logs and data transfer. */
export function toWaitingCost({ requests, reads, writes }: WaitingHour): number {
  const { apiRequest, functionRequest, gigabyteSecond, readUnit, writeUnit } = listPrices;
  const perRequest = apiRequest + functionRequest + pollSeconds * memoryGigabytes * gigabyteSecond;
  return requests * perRequest + reads * readUnit + writes * writeUnit;
}

/** US$ of an hour of held requests, besides the polls: functions that run all the time. */
export function toHeldCost(held: number): number {
  return held * 3_600 * memoryGigabytes * listPrices.gigabyteSecond;
}
