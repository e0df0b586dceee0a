import { toGroupDocument } from '../ledger/describe-group.ts';
import { describeMissing, describeUnnamed, findGroupGap } from './describe-group.ts';
import type { GroupFacts } from './read-group.ts';
import type { FormatTime } from './time-text.ts';

/** A group on its day as lines: its state and times, who counted, and each missing member. */
export function printGroupFacts(
  { name, day, record, beganMs, endsMs, setDay }: GroupFacts,
  context: { readonly formatTime: FormatTime },
): readonly string[] {
  const { formatTime } = context;
  const began = beganMs === undefined ? '' : `, began ${formatTime(beganMs)}`;
  const cutoff = endsMs === undefined ? '' : `, next cutoff ${formatTime(endsMs)}`;
  const state = record?.status ?? 'no member has started';
  const ofDay = setDay === undefined ? '' : `; the value is that of ${setDay}`;
  const first = `group   ${name} on ${day}: ${state}${began}${cutoff}${ofDay}`;
  if (record === undefined) return [first];
  const { counted, missing, unnamed } = findGroupGap(record);
  const runOf = (run: string | undefined) => (run === undefined ? '' : `, ${run}`);
  return [
    first,
    ...(counted.length > 0 ? [`counted ${counted.join(', ')}`] : []),
    ...missing.map((one) => `missing ${describeMissing(one, context)}${runOf(one.version?.run)}`),
    ...(unnamed > 0 ? [`missing ${describeUnnamed(unnamed)}`] : []),
  ];
}

/** A group on its day for --json. Instants are in UTC. */
export function toGroupFactsDocument({ name, day, record, endsMs, setDay }: GroupFacts) {
  return {
    ...(record ? toGroupDocument(record) : { group: name, day }),
    ...(record && { counted: findGroupGap(record).counted }),
    ...(endsMs !== undefined && { nextCutoffAt: new Date(endsMs) }),
    ...(setDay !== undefined && { setDay }),
  };
}
