import { byHand } from '../autosys/operator.ts';
import type { Sender, VariableUpdate } from '../autosys/variable-updates.ts';
import { waitingJobByVariable } from '../jobs.ts';

/** The updates of the variables, and when the ledger first recorded their acceptance. */
export interface WaitingJobEvidence {
  readonly updates: readonly VariableUpdate[];
  /** In milliseconds; `undefined` if it was never recorded. */
  readonly acceptedMs: (
    configuredName: string,
    variable: string,
    value: string,
  ) => number | undefined;
  /** Length of the observation window, before an effect of unknown outcome may be sent again. */
  readonly observationMs: number;
}

interface SentUpdate extends VariableUpdate {
  readonly value: string;
  readonly sender: Sender;
  /** Position among all updates. */
  readonly at: number;
}

/** Maximum time between a read-back and the request that follows it. */
const readBackMs = 90_000;
/** Maximum difference between the clocks of two senders. */
const skewMs = 20_000;

/**
 * Checks that each waiting job runs once per change of its variable.
 *
 * A repeated run is allowed after AutoSys lost the value, or after an earlier request took effect
 * late, as from the queue of a stalled scheduler. One more is allowed if the ledger had not
 * recorded the acceptance of the first update, and AutoSys still showed the earlier value at the
 * end of the observation window.
 */
export function judgeWaitingJobs(history: WaitingJobEvidence): readonly string[] {
  const sent = history.updates.flatMap((update, at) =>
    isSent(update) && update.hasStartedJob ? [{ ...update, at }] : [],
  );
  const byChange = Map.groupBy(
    sent,
    ({ sender: { configuredName }, variable, value }) => `${configuredName} ${variable} = ${value}`,
  );
  return [...byChange].flatMap(([change, runs]) => {
    const [first, ...repeated] = runs;
    const unexcused = repeated.filter((run, index) => {
      const before = runs[index] ?? run;
      if (isLostBetween(before, run, history)) return false;
      return index > 0 || first === undefined || !isAllowedResend(first, run, history);
    });
    if (first === undefined || unexcused.length === 0) return [];
    const job = waitingJobByVariable[first.variable];
    return [`${job} ran ${unexcused.length + 1} times for one change, ${change}`];
  });
}

function isSent(update: VariableUpdate): update is Omit<SentUpdate, 'at'> {
  return update.sender !== undefined && update.value !== undefined;
}

/**
 * True when between two updates the variable was restored or removed, or was set by an operator or
 * an earlier request.
 */
function isLostBetween(
  before: SentUpdate,
  after: SentUpdate,
  { updates }: WaitingJobEvidence,
): boolean {
  // A value by hand from before ours, set by hand again, looks as if ours was lost.
  const wasByHand = updates.slice(0, before.at).some((one) => {
    return one.variable === before.variable && one.value === byHand;
  });
  return updates
    .slice(before.at + 1, after.at)
    .some(
      ({ variable, value, sender, isRestored }) =>
        variable === before.variable &&
        (sender === undefined
          ? isRestored || value !== byHand || wasByHand
          : value !== before.value && sender.sentMs < before.sender.sentMs),
    );
}

/** True when the second update was right, because nothing was known of the first. */
function isAllowedResend(
  first: SentUpdate,
  second: SentUpdate,
  history: WaitingJobEvidence,
): boolean {
  const acceptedMs = history.acceptedMs(first.sender.configuredName, first.variable, first.value);
  if (acceptedMs !== undefined && acceptedMs < second.sender.sentMs) return false;
  const waitedMs = second.sender.sentMs - first.sender.sentMs;
  if (waitedMs < history.observationMs - skewMs) return false;
  const shown = valuesAt(first.variable, second.sender.sentMs, history);
  return valuesAt(first.variable, first.sender.sentMs, history).some((value) =>
    shown.includes(value),
  );
}

/** Returns the values that a read-back just before the instant may have shown. */
function valuesAt(variable: string, ms: number, { updates }: WaitingJobEvidence) {
  const own = updates.filter((update) => update.variable === variable);
  const earlier = own.findLast(({ atMs }) => atMs <= ms - readBackMs)?.value;
  const since = own.filter(({ atMs }) => atMs > ms - readBackMs && atMs < ms);
  return [earlier, ...since.map(({ value }) => value)];
}
