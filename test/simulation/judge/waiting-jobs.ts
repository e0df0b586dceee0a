import { byHand } from '../autosys/operator.ts';
import type { Sender, Setting } from '../autosys/settings.ts';
import { waitingJobByVariable } from '../jobs.ts';

/** What was set, and when the ledger first recorded that AutoSys had accepted it. */
export interface SettingHistory {
  readonly settings: readonly Setting[];
  /** In milliseconds; `undefined` where it was never recorded. */
  readonly acceptedMs: (via: string, variable: string, value: string) => number | undefined;
  /** An effect of unknown outcome is looked for so long before it may be sent a second time. */
  readonly observationMs: number;
}

interface Sent extends Setting {
  readonly value: string;
  readonly sender: Sender;
  /** Its place among all settings. */
  readonly at: number;
}

/** Between the read-back and the request that follows it may lie so much time. */
const readBackMs = 90_000;
/** Clocks of two senders differ by no more. */
const skewMs = 20_000;

/**
 * Each waiting job runs once per change of its variable.
 *
 * A second run is excused where AutoSys has lost the value in between, or an earlier request of the bridge took effect after
 * it, having left before it, as one that waited in the queue of a scheduler that stood still; and once where the ledger had not recorded that the first
 * setting was accepted, and AutoSys still showed the value from before it when the observation window was over.
 */
export function judgeWaitingJobs(history: SettingHistory): readonly string[] {
  const sent = history.settings.flatMap((setting, at) =>
    isSent(setting) && setting.hasStartedJob ? [{ ...setting, at }] : [],
  );
  const byChange = Map.groupBy(
    sent,
    ({ sender: { via }, variable, value }) => `${via} ${variable} = ${value}`,
  );
  return [...byChange].flatMap(([change, runs]) => {
    const [first, ...repeated] = runs;
    const unexcused = repeated.filter((run, index) => {
      const before = runs[index] ?? run;
      if (isLostBetween(before, run, history)) return false;
      return index > 0 || first === undefined || !isSecondTry(first, run, history);
    });
    if (first === undefined || unexcused.length === 0) return [];
    const job = waitingJobByVariable[first.variable];
    return [`${job} ran ${unexcused.length + 1} times for one change, ${change}`];
  });
}

function isSent(setting: Setting): setting is Omit<Sent, 'at'> {
  return setting.sender !== undefined && setting.value !== undefined;
}

/** Whether the variable went back, was removed, or was set by a person or an earlier request between two settings. */
function isLostBetween(before: Sent, after: Sent, { settings }: SettingHistory): boolean {
  return settings
    .slice(before.at + 1, after.at)
    .some(
      ({ variable, value, sender, isRestored }) =>
        variable === before.variable &&
        (sender === undefined
          ? isRestored || value !== byHand
          : value !== before.value && sender.leftMs < before.sender.leftMs),
    );
}

/** Whether the second setting was right although the first was on its way: nothing was known of it. */
function isSecondTry(first: Sent, second: Sent, history: SettingHistory): boolean {
  const acceptedMs = history.acceptedMs(first.sender.via, first.variable, first.value);
  if (acceptedMs !== undefined && acceptedMs < second.sender.leftMs) return false;
  const waitedMs = second.sender.leftMs - first.sender.leftMs;
  if (waitedMs < history.observationMs - skewMs) return false;
  const shown = valuesAt(first.variable, second.sender.leftMs, history);
  return valuesAt(first.variable, first.sender.leftMs, history).some((value) =>
    shown.includes(value),
  );
}

/** The values that a read-back just before the instant may have shown. */
function valuesAt(variable: string, ms: number, { settings }: SettingHistory) {
  const own = settings.filter((setting) => setting.variable === variable);
  const stood = own.findLast(({ atMs }) => atMs <= ms - readBackMs)?.value;
  const since = own.filter(({ atMs }) => atMs > ms - readBackMs && atMs < ms);
  return [stood, ...since.map(({ value }) => value)];
}
