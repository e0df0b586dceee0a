import type { Entry } from './entry.ts';
import { isOutageAt, type Outage } from './outage.ts';
import { describeOutage, type WaitReason } from './wait.ts';

/**
 * Why an entry waits now.
 *
 * - `lease`: a function works on it
 * - `retry`: the last try failed, and the next one is at `untilMs`
 * - `effect`: AutoSys has accepted it, and does not show the effect yet
 * - `drain`: it is due, and the next sweep run works on it
 * - `person`: it is parked, and an operator must decide
 */
export interface PresentWait extends Omit<WaitReason, 'kind' | 'sinceMs'> {
  readonly kind: WaitReason['kind'] | 'lease' | 'retry' | 'effect' | 'drain' | 'person';
  readonly sinceMs?: number;
  /** For `lease`: the function that holds it. */
  readonly owner?: string;
}

/**
 * Why an entry waits now. `undefined` if it does not wait: it is confirmed or dismissed. Pure.
 *
 * @param outages outages of its instance. If they are given, they decide instead of the recorded
 *   outage, which may have ended. @default - only the entry is known
 */
export function findPresentWait(
  entry: Entry,
  nowMs: number,
  outages?: readonly Outage[],
): PresentWait | undefined {
  const { stage, dismissed, parked, lease, wait, dueMs, history } = entry;
  const last = history.at(-1)?.text ?? '';
  if (stage === 'confirmed' || dismissed !== undefined) return undefined;
  if (stage === 'parked') {
    return { kind: 'person', text: `parked (${parked?.code}): ${parked?.reason}` };
  }
  if (lease && lease.untilMs > nowMs) {
    const { owner, untilMs } = lease;
    return { kind: 'lease', owner, untilMs, text: `function ${owner} works on it` };
  }
  const outage = outages?.find((one) => isOutageAt(one, nowMs));
  if (outage) return toOutageWait(outage, wait);
  if (wait?.kind === 'predecessor') return wait;
  // Without the outages, an outage that was recorded may last until its next try.
  if (outages === undefined && wait && (wait.untilMs ?? 0) > nowMs) return wait;
  if (stage === 'accepted') return { kind: 'effect', untilMs: dueMs, text: last };
  if (dueMs > nowMs) return { kind: 'retry', untilMs: dueMs, text: last };
  return { kind: 'drain', text: 'the next sweep run works on it' };
}

function toOutageWait(
  { outage: kind, fromMs: sinceMs, untilMs, reason }: Outage,
  recorded: WaitReason | undefined,
): PresentWait {
  const until = untilMs ?? (recorded?.kind === kind ? recorded.untilMs : undefined);
  return {
    kind,
    sinceMs,
    ...(until !== undefined && { untilMs: until }),
    text: describeOutage({ kind, sinceMs, reason }),
  };
}
