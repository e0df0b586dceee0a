import type { GroupRecord } from '../../lambda/groups/group-row.ts';
import type { Io } from '../io.ts';
import { createPaint, printJson, printLines } from '../render.ts';
import { describeGroupDetails, describeGroupLine, toGroupDocument } from './describe-group.ts';

/** Prints the last day of a group in detail, and one line for each day before it. */
export function printGroup(
  days: readonly GroupRecord[],
  { io, json }: { readonly io: Io; readonly json: boolean },
): void {
  if (json) {
    printJson(io.stdout, { groupDays: days.map(toGroupDocument) });
    return;
  }
  const paint = createPaint(io.stdout, io.env);
  const [last, ...earlier] = days;
  printLines(io.stdout, [
    ...(last ? describeGroupDetails(last, paint) : []),
    ...(earlier.length > 0 ? ['earlier days'] : []),
    ...earlier.map((day) => `  ${describeGroupLine(day, paint)}`),
  ]);
}
