import type { Entry } from '../ledger/entry.ts';
import type { Baseline } from './evidence/job-evidence.ts';

/**
 * The state that the effect is compared with: the target before the event was sent.
 *
 * @param clockDiffers the clock of AutoSys differs from the function's, so its times prove nothing
 */
export function toBaseline(
  { event, sent: before, previousValues = [] }: Pick<Entry, 'event' | 'sent' | 'previousValues'>,
  clockDiffers = false,
): Baseline {
  if (before === undefined) return { kind: 'none' };
  const { job, value, sentMs } = before;
  if (event.kind === 'SET_GLOBAL') {
    return { kind: 'value', ...(value && { before: value }), ours: previousValues };
  }
  if (job !== undefined && event.kind !== 'CHANGE_STATUS') {
    return { kind: 'seen', job, ...(!clockDiffers && { at: new Date(sentMs) }) };
  }
  const { status, run } = job ?? {};
  return {
    kind: 'since',
    at: new Date(sentMs),
    ours: previousValues,
    ...(status && { status }),
    ...(run !== undefined && { run }),
    ...(clockDiffers && { clockDiffers }),
  };
}
